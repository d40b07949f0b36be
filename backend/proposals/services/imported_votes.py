"""The choices on ballots of an election that was held elsewhere, as votes for plans of a portal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, F, Value, When

from backend.core.actor import Actor
from backend.feedback import services as feedback
from backend.feedback.states import Contribution
from backend.places.models import Portal

from ..models import Plan, Vote
from .plans import promise_to


def add_votes(*, actor: Actor, portal: Portal, pairs: Sequence[tuple[int, Plan]], now: datetime) -> None:
    """Let people, by their ids, support plans, and owe each of them an answer. Runs in a transaction.

    Their votes count at once: the caller has taken the election itself as proof of where they live.
    """
    Vote.objects.bulk_create(
        Vote(
            municipality_id=portal.municipality_id,
            plan=plan,
            person_id=person_id,
            cast_at=now,
            is_counting=True,
        )
        for person_id, plan in pairs
    )
    promises = (promise_to(plan, person_id, Contribution.VOTED) for person_id, plan in pairs)
    feedback.open_promises(actor=actor, promises=promises, now=now)
    # Last, because residents who vote at this moment wait for the rows of these plans.
    added = Counter(plan.pk for _person_id, plan in pairs)
    steps = [When(pk=plan_id, then=Value(number)) for plan_id, number in added.items()]
    if steps:
        Plan.objects.filter(pk__in=added).update(vote_count=F("vote_count") + Case(*steps, default=Value(0)))
