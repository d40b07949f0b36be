"""What is owed, for whoever answers: the list, the answer itself, and who does it before when."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from backend.core.errors import DomainError, InvalidInput
from backend.core.walltime import on_wall
from backend.core.web.views import DomainFormView
from backend.identity.states import Role
from backend.identity.web.base import DeskMixin, PortalMixin
from backend.notifications.letters import example_letter

from .. import permissions
from ..models import Subject
from ..selectors.owed import (
    Counts,
    OwedFilter,
    count_unreached,
    counts_of,
    find_own_draft,
    get_subject,
    groups_waiting,
    list_owed,
    people_who_may_answer,
    shows_numbers,
)
from ..services.answers import keep_draft, require_complete, send_answer
from ..services.subjects import arrange_answer
from ..services.waiving import waive_answers
from .forms import CHOICES_OF_PEOPLE, AgreementForm, AnswerForm, LookForm, WaiverForm
from .presenting import chosen_of, numbers_of, previews_of, reach_of, words_of_answer

PAGE_SIZE = 25
NOTHING = Counts({})


class OwedMixin(PortalMixin, DeskMixin):
    """Pages about what this portal owes."""

    def allowed(self) -> bool:
        return permissions.can_see_owed(self.actor)


class OwedPage(OwedMixin, TemplateView):
    """What is owed here, the first date first."""

    template_name = "feedback/desk/owed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        chosen = OwedFilter(is_mine=asked.get("van") == "mij", is_late=asked.get("staat") == "te-laat")
        found = list_owed(self.actor, chosen, now=self.now)
        page = Paginator(found, PAGE_SIZE).get_page(asked.get("pagina"))
        subjects = list(page.object_list)
        counts = counts_of(subject.pk for subject in subjects)
        today = on_wall(self.now).date()
        rows = [
            {
                "subject": subject,
                "numbers": numbers_of(subject, counts.get(subject.pk, NOTHING)),
                "is_late": subject.due_on < today,
                "may_answer": permissions.can_answer(self.actor, subject),
                "may_waive": permissions.can_waive(self.actor, subject),
            }
            for subject in subjects
        ]
        return super().get_context_data(
            page=page,
            rows=rows,
            chosen=chosen,
            is_filtered=chosen != OwedFilter(),
            may_arrange=permissions.can_arrange(self.actor),
            may_tell=permissions.can_tell_unreached(self.actor),
            unreached=count_unreached(self.actor),
            **kwargs,
        )


class SubjectMixin(OwedMixin):
    """Pages about one thing that answers are owed about."""

    kwargs: dict[str, Any]

    @cached_property
    def subject(self) -> Subject:
        return get_subject(actor=self.actor, public_id=self.kwargs["public_id"])


class OwedSubjectPage(SubjectMixin, TemplateView):
    """How the answers about one subject stand, what was sent, and what can be done."""

    template_name = "feedback/desk/subject.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subject = self.subject
        counts = counts_of([subject.pk]).get(subject.pk, NOTHING)
        return super().get_context_data(
            subject=subject,
            counts=counts if shows_numbers(subject) else None,
            is_late=counts.waiting > 0 and subject.due_on < on_wall(self.now).date(),
            answers=list(
                subject.answers.exclude(sent_at=None).select_related("written_by").order_by("-sent_at", "-pk")
            ),
            agreements=list(
                subject.agreements.select_related("owner", "made_by").order_by("-made_at", "-pk")
            ),
            waivers=list(subject.waivers.order_by("-waived_at", "-pk")),
            may_answer=permissions.can_answer(self.actor, subject) and counts.waiting > 0,
            may_waive=permissions.can_waive(self.actor, subject) and counts.waiting > 0,
            may_arrange=permissions.can_arrange(self.actor),
            **kwargs,
        )


class AnswerMixin(SubjectMixin):
    """Pages for whoever may answer this."""

    def allowed(self) -> bool:
        return super().allowed() and permissions.can_answer(self.actor, self.subject)


class WriteMixin(AnswerMixin):
    """The form of an answer, filled in with the draft."""

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]  # a mixin of forms
        return {**kwargs, "waiting": groups_waiting(self.subject)}


class WriteAnswer(WriteMixin, DomainFormView):
    """Write what was done, what was not, and why. Every button first keeps what was typed."""

    template_name = "feedback/desk/write.html"
    form_class = AnswerForm

    def get_initial(self) -> dict[str, Any]:
        draft = find_own_draft(actor=self.actor, subject=self.subject)
        if draft is None:
            return {}
        names = ("done", "not_done", "why", *CHOICES_OF_PEOPLE)
        return {name: getattr(draft, name) for name in names}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = counts_of([self.subject.pk]).get(self.subject.pk, NOTHING)
        return super().get_context_data(
            subject=self.subject,
            numbers=numbers_of(self.subject, counts),
            is_collecting=not shows_numbers(self.subject),
            nobody_waits=counts.waiting == 0,
            **kwargs,
        )

    def act(self, form: AnswerForm) -> HttpResponse:
        public_id = self.subject.public_id
        draft = keep_draft(actor=self.actor, public_id=public_id, text=form.text(), now=self.now)
        if "keep" in self.request.POST:
            return redirect("write_answer", public_id)
        require_complete(draft)
        return redirect("look_at_answer", public_id)


class SaveAnswer(WriteMixin, View):
    """What the page sends by itself while somebody types. Answers with a word, never with a page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AnswerForm(request.POST, waiting=groups_waiting(self.subject))
        if not form.is_valid():
            return JsonResponse({"saved": False}, status=422)
        try:
            keep_draft(actor=self.actor, public_id=self.subject.public_id, text=form.text(), now=self.now)
        except DomainError as error:
            return JsonResponse({"saved": False, "why": str(error)}, status=error.status)
        return JsonResponse({"saved": True})


