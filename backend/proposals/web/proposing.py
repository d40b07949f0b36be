"""Putting a plan up: a title, the rest with what resembles it, a last look, and then the votes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.generic import View

from backend.core.errors import DomainError, require
from backend.core.web.views import SignedInMixin
from backend.places.selectors import areas_of

from ..errors import AlreadySubmitted
from ..models import Picture, Plan
from ..models.plans import MAXIMUM_PICTURES
from ..permissions import can_edit, can_withdraw_plan
from ..selectors.plans import list_categories, list_own_plans, resembling
from ..selectors.rounds import rules_in_force
from ..services.pictures import add_picture, remove_picture
from ..services.plans import PlanText, delete_draft, save_draft, start_draft, submit_plan, withdraw_plan
from ..states import PlanState
from .base import PortalForm, PortalMixin, PortalPage
from .forms.plans import PlanForm, TitleForm
from .presenting import picture_view, plan_url

POSITIONS = {str(position) for position in range(1, MAXIMUM_PICTURES + 1)}


class NewPlan(PortalForm):
    """The first step: a title. From then on there is a draft that saves itself."""

    template_name = "proposals/new_plan.html"
    form_class = TitleForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        drafts = list_own_plans(self.actor).filter(state=PlanState.DRAFT)
        rules = rules_in_force(self.portal.pk, at=self.now)
        return super().get_context_data(drafts=drafts, rules=rules, **kwargs)

    def act(self, form: TitleForm) -> HttpResponse:
        text = PlanText(title=form.cleaned_data["title"])
        plan = start_draft(actor=self.actor, text=text, now=self.now)
        return redirect("edit_plan", plan.public_id)


class PlanFormMixin(PortalMixin):
    """Building the form of a plan with the choices of its portal."""

    def plan_form(self, plan: Plan, data: Any = None, files: Any = None) -> PlanForm:
        return PlanForm(
            data,
            files,
            initial=PlanForm.initial_of(plan),
            categories=list_categories(self.portal),
            areas=areas_of(self.portal.district_id),
        )


class EditPlan(SignedInMixin, PlanFormMixin, PortalPage):
    """The draft: every button on it first saves what was typed."""

    template_name = "proposals/edit_plan.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self._draft()
        return self._show(plan, self.plan_form(plan))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self._draft()
        form = self.plan_form(plan, request.POST, request.FILES)
        if not form.is_valid():
            return self._show(plan, form, status=422)
        try:
            save_draft(actor=self.actor, public_id=plan.public_id, text=form.text(), now=self.now)
            return self._press(plan, form)
        except DomainError as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, str(error))
            return self._show(plan, form, status=error.status)

    def _press(self, plan: Plan, form: PlanForm) -> HttpResponse:
        """What the pressed button does besides saving."""
        if "remove_picture" in self.request.POST:
            position = self.request.POST["remove_picture"]
            remove_picture(
                actor=self.actor,
                public_id=plan.public_id,
                position=int(position) if position in POSITIONS else 0,
            )
        elif form.cleaned_data["picture"]:
            add_picture(
                actor=self.actor,
                public_id=plan.public_id,
                upload=form.cleaned_data["picture"],
                description=form.cleaned_data["picture_description"],
                now=self.now,
            )
        if "review" in self.request.POST:
            return redirect("submit_plan", plan.public_id)
        return redirect("edit_plan", plan.public_id)

    def _draft(self) -> Plan:
        plan = self.plan()
        if plan.state != PlanState.DRAFT and plan.proposer_id == self.actor.person_id:
            raise AlreadySubmitted
        require(can_edit(self.actor, plan))
        return plan

    def _show(self, plan: Plan, form: PlanForm, status: int = 200) -> HttpResponse:
        pictures = [
            (picture.position, picture_view(picture, plan))
            for picture in Picture.objects.filter(plan=plan).order_by("position")
        ]
        context = self.get_context_data(
            plan=plan,
            form=form,
            pictures=pictures,
            may_add_picture=len(pictures) < MAXIMUM_PICTURES,
            resembling=[
                (p, plan_url(p))
                for p in resembling(actor=self.actor, title=plan.title, besides=plan.public_id)
            ],
            tiles=settings.MAP_TILES,
        )
        return self.render_to_response(context, status=status)


class SaveDraft(SignedInMixin, PlanFormMixin, View):
    """What the page sends by itself while somebody types. Answers with a word, never with a page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        form = self.plan_form(plan, request.POST)
        if not form.is_valid():
            return JsonResponse({"saved": False}, status=422)
        try:
            save_draft(actor=self.actor, public_id=plan.public_id, text=form.text(), now=self.now)
        except DomainError as error:
            return JsonResponse({"saved": False, "why": str(error)}, status=error.status)
        return JsonResponse({"saved": True})


class SubmitPlan(SignedInMixin, PortalPage):
    """A last look, with what resembles it, and the button that puts it up for votes."""

    template_name = "proposals/submit_plan.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        if plan.state != PlanState.DRAFT:
            return redirect(plan_url(plan))
        return self._show(plan)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        try:
            submit_plan(actor=self.actor, public_id=plan.public_id, now=self.now)
        except AlreadySubmitted:
            # A double click or the back button: it is up, and that is what was asked.
            return redirect(plan_url(plan))
        except DomainError as error:
            if error.status in {403, 404}:
                raise
            return self._show(plan, error=error, status=error.status)
        return redirect(plan_url(plan) + "?ontvangen=1")

    def _show(self, plan: Plan, error: DomainError | None = None, status: int = 200) -> HttpResponse:
        require(can_edit(self.actor, plan) or error is not None)
        found = resembling(actor=self.actor, title=plan.title, besides=plan.public_id)
        context = self.get_context_data(
            plan=plan,
            error=error,
            rules=rules_in_force(self.portal.pk, at=self.now),
            pictures=[picture_view(p, plan) for p in Picture.objects.filter(plan=plan).order_by("position")],
            resembling=[(p, plan_url(p)) for p in found],
        )
        return self.render_to_response(context, status=status)


class ResemblingPlans(SignedInMixin, PortalPage):
    """What resembles a title while it is typed; a piece of a page."""

    template_name = "proposals/resembling.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = resembling(actor=self.actor, title=self.request.GET.get("title", "")[:200])
        return super().get_context_data(resembling=[(plan, plan_url(plan)) for plan in found], **kwargs)


class DeleteDraft(PortalForm):
    """Throw a draft away, after asking once."""

    template_name = "proposals/delete_draft.html"
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        require(can_edit(self.actor, plan))
        return self.render_to_response({"plan": plan})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        delete_draft(actor=self.actor, public_id=self.kwargs["public_id"], now=self.now)
        return redirect("my_plans")


class WithdrawPlan(PortalForm):
    """Take a plan out of the competition, after saying what that means."""

    template_name = "proposals/withdraw_plan.html"
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        require(can_withdraw_plan(self.actor, plan))
        return self.render_to_response({"plan": plan})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        withdraw_plan(actor=self.actor, public_id=self.kwargs["public_id"], now=self.now)
        return redirect("my_plans")
