"""What of plans, outcomes and meetings can be put in a newsletter."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.core.actor import Actor
from backend.notifications.blocks import BlockSource, Item, register

from .models import Meeting, Outcome, Plan
from .permissions import visible_plans
from .selectors.meetings import list_meetings
from .selectors.rounds import Standing, standing_of
from .states import PUBLIC_STATES, PlanState
from .web.presenting import moment_label, plan_url, votes_label

# So many with most votes, and so many of the newest. More is not a choice but a search.
PLANS_OFFERED = 10
OUTCOMES_OFFERED = 20
MEETINGS_OFFERED = 10
LONGEST_SENTENCE = 240


def offer_plans(actor: Actor, told: frozenset[str], now: datetime) -> list[Item]:
    """Plans that collect votes: those with most votes and the newest. Also those that were told of before."""
    standing = standing_of(actor.require_portal(), at=now)
    competing = visible_plans(actor).filter(state=PlanState.COMPETING)
    newest = list(competing.order_by("-submitted_at", "-pk")[:PLANS_OFFERED])
    # As long as totals are secret their order is so too.
    most = [] if standing.totals_hidden else competing.order_by("-vote_count", "pk")[:PLANS_OFFERED]
    plans = {plan.pk: plan for plan in [*most, *newest]}
    return [
        Item(
            reference=plan.public_id,
            title=plan.title,
            text="\n\n".join(part for part in (_begin_of(plan.what), _how_it_stands(plan, standing)) if part),
            address=plan_url(plan),
        )
        for plan in plans.values()
    ]


def _how_it_stands(plan: Plan, standing: Standing) -> str:
    votes = "" if standing.totals_hidden else votes_label(plan.vote_count)
    until = moment_label(standing.round.closes_at) if standing.round else ""
    if votes and until:
        return _("%(votes)s until now. The next count is on %(moment)s.") % {"votes": votes, "moment": until}
    return _("The next count is on %(moment)s.") % {"moment": until} if until else votes


def offer_outcomes(actor: Actor, told: frozenset[str], now: datetime) -> list[Item]:
    """Outcomes that were in no newsletter yet, however long ago they were recorded."""
    outcomes = _public_outcomes(actor).exclude(pk__in=[int(reference) for reference in told])
    return [
        Item(
            reference=str(outcome.pk),
            title=outcome.item.plan.title,
            text=f"{outcome.get_result_display()}.\n\n{_begin_of(outcome.reason)}",
            address=plan_url(outcome.item.plan),
        )
        for outcome in outcomes.select_related("item__plan").order_by("-recorded_at", "-pk")[
            :OUTCOMES_OFFERED
        ]
    ]


def offer_meetings(actor: Actor, told: frozenset[str], now: datetime) -> list[Item]:
    """Meetings that are planned."""
    return [
        Item(
            reference=meeting.public_id,
            title=_("%(committee)s meets") % {"committee": meeting.committee},
            text=f"{moment_label(meeting.starts_at)}, {meeting.place}.",
            address=reverse("meeting", args=[meeting.public_id]),
        )
        for meeting in list_meetings(actor=actor, now=now)[:MEETINGS_OFFERED]
    ]


def public_plans(actor: Actor, references: Collection[str]) -> set[str]:
    plans = visible_plans(actor).filter(state__in=PUBLIC_STATES, public_id__in=references)
    return set(plans.values_list("public_id", flat=True))


def public_outcomes(actor: Actor, references: Collection[str]) -> set[str]:
    """An outcome is as public as its plan."""
    outcomes = _public_outcomes(actor).filter(pk__in=[int(reference) for reference in references])
    return {str(pk) for pk in outcomes.values_list("pk", flat=True)}


def public_meetings(actor: Actor, references: Collection[str]) -> set[str]:
    meetings = Meeting.objects.filter(portal_id=actor.require_portal(), public_id__in=references)
    return set(meetings.values_list("public_id", flat=True))


def _public_outcomes(actor: Actor) -> QuerySet[Outcome]:
    return Outcome.objects.filter(item__plan__in=visible_plans(actor).filter(state__in=PUBLIC_STATES))


def _begin_of(text: str) -> str:
    """The first words of what somebody wrote, on one line."""
    return Truncator(" ".join(text.split())).chars(LONGEST_SENTENCE)


for source in (
    BlockSource(
        slug="outcomes",
        label=gettext_lazy("What came of plans"),
        offer=offer_outcomes,
        public=public_outcomes,
    ),
    BlockSource(
        slug="plans", label=gettext_lazy("Plans that collect votes"), offer=offer_plans, public=public_plans
    ),
    BlockSource(
        slug="meetings", label=gettext_lazy("Meetings to come"), offer=offer_meetings, public=public_meetings
    ),
):
    register(source)