class LookAtAnswer(AnswerMixin, DomainFormView):
    """The answer as it reaches people in each channel, and the button that sends it."""

    template_name = "feedback/desk/look.html"
    form_class = LookForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = find_own_draft(actor=self.actor, subject=self.subject)
        if draft is None:
            return redirect("write_answer", self.subject.public_id)
        try:
            require_complete(draft)
        except InvalidInput:
            return redirect("write_answer", self.subject.public_id)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = find_own_draft(actor=self.actor, subject=self.subject)
        return super().get_context_data(
            subject=self.subject,
            draft=draft,
            reach=reach_of(draft, self.subject) if draft else "",
            chosen=chosen_of(draft) if draft else [],
            previews=previews_of(draft, self.subject, self.portal) if draft else [],
            **kwargs,
        )

    def act(self, form: LookForm) -> HttpResponse:
        said = form.cleaned_data
        sent = send_answer(
            actor=self.actor, answer_public_id=said["answer"], edition=said["edition"], now=self.now
        )
        number = {"number": sent.people}
        messages.success(
            self.request,
            ngettext(
                "Your answer is on its way. It answers %(number)s promise.",
                "Your answer is on its way. It answers %(number)s promises.",
                sent.people,
            )
            % number
            if shows_numbers(self.subject)
            else _("Your answer is on its way."),
        )
        return redirect("owed_subject", self.subject.public_id)


class SeeLetter(AnswerMixin, View):
    """The letter in which the answer reaches people, with the address of nobody. Nothing of it is kept."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = find_own_draft(actor=self.actor, subject=self.subject)
        if draft is None:
            return redirect("write_answer", self.subject.public_id)
        # In the language of the page: each reader gets it in their own.
        language = get_language() or "nl"
        words = words_of_answer(draft, self.subject, self.portal, language=language)
        letter = example_letter(
            self.portal, subject=words.subject, body=words.body, language=language, now=self.now
        )
        return HttpResponse(letter, content_type="application/pdf")


class ArrangeAnswer(SubjectMixin, DomainFormView):
    """Say who answers and before when, with a reason that everybody may read."""

    template_name = "feedback/desk/arrange.html"
    form_class = AgreementForm

    def allowed(self) -> bool:
        return permissions.can_arrange(self.actor)

    def get_initial(self) -> dict[str, Any]:
        return {"owner": self.subject.owner_id, "due_on": self.subject.due_on}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "people": people_who_may_answer(self.portal, now=self.now),
            "role": Role(self.subject.owed_by).label,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(subject=self.subject, **kwargs)

    def act(self, form: AgreementForm) -> HttpResponse:
        public_id = self.subject.public_id
        arrange_answer(
            actor=self.actor, portal=self.portal, public_id=public_id, new=form.agreement(), now=self.now
        )
        messages.success(self.request, _("This is agreed now. Everybody can read why."))
        return redirect("owed_subject", public_id)


class WaiveAnswers(SubjectMixin, DomainFormView):
    """Say that those who still wait get no answer, and why."""

    template_name = "feedback/desk/waive.html"
    form_class = WaiverForm

    def allowed(self) -> bool:
        return super().allowed() and permissions.can_waive(self.actor, self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = counts_of([self.subject.pk]).get(self.subject.pk, NOTHING)
        return super().get_context_data(
            subject=self.subject, numbers=numbers_of(self.subject, counts), **kwargs
        )

    def act(self, form: WaiverForm) -> HttpResponse:
        public_id = self.subject.public_id
        reason = form.cleaned_data["reason"]
        waive_answers(actor=self.actor, public_id=public_id, reason=reason, now=self.now)
        messages.success(self.request, _("These answers are waived. Everybody can read why."))
        return redirect("owed_subject", public_id)
