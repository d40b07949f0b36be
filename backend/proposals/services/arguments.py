"""Whoever argues about a plan is owed an answer, as everybody who contributes to it."""

from __future__ import annotations

from datetime import datetime

from backend.core.actor import Actor
from backend.feedback import services as feedback
from backend.feedback.states import Contribution

from ..models import Plan
from .announcements import SUBJECT
from .plans import promise_to


def owe_for_argument(*, actor: Actor, plan: Plan, person_id: int, now: datetime) -> None:
    """Owe somebody an answer for what they wrote under a plan, also while it waits for a moderator."""
    promise = promise_to(plan, person_id, Contribution.ARGUED)
    feedback.open_promises(actor=actor, promises=[promise], now=now)


def release_for_arguments(*, plan: Plan, person_id: int, now: datetime) -> None:
    """Somebody took back everything they wrote under a plan: nothing is owed for it any more."""
    feedback.release_promise(
        subject_type=SUBJECT,
        subject_id=plan.pk,
        person_id=person_id,
        contribution=Contribution.ARGUED,
        now=now,
    )
