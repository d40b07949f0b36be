"""Who acts in a request: with which roles, and for whom."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.places.models import Portal

from ..models import (
    Mandate,
    Person,
)
from ..permissions import can_help
from ..states import STAFF_ROLES
from .roles import roles_at


def actor_for(person: Person | None, portal: Portal | None, *, now: datetime, second_factor: bool) -> Actor:
    """The visitor or person behind a request, with the roles they hold at this portal today.

    Without a second factor the roles of staff are withheld: the person acts as any resident. This is the
    one place that decides it.
    """
    if portal is None:
        return Actor(municipality_id=None, person_id=person.pk if person else None)
    if person is None:
        return Actor.visitor(municipality_id=portal.municipality_id, portal_id=portal.pk)
    held = roles_at(person.pk, portal, now=now)
    withheld = frozenset() if second_factor else held & STAFF_ROLES
    return Actor(
        municipality_id=portal.municipality_id,
        portal_id=portal.pk,
        person_id=person.pk,
        roles=held - withheld,
        withheld_roles=withheld,
    )


def find_open_mandate(actor: Actor, public_id: str, *, now: datetime) -> Mandate | None:
    """The help that an assistant is giving now, as long as neither ended it and the hour is not over."""
    if not can_help(actor):
        return None
    return (
        Mandate.objects.filter(
            public_id=public_id,
            assistant_id=actor.person_id,
            portal_id=actor.require_portal(),
            ended_at=None,
            given_at__lte=now,
            ends_at__gt=now,
            person__is_active=True,
        )
        .select_related("person")
        .first()
    )


def actor_helped(actor: Actor, mandate: Mandate) -> Actor:
    """The helped person as the one who acts, by the hands of the assistant. Roles of neither are in force."""
    return Actor(
        municipality_id=actor.municipality_id,
        portal_id=actor.portal_id,
        person_id=mandate.person_id,
        assistant_id=actor.person_id,
        mandate_id=mandate.pk,
    )


def mandates_of(actor: Actor) -> QuerySet[Mandate]:
    """Everybody who ever helped the acting person at this portal, latest first."""
    return (
        Mandate.objects.filter(person_id=actor.require_person(), portal_id=actor.require_portal())
        .select_related("assistant")
        .order_by("-given_at", "-pk")
    )
