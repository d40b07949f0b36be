"""Taking an argument up in one's plan, and what changed in a plan since it was put up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.core.errors import NotFound, require, require_found
from backend.discussion.selectors.taking_up import get_argument

from ..comparing import Paragraph, compare
from ..errors import TextStands
from ..models import Plan, PlanVersion
from ..permissions import can_take_up
from ..selectors.rounds import current_round
from ..selectors.versions import list_versions
from ..services.versions import NewVersion, adopt_argument, versions_address
from ..states import PlanState
from .base import PortalForm, PortalPage, kept_until_close
from .forms.plans import TakeUpForm

VERSIONS_PER_PAGE = 5


class TakeUpArgument(PortalForm):
    """The argument beside the text of the plan, which its proposer changes because of it."""

    template_name = "proposals/take_up.html"
    form_class = TakeUpForm

    @cached_property
    def own_plan(self) -> Plan:
        plan = self.plan()
        if plan.state != PlanState.COMPETING and plan.proposer_id == self.actor.person_id:
            raise TextStands
        require(can_take_up(self.actor, plan))
        return plan

    def get_initial(self) -> dict[str, Any]:
        return {"what": self.own_plan.what, "why": self.own_plan.why}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.own_plan
        argument = get_argument(
            actor=self.actor,
            thread_id=require_found(plan.thread_id),
            public_id=self.kwargs["post_public_id"],
        )
        return super().get_context_data(plan=plan, argument=argument, **kwargs)

    def act(self, form: TakeUpForm) -> HttpResponse:
        version = adopt_argument(
            actor=self.actor,
            public_id=self.kwargs["public_id"],
            post_public_id=self.kwargs["post_public_id"],
            new=NewVersion(
                what=form.cleaned_data["what"],
                why=form.cleaned_data["why"],
                change=form.cleaned_data["change"],
                replaces=form.cleaned_data["replaces"] or 0,
            ),
            now=self.now,
        )
        messages.success(self.request, _("Your plan was changed. Everyone who voted or argued is told."))
        return redirect(versions_address(version.plan, version.number))


@dataclass(frozen=True)
class VersionView:
    """One version, with what changed in it since the one before. The first one did not change."""

    version: PlanVersion
    what: tuple[Paragraph, ...]
    why: tuple[Paragraph, ...]


class VersionsPage(PortalPage):
    """Every version of a plan, the newest first, with what was changed in each."""

    template_name = "proposals/versions.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        if plan.state == PlanState.DRAFT:
            raise NotFound
        page = Paginator(list_versions(plan), VERSIONS_PER_PAGE).get_page(request.GET.get("pagina"))
        context = self.get_context_data(plan=plan, page=page, versions=self._views(plan, page))
        response = self.render_to_response(context)
        if plan.state == PlanState.WITHDRAWN:
            return response
        round_now = current_round(self.portal.pk, at=self.now)
        return kept_until_close(request, response, round_now, self.now, found=True)

    def _views(self, plan: Plan, page: Page[PlanVersion]) -> list[VersionView]:
        """Each version of this page beside the one before it, which may stand on the next page."""
        shown = list(page.object_list)
        before_all = list_versions(plan)[page.end_index() : page.end_index() + 1] if page.has_next() else []
        pairs = zip_longest(shown, [*shown[1:], *before_all])
        return [
            VersionView(new, compare((old or new).what, new.what), compare((old or new).why, new.why))
            for new, old in pairs
        ]
