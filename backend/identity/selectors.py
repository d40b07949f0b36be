"""Reading people: who is acting, and whose support counts where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.core.retention import LIMITS, Clock
from backend.core.walltime import on_wall
from backend.places.models import Portal

from .brokers import Broker
from .models import (
    CleanUpReport,
    CleanUpResult,
    Consent,
    Mandate,
    Person,
    ResidencyProof,
    RetentionClock,
    RoleAssignment,
    in_force,
    over,
    to_come,
)
from .permissions import can_help, visible_roles
from .states import STAFF_ROLES, Role, RoleState

NIGHTS_SHOWN = 14


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


def roles_at(person_id: int, portal: Portal, *, now: datetime) -> frozenset[str]:
    return frozenset(_held_at(portal, now).filter(person_id=person_id).values_list("role", flat=True))


def people_with_role(role: Role, portal: Portal, *, now: datetime) -> list[int]:
    """Whom a role's messages go to."""
    return list(_held_at(portal, now).filter(role=role).values_list("person_id", flat=True).distinct())


def _held_at(portal: Portal, now: datetime) -> QuerySet[RoleAssignment]:
    """Roles in force at a portal: its own, and those of the whole municipality."""
    return _in_force(now).filter(Q(portal=None) | Q(portal=portal), municipality_id=portal.municipality_id)


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
    return RoleAssignment.objects.all_municipalities().filter(in_force(now))


@dataclass(frozen=True)
class RoleHolder:
    """Who does something here, as everybody may know it."""

    role: str
    name: str
    affiliation: str


def who_does_what(portal: Portal, *, now: datetime) -> list[RoleHolder]:
    """Everybody with a role at a portal, by role and then by name. Addresses are nobody's business."""
    rows = _held_at(portal, now).filter(person__is_active=True)
    held = {RoleHolder(*row) for row in rows.values_list("role", "person__name", "affiliation")}
    order = {role: place for place, role in enumerate(Role.values)}
    return sorted(
        held,
        # Whoever has no name comes after those who have one.
        key=lambda one: (order[one.role], one.name == "", one.name.casefold(), one.affiliation.casefold()),
    )


def portals_showing(person_id: int, *, now: datetime) -> list[int]:
    """The portals on whose public pages somebody's name stands with a role."""
    held = RoleAssignment.objects.all_municipalities().filter(in_force(now), person_id=person_id)
    whole = held.filter(portal=None).values("municipality_id")
    at_portal = held.exclude(portal=None).values("portal_id")
    shown = Portal.objects.all_municipalities().filter(Q(pk__in=at_portal) | Q(municipality_id__in=whole))
    return list(shown.values_list("pk", flat=True))


@dataclass(frozen=True, kw_only=True)
class RoleFilter:
    """What an administrator looks for."""

    role: str = ""
    state: str = ""


def list_roles(actor: Actor, chosen: RoleFilter, *, now: datetime) -> QuerySet[RoleAssignment]:
    """The roles an administrator is about: those that begin last come first."""
    rows = visible_roles(actor, now=now).select_related("person", "portal")
    if chosen.role:
        rows = rows.filter(role=chosen.role)
    when = {RoleState.IN_FORCE: in_force, RoleState.FUTURE: to_come, RoleState.ENDED: over}
    if chosen.state:
        rows = rows.filter(when[RoleState(chosen.state)](now))
    return rows.order_by("-starts_on", "-pk")


def get_role(actor: Actor, assignment_id: int, *, now: datetime) -> RoleAssignment:
    """One role. NotFound when it does not exist, or when it is about another portal."""
    rows = visible_roles(actor, now=now).select_related("person", "portal")
    return require_found(rows.filter(pk=assignment_id).first())


def state_of(assignment: RoleAssignment, *, now: datetime) -> RoleState:
    today = on_wall(now).date()
    if assignment.ended_at is not None and assignment.ended_at <= now:
        return RoleState.ENDED
    if assignment.ends_on is not None and assignment.ends_on < today:
        return RoleState.ENDED
    return RoleState.FUTURE if assignment.starts_on > today else RoleState.IN_FORCE


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


def devices_of(person_id: int, *, now: datetime) -> list[UserSession]:
    """Where somebody is signed in, used last first."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    sessions = UserSession.objects.filter(user_id=person_id, session_key__in=alive)
    return list(sessions.order_by("-last_seen_at", "-pk"))


def brokers_of(portal: Portal) -> list[Broker]:
    """By whom people can sign in at a portal: the brokers of its municipality, in the operator's order."""
    return [broker for broker in settings.BROKERS if broker.municipality == portal.municipality.code]


def broker_at(portal: Portal | None, broker_id: str) -> Broker:
    """One broker of a portal. NotFound for those of another municipality, as for those that are not there."""
    known = {broker.id: broker for broker in (brokers_of(portal) if portal else [])}
    return require_found(known.get(broker_id))


def consents_of(person_id: int) -> dict[str, datetime]:
    """What somebody allows now, and since when."""
    standing = Consent.objects.filter(person_id=person_id, withdrawn_at=None)
    return dict(standing.values_list("purpose", "given_at"))


def days_of_clocks() -> dict[str, int]:
    """For how many days things are kept, by purpose."""
    return dict(RetentionClock.objects.values_list("purpose", "days"))


def time_kept(clock: Clock) -> timedelta:
    """How long something is kept. Without its clock as short as may be chosen: never too long."""
    days = RetentionClock.objects.filter(purpose=clock).values_list("days", flat=True).first()
    return timedelta(days=LIMITS[clock][0] if days is None else days)


def list_clocks() -> list[RetentionClock]:
    """Every clock, in the order in which purposes are told."""
    order = {purpose: place for place, purpose in enumerate(Clock.values)}
    return sorted(RetentionClock.objects.all(), key=lambda clock: order.get(clock.purpose, len(order)))


def latest_reports() -> QuerySet[CleanUpReport]:
    """What the last nights cleared away."""
    results = Prefetch("results", CleanUpResult.objects.order_by("pk"))
    return CleanUpReport.objects.order_by("-day").prefetch_related(results)[:NIGHTS_SHOWN]
