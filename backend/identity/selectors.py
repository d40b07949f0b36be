"""Reading people: who is acting, and whose support counts where."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.core.actor import Actor
from backend.core.walltime import on_wall
from backend.places.models import Portal

from .models import Mandate, Person, ResidencyProof, RoleAssignment
from .permissions import can_help
from .states import Role


def actor_for(person: Person | None, portal: Portal | None, *, now: datetime) -> Actor:
    """The visitor or person behind a request, with the roles they hold at this portal today."""
    if portal is None:
        return Actor(municipality_id=None, person_id=person.pk if person else None)
    if person is None:
        return Actor.visitor(municipality_id=portal.municipality_id, portal_id=portal.pk)
    return Actor(
        municipality_id=portal.municipality_id,
        portal_id=portal.pk,
        person_id=person.pk,
        roles=roles_at(person.pk, portal, now=now),
    )


def roles_at(person_id: int, portal: Portal, *, now: datetime) -> frozenset[str]:
    return frozenset(
        _in_force(now)
        .filter(
            Q(portal=None) | Q(portal=portal), person_id=person_id, municipality_id=portal.municipality_id
        )
        .values_list("role", flat=True)
    )


def people_with_role(role: Role, portal: Portal, *, now: datetime) -> list[int]:
    """Whom a role's messages go to."""
    return list(
        _in_force(now)
        .filter(Q(portal=None) | Q(portal=portal), role=role, municipality_id=portal.municipality_id)
        .values_list("person_id", flat=True)
        .distinct()
    )


def _in_force(now: datetime) -> QuerySet[RoleAssignment]:
    today = on_wall(now).date()
    return RoleAssignment.objects.all_municipalities().filter(
        Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today
    )


def valid_proofs(*, district_id: int, level: int, at: datetime) -> QuerySet[ResidencyProof]:
    """Proofs for a district that hold at a moment, at this level or a higher one, of any age."""
    return ResidencyProof.objects.all_municipalities().filter(
        district_id=district_id, level__gte=level, proved_at__lte=at, valid_until__gt=at
    )


def has_proof(person_id: int, *, district_id: int, level: int, age: int, at: datetime) -> bool:
    """Whether this person's support counts in a district: lives there and has reached the age."""
    proofs = valid_proofs(district_id=district_id, level=level, at=at)
    return proofs.filter(person_id=person_id, reached_age__gte=age).exists()


def is_proved(person_field: str, *, district_id: int, level: int, age: int, at: datetime) -> Exists:
    """The same as `has_proof`, as a condition within a query over rows that point at a person."""
    proofs = valid_proofs(district_id=district_id, level=level, at=at)
    return Exists(proofs.filter(person_id=OuterRef(person_field), reached_age__gte=age))


def proofs_of(actor: Actor) -> QuerySet[ResidencyProof]:
    """The acting person's own proofs in this municipality."""
    return ResidencyProof.objects.filter(person_id=actor.require_person()).order_by("-proved_at")


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
