"""Roles that somebody holds at a place."""

from __future__ import annotations

from datetime import UTC, date, datetime

from backend.core.actor import Actor
from backend.identity.models import Person, RoleAssignment
from backend.identity.services.roles import give_role
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import actor_of, make_person
from tests.builders.portals import system_of

# A day in winter, by the clock of Amsterdam at noon.
NOON = datetime(2027, 1, 12, 11, tzinfo=UTC)


def given(
    portal: Portal,
    role: Role = Role.CLERK,
    *,
    whole: bool = False,
    person: Person | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    now: datetime = NOON,
    affiliation: str = "",
) -> RoleAssignment:
    """A role that the operator gave."""
    return give_role(
        actor=system_of(portal),
        person=person or make_person(portal, verified=False),
        role=role,
        portal=None if whole else portal,
        reason="test",
        starts_on=starts_on,
        ends_on=ends_on,
        affiliation=affiliation,
        now=now,
    )


def administrator(portal: Portal, *, whole: bool = False, now: datetime = NOON) -> Actor:
    person = given(portal, Role.ADMINISTRATOR, whole=whole, now=now).person
    return actor_of(person, portal, at=now)
