"""Counting votes from the votes themselves, in the database: the same at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.identity.selectors import is_proved

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
    """The votes that stood at a moment: cast before it, and not taken back before it."""
    return Vote.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gte=at), cast_at__lt=at)


def recount(portal_id: int, rules: Rules, at: datetime) -> Iterator[PlanTally]:
    """Every competing plan with its votes at a moment, straight from votes and proofs.

    It counts people, not rows: two servers whose clocks differ could leave two rows of one person that both
    stood at the moment.
    """
    proof: dict[str, Any] = {"district_id": rules.district_id, "level": rules.proof_level, "at": at}
    rows = (
        standing_votes(at=at)
        .filter(plan__in=candidates(portal_id, at=at))
        .annotate(
            counts=is_proved("person_id", age=rules.minimum_age, **proof),
            lives_here=is_proved("person_id", age=0, **proof),
        )
        .values("plan_id")
        .annotate(
            counted=Count("person_id", distinct=True, filter=Q(counts=True)),
            too_young=Count("person_id", distinct=True, filter=Q(counts=False, lives_here=True)),
            no_proof=Count("person_id", distinct=True, filter=Q(counts=False, lives_here=False)),
        )
        .order_by()
    )
    with_votes = {row["plan_id"]: row for row in rows.iterator(chunk_size=2_000)}
    for plan_id in candidates(portal_id, at=at).order_by("pk").values_list("pk", flat=True).iterator():
        row = with_votes.get(plan_id)
        reasons = {NO_PROOF: row["no_proof"], TOO_YOUNG: row["too_young"]} if row else {}
        yield PlanTally(plan_id, row["counted"] if row else 0, {name: n for name, n in reasons.items() if n})


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
