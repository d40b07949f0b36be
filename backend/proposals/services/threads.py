"""The discussion of a plan, kept in step with the plan itself."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from backend.discussion.services.threads import close_threads, keep_in_step, open_thread
from backend.discussion.states import ThreadState

from ..models import Plan


def open_thread_of(plan: Plan, *, now: datetime) -> None:
    """Begin the discussion about a plan that is put up for votes. Who saves the plan keeps it."""
    plan.thread = open_thread(portal=plan.portal, title=plan.title, address=address_of(plan), now=now)


def address_of(plan: Plan) -> str:
    return f"/plannen/{plan.public_id}/"


def hide_thread_of(plan: Plan) -> None:
    """Nobody reads any more what was said about a plan that is public no more."""
    if plan.thread_id is not None:
        keep_in_step(thread_id=plan.thread_id, state=ThreadState.HIDDEN)


def close_threads_of(plans: QuerySet[Plan]) -> None:
    """What came of these plans is known: everybody can read what was said, nobody can add to it.

    Why it is closed is what the page of the plan says of the plan.
    """
    close_threads(thread_ids=plans.values_list("thread_id", flat=True))
