"""Reading people: who is acting, and whose support counts where."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from backend.core.actor import Actor
from backend.core.retention import Clock
from backend.core.walltime import on_wall
from backend.places.models import Portal

from .models import (
    CleanUpReport,
    CleanUpResult,
    Consent,
    Person,
    ResidencyProof,
    RetentionClock,
    RoleAssignment,
)
from .states import Role

NIGHTS_SHOWN = 14


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


def municipalities_administered_by(person_id: int, *, now: datetime) -> list[int]:
    """Where somebody is administrator today, of the whole or of a portal."""
    mine = _in_force(now).filter(person_id=person_id, role=Role.ADMINISTRATOR)
    return list(mine.order_by("municipality_id").values_list("municipality_id", flat=True).distinct())


def people_who_administer(municipality_id: int, *, now: datetime) -> QuerySet[RoleAssignment]:
    """The administrators of a municipality today who have not left."""
    return _in_force(now).filter(
        municipality_id=municipality_id, role=Role.ADMINISTRATOR, person__is_active=True
    )


def people_with_a_role(*, now: datetime) -> QuerySet[Any, Any]:
    """Everybody who holds any role anywhere today, as a condition within another query."""
    return _in_force(now).order_by().values("person_id")


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


def consents_of(person_id: int) -> dict[str, datetime]:
    """What somebody allows now, and since when."""
    standing = Consent.objects.filter(person_id=person_id, withdrawn_at=None)
    return dict(standing.values_list("purpose", "given_at"))


def days_of_clocks() -> dict[str, int]:
    """For how many days things are kept, by purpose."""
    return dict(RetentionClock.objects.values_list("purpose", "days"))


def list_clocks() -> list[RetentionClock]:
    """Every clock, in the order in which purposes are told."""
    order = {purpose: place for place, purpose in enumerate(Clock.values)}
    return sorted(RetentionClock.objects.all(), key=lambda clock: order.get(clock.purpose, len(order)))


def latest_reports() -> QuerySet[CleanUpReport]:
    """What the last nights cleared away."""
    results = Prefetch("results", CleanUpResult.objects.order_by("pk"))
    return CleanUpReport.objects.order_by("-day").prefetch_related(results)[:NIGHTS_SHOWN]
