"""Counting votes from the votes themselves, in the database: the same at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.identity.selectors.residency import is_proved

from ..models import Plan, Rules, Vote
from ..states import PlanState

NO_PROOF = "no_proof"
TOO_YOUNG = "too_young"


@dataclass(frozen=True)
class PlanTally:
    """The votes of one plan at one moment: those that count, and those that do not and why."""

    plan_id: int
    votes: int
    not_counted: dict[str, int]


def candidates(portal_id: int, *, at: datetime) -> QuerySet[Plan]:
    """The plans that take part in a count at this moment."""
    return Plan.objects.filter(portal_id=portal_id, state=PlanState.COMPETING, submitted_at__lt=at)


def standing_votes(*, at: datetime) -> QuerySet[Vote]:
    """The votes that stood at a moment: cast before it, and not taken back before it. One of each person.

    Two servers whose clocks differ could leave a vote that was taken back just after the moment beside a
    later one that was cast just before it. Then the later one counts.
    """
    cast_again = Vote.objects.filter(
        plan=OuterRef("plan"), person=OuterRef("person"), cast_at__lt=at, pk__gt=OuterRef("pk")
    )
    taken_back_after = Q(withdrawn_at__gte=at) & ~Exists(cast_again)
    return Vote.objects.filter(Q(withdrawn_at=None) | taken_back_after, cast_at__lt=at)


def recount(portal_id: int, rules: Rules, at: datetime) -> Iterator[PlanTally]:
    """Every competing plan with its votes at a moment, straight from votes and proofs."""
    proof: dict[str, Any] = {"district_id": rules.district_id, "level": rules.proof_level, "at": at}
    votes = standing_votes(at=at).filter(plan__in=candidates(portal_id, at=at))
    votes = votes.annotate(counts=is_proved("person_id", age=rules.minimum_age, **proof))
    counted: dict[int, int] = {}
    left_out = False
    for plan_id, counts, number in votes.values_list("plan_id", "counts").annotate(n=Count("pk")).order_by():
        if counts:
            counted[plan_id] = number
        else:
            left_out = True
    # Why votes do not count is asked only about those, which are few.
    reasons = _reasons(votes.filter(counts=False), proof) if left_out else {}
    for plan_id in candidates(portal_id, at=at).order_by("pk").values_list("pk", flat=True).iterator():
        yield PlanTally(plan_id, counted.get(plan_id, 0), reasons.get(plan_id, {}))


def _reasons(left_out: QuerySet[Vote, Any], proof: dict[str, Any]) -> dict[int, dict[str, int]]:
    """Per plan, how many votes do not count for each reason."""
    found: dict[int, dict[str, int]] = {}
    rows = left_out.annotate(lives_here=is_proved("person_id", age=0, **proof)).values_list(
        "plan_id", "lives_here"
    )
    for plan_id, lives_here, number in rows.annotate(n=Count("pk")).order_by():
        found.setdefault(plan_id, {})[TOO_YOUNG if lives_here else NO_PROOF] = number
    return found


def refresh_running_totals(*, plan_ids: list[int], rules: Rules, at: datetime) -> None:
    """Bring the running totals of plans in step with the proofs, after those have changed."""
    votes = Vote.objects.filter(plan_id__in=plan_ids, withdrawn_at=None)
    proved = is_proved(
        "person_id", district_id=rules.district_id, level=rules.proof_level, age=rules.minimum_age, at=at
    )
    votes.filter(proved, is_counting=False).update(is_counting=True)
    votes.filter(~proved, is_counting=True).update(is_counting=False)
    # Without the lock, a vote that is committed between reading and writing would be written over.
    list(Plan.objects.filter(pk__in=plan_ids).order_by("pk").select_for_update().values_list("pk"))
    counting = (
        Vote.objects.filter(plan=OuterRef("pk"), withdrawn_at=None, is_counting=True)
        .order_by()
        .values("plan")
        .annotate(n=Count("pk"))
        .values("n")
    )
    Plan.objects.filter(pk__in=plan_ids).update(vote_count=Coalesce(Subquery(counting), 0))
