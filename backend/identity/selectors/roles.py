"""Who holds which role, where and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.core.walltime import on_wall
from backend.places.models import Portal

from ..models import (
    RoleAssignment,
    in_force,
    over,
    to_come,
)
from ..permissions import visible_roles
from ..states import Role, RoleState


def roles_at(person_id: int, portal: Portal, *, now: datetime) -> frozenset[str]:
    return frozenset(_held_at(portal, now).filter(person_id=person_id).values_list("role", flat=True))


def roles_held_by(people: Collection[int], *, now: datetime) -> list[tuple[int, int, int | None, str]]:
    """Every role that some people hold now: who, in which municipality, at which portal if at one, what."""
    held = _in_force(now).filter(person_id__in=people)
    return list(held.values_list("person_id", "municipality_id", "portal_id", "role"))


def people_with_role(role: Role, portal: Portal, *, now: datetime) -> list[int]:
    """Whom a role's messages go to."""
    return list(_held_at(portal, now).filter(role=role).values_list("person_id", flat=True).distinct())


def names_with_role(roles: Sequence[str], portal: Portal, *, now: datetime) -> dict[int, str]:
    """Who holds one of these roles, by the name that stands with it in public, or else by a number."""
    held = _held_at(portal, now).filter(role__in=roles, person__is_active=True).select_related("person")
    names = {row.person_id: row.person.name_or_number for row in held}
    return dict(sorted(names.items(), key=lambda item: (item[1].casefold(), item[0])))


def _held_at(portal: Portal, now: datetime) -> QuerySet[RoleAssignment]:
    """Roles in force at a portal: its own, and those of the whole municipality."""
    return _in_force(now).filter(Q(portal=None) | Q(portal=portal), municipality_id=portal.municipality_id)


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


# Who holds several roles is shown in the first of these; the others follow in the order of the list.
SHOWN_FIRST = (Role.COUNCILLOR, Role.OFFICIAL, Role.CLERK)


def shown_as(actor: Actor, *, now: datetime, role: Role | None = None) -> RoleHolder | None:
    """As whom everybody knows somebody who writes here in a role; None for who holds none.

    Of several roles it is the one that says most, unless one is named.
    """
    role = next((each for each in ((role,) if role else (*SHOWN_FIRST, *Role)) if actor.has_role(each)), None)
    if role is None:
        return None
    held = _in_force(now).filter(
        Q(portal=None) | Q(portal=actor.require_portal()),
        municipality=actor.municipality_id,
        person=actor.require_person(),
        role=role,
    )
    # A role of this portal says more than one of the whole municipality.
    row = held.order_by("portal__pk").values_list("role", "person__name", "affiliation").first()
    return RoleHolder(*row) if row else None


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
