"""Whoever argues about a plan is owed an answer, as everybody who contributes to it."""

from __future__ import annotations

from datetime import datetime

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.feedback import services as feedback
from backend.feedback.states import Contribution

from ..models import Plan
from ..selectors.rounds import rules_in_force
from .announcements import SUBJECT
from .plans import promise_to


def owe_for_argument(*, actor: Actor, plan: Plan, person_id: int, now: datetime) -> None:
    """Owe somebody an answer for what they wrote under a plan, also while it waits for a moderator."""
    rules = require_found(rules_in_force(plan.portal_id, at=now))
    promise = promise_to(plan, person_id, Contribution.ARGUED, rules, now)
    feedback.open_promises(actor=actor, promises=[promise], now=now)


def release_for_arguments(*, plan: Plan, person_id: int) -> None:
    """Somebody took back everything they wrote under a plan: nothing is owed for it any more."""
    feedback.release_promise(
        subject_type=SUBJECT, subject_id=plan.pk, person_id=person_id, contribution=Contribution.ARGUED
    )
