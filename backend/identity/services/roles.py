"""Roles per place, from a day to a day, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require
from backend.core.events import publish
from backend.core.live.closing import close_pages_of
from backend.core.locks import alone_with
from backend.core.plain import one_line
from backend.core.walltime import on_wall
from backend.places.models import Portal

from .. import permissions
from ..errors import OwnRole, RoleOver, RoleOverlaps
from ..events import RoleEnded, RoleGiven
from ..models import Person, RoleAssignment
from ..selectors.roles import get_role, state_of
from ..states import WHOLE_ROLES, Role, RoleState
from .administrators import hold_administrators, require_administrator_left
from .people import person_for_address


@dataclass(frozen=True, kw_only=True)
class NewRole:
    """What an administrator fills in. Without a portal the role is for the whole municipality."""

    email: str
    role: Role
    portal: Portal | None
    reason: str
    affiliation: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@transaction.atomic
def give_role_to_address(*, actor: Actor, new: NewRole, now: datetime) -> RoleAssignment:
    """Give a role to whoever an e-mail address is of. An address that was never used becomes an account.

    Nothing in the answer tells whether the address was known.
    """
    require(permissions.can_give_roles_at(actor, new.portal, now=now))
    return give_role(
        actor=actor,
        person=person_for_address(email=new.email, language="nl", now=now),
        role=new.role,
        portal=new.portal,
        reason=new.reason,
        affiliation=new.affiliation,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        now=now,
    )


@transaction.atomic
def give_role(
    *,
    actor: Actor,
    person: Person,
    role: Role,
    portal: Portal | None,
    reason: str,
    now: datetime,
    affiliation: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleAssignment:
    """Let somebody act in a role at one portal, or without one in the whole municipality of the actor.

    From today unless a later day is named, and up to and including the last day if there is one. The person
    is told. Raises OwnRole, RoleOverlaps or InvalidInput.
    """
    require(permissions.can_give_roles_at(actor, portal, now=now))
    if person.pk == actor.acting_id:
        raise OwnRole
    today = on_wall(now).date()
    assignment = RoleAssignment(
        municipality_id=portal.municipality_id if portal else _municipality_of(actor),
        person=person,
        role=role,
        portal=portal,
        affiliation=one_line(affiliation),
        starts_on=starts_on or today,
        ends_on=ends_on,
        reason=reason.strip(),
        given_by_id=actor.person_id,
    )
    _require_complete(assignment, today)
    _require_free(assignment)
    assignment.save()
    audit.record(
        actor=actor,
        action="identity.role_given",
        target=assignment,
        at=now,
        role=role,
        person=person.pk,
        portal=portal.pk if portal else 0,
        first_day=assignment.starts_on.isoformat(),
        last_day=_as_text(ends_on),
    )
    _tell(actor, assignment, now)
    return assignment


@transaction.atomic
def change_role(
    *, actor: Actor, assignment_id: int, ends_on: date | None, affiliation: str, now: datetime
) -> None:
    """Change the last day of a role, or the party or service that stands with it. The person is told.

    Raises NotFound, RoleOver, OwnRole, RoleOverlaps, LastAdministrator or InvalidInput.
    """
    assignment = _lock(actor, assignment_id, now)
    today = on_wall(now).date()
    if ends_on is not None and ends_on < today:
        raise InvalidInput(_("Choose today or a later day. To end a role at once, end it."), field="ends_on")
    before = assignment.ends_on
    is_longer = before is not None and (ends_on is None or ends_on > before)
    if is_longer and assignment.person_id == actor.acting_id:
        raise OwnRole
    assignment.ends_on, assignment.affiliation = ends_on, one_line(affiliation)
    _require_complete(assignment, assignment.starts_on)
    _require_free(assignment)
    if not is_longer and ends_on is not None and ends_on != before:
        _require_other_administrator(actor, assignment, from_day=ends_on + timedelta(days=1))
    assignment.save(update_fields=["ends_on", "affiliation"])
    audit.record(
        actor=actor,
        action="identity.role_changed",
        target=assignment,
        at=now,
        role=assignment.role,
        person=assignment.person_id,
        last_day=_as_text(ends_on),
    )
    _tell(actor, assignment, now)


@transaction.atomic
def end_role(*, actor: Actor, assignment_id: int, reason: str, now: datetime) -> None:
    """End a role at once, before its last day or before it began. The person is told.

    Raises NotFound, RoleOver, LastAdministrator or InvalidInput.
    """
    assignment = _lock(actor, assignment_id, now)
    if not reason.strip():
        raise InvalidInput(_("Write down why."), field="reason")
    today = on_wall(now).date()
    last_day = max(today, assignment.starts_on)
    _require_other_administrator(actor, assignment, from_day=last_day)
    assignment.ended_at, assignment.ended_by_id, assignment.end_reason = now, actor.person_id, reason.strip()
    assignment.ends_on = last_day
    assignment.save(update_fields=["ended_at", "ended_by", "end_reason", "ends_on"])
    audit.record(
        actor=actor,
        action="identity.role_ended",
        target=assignment,
        at=now,
        role=assignment.role,
        person=assignment.person_id,
    )
    publish(RoleEnded(**_event_of(actor, assignment, now)))
    _renew_pages(assignment)


def _lock(actor: Actor, assignment_id: int, now: datetime) -> RoleAssignment:
    """A role that can still be changed, held so that nobody else changes it meanwhile.

    Two who end each other's role of administrator at the same moment must not both find that the other stays.
    """
    seen = get_role(actor, assignment_id, now=now)
    if seen.role == Role.ADMINISTRATOR:
        hold_administrators(seen.municipality_id)
    assignment = RoleAssignment.objects.select_for_update().get(pk=seen.pk)
    # Asked now, because the actor's own role may have been ended while waiting.
    require(permissions.can_give_roles_at(actor, seen.portal, now=now))
    if state_of(assignment, now=now) == RoleState.ENDED:
        raise RoleOver
    return assignment


def _require_complete(assignment: RoleAssignment, earliest: date) -> None:
    if not assignment.reason:
        raise InvalidInput(_("Write down why."), field="reason")
    if assignment.role in WHOLE_ROLES and assignment.portal_id is not None:
        raise InvalidInput(
            _("There is one record for the whole municipality. So give this role for all of it."),
            field="place",
        )
    if assignment.starts_on < earliest:
        raise InvalidInput(_("Choose today or a later day."), field="starts_on")
    if assignment.ends_on is not None and assignment.ends_on < assignment.starts_on:
        raise InvalidInput(_("The last day comes before the first. Choose another."), field="ends_on")


def _require_free(assignment: RoleAssignment) -> None:
    """Nobody holds one role at one place twice on a day. Two who give it at once wait for each other."""
    alone_with([f"role:{assignment.municipality_id}:{assignment.person_id}:{assignment.role}"])
    others = RoleAssignment.objects.all_municipalities().filter(
        Q(ends_on=None) | Q(ends_on__gte=assignment.starts_on),
        municipality_id=assignment.municipality_id,
        person_id=assignment.person_id,
        role=assignment.role,
        portal=assignment.portal,
        ended_at=None,
    )
    if assignment.ends_on is not None:
        others = others.filter(starts_on__lte=assignment.ends_on)
    if others.exclude(pk=assignment.pk).exists():
        raise RoleOverlaps


def _require_other_administrator(actor: Actor, assignment: RoleAssignment, *, from_day: date) -> None:
    """Only an operator may leave a place without anybody who can give roles."""
    if assignment.role == Role.ADMINISTRATOR and not actor.is_system:
        this = RoleAssignment.objects.filter(pk=assignment.pk)
        require_administrator_left(assignment, without=this, from_day=from_day)


def _tell(actor: Actor, assignment: RoleAssignment, now: datetime) -> None:
    facts = _event_of(actor, assignment, now)
    publish(RoleGiven(**facts, starts_on=assignment.starts_on, ends_on=assignment.ends_on))
    _renew_pages(assignment)


def _event_of(actor: Actor, assignment: RoleAssignment, now: datetime) -> dict[str, Any]:
    return {
        "municipality_id": assignment.municipality_id,
        "at": now,
        "assignment_id": assignment.pk,
        "person_id": assignment.person_id,
        "role": assignment.role,
        "portal_id": assignment.portal_id,
        "acted_at_portal_id": actor.portal_id,
    }


def _renew_pages(assignment: RoleAssignment) -> None:
    """Who does what stands on a public page of each portal that the role is about. What the person has open
    goes on with the roles they hold from now on."""
    close_pages_of([assignment.person_id])
    portals = Portal.objects.all_municipalities().filter(municipality_id=assignment.municipality_id)
    if assignment.portal_id is not None:
        portals = portals.filter(pk=assignment.portal_id)
    for portal_id in portals.values_list("pk", flat=True):
        pagecache.empty(portal_id)


def _municipality_of(actor: Actor) -> int:
    if actor.municipality_id is None:
        raise ValueError("A role for a whole municipality needs to know which.")
    return actor.municipality_id


def _as_text(day: date | None) -> str:
    return day.isoformat() if day else "open"
