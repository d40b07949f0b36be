"""Voting in one step, and taking a vote back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from backend.core.web.views import SignedInMixin
from backend.identity.selectors.residency import proofs_of
from backend.identity.states import ProofLevel
from backend.notifications.selectors import count_unread

from ..selectors.plans import list_own_plans
from ..selectors.rounds import current_round
from ..selectors.votes import find_own_vote, list_own_votes
from ..services.eligibility import declare_eligible, rules_at
from ..services.votes import cast_vote, withdraw_vote
from ..states import PlanState
from .base import PortalForm, PortalPage
from .forms.desk import DeclareForm
from .presenting import has_changed_since, moment_label, plan_url


class VoteForPlan(SignedInMixin, PortalPage):
    """The vote itself. Whoever comes here by a link, or from signing in, sees one button."""

    template_name = "proposals/vote.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        if plan.state != PlanState.COMPETING or find_own_vote(actor=self.actor, plan=plan):
            return redirect(plan_url(plan))
        return self.render_to_response(self.get_context_data(plan=plan))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        receipt = cast_vote(actor=self.actor, public_id=self.kwargs["public_id"], now=self.now)
        return redirect(plan_url(receipt.plan) + "?ontvangen=1#stem")


class WithdrawVote(SignedInMixin, PortalPage):
    """Taking a vote back, with one button."""

    template_name = "proposals/withdraw_vote.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(plan=self.plan()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        plan = self.plan()
        withdraw_vote(actor=self.actor, public_id=plan.public_id, now=self.now)
        if request.POST.get("terug") == "stemmen":
            return redirect("my_votes")
        return redirect(plan_url(plan) + "#stem")


class MyVotes(SignedInMixin, PortalPage):
    """Every plan one supports, and whether the votes count."""

    template_name = "proposals/my_votes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_now = current_round(self.portal.pk, at=self.now)
        votes = list(list_own_votes(self.actor))
        return super().get_context_data(
            votes=votes,
            changed_since={vote.pk for vote in votes if has_changed_since(vote.plan, vote.cast_at)},
            closes=moment_label(round_now.closes_at) if round_now else "",
            **kwargs,
        )


class MyPage(SignedInMixin, PortalPage):
    """The way to everything of one's own."""

    template_name = "proposals/my_page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(unread=count_unread(self.actor), **kwargs)


class MyPlans(SignedInMixin, PortalPage):
    """Drafts and plans of one's own."""

    template_name = "proposals/my_plans.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(plans=list(list_own_plans(self.actor)), **kwargs)


class HowVotesCount(PortalForm):
    """What makes one's votes count here, and where that stands."""

    template_name = "proposals/how_votes_count.html"
    form_class = DeclareForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = rules_at(self.portal, self.now)
        return super().get_context_data(
            rules=rules,
            may_declare=rules.proof_level == ProofLevel.DECLARED,
            proofs=list(
                proofs_of(
                    self.actor,
                    district_id=rules.district_id,
                    level=rules.proof_level,
                    age=rules.minimum_age,
                    at=self.now,
                )
            ),
            **kwargs,
        )

    def act(self, form: DeclareForm) -> HttpResponse:
        declare_eligible(actor=self.actor, portal=self.portal, now=self.now)
        return redirect("my_votes")
