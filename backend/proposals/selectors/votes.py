"""Somebody's own votes."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.core.actor import Actor

from ..models import Plan, Vote


def find_own_vote(*, actor: Actor, plan: Plan) -> Vote | None:
    """The acting person's standing vote for a plan."""
    if actor.person_id is None:
        return None
    return Vote.objects.filter(plan=plan, person_id=actor.person_id, withdrawn_at=None).first()


def list_own_votes(actor: Actor) -> QuerySet[Vote]:
    """Every plan the acting person supports at this portal, latest first."""
    return (
        Vote.objects.filter(
            person_id=actor.require_person(), withdrawn_at=None, plan__portal_id=actor.require_portal()
        )
        .select_related("plan", "plan__category")
        .order_by("-cast_at", "-id")
    )
