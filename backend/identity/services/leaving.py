"""Leaving: what somebody decides about themselves, once and for all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.walltime import on_wall

from .. import permissions
from ..models import RoleAssignment, in_force
from ..states import Role
from .administrators import hold_administrators, require_administrator_left
from .erasing import erase_person


@transaction.atomic
def leave(*, actor: Actor, now: datetime) -> None:
    """Take back what runs, erase the person, and keep what was published without their name.

    It cannot be undone. Who left may come back as somebody new. Raises LastAdministrator or NotAllowed.
    """
    require(permissions.can_leave(actor))
    person_id = actor.require_person()
    _leave_an_administrator(person_id, now)
    audit.record(actor=actor, action="identity.left", target=None, at=now)
    erase_person(actor=actor, person_id=person_id, now=now)


def _leave_an_administrator(person_id: int, now: datetime) -> None:
    """Every place that this person is administrator of keeps another one."""
    mine = RoleAssignment.objects.all_municipalities().filter(
        in_force(now), person_id=person_id, role=Role.ADMINISTRATOR
    )
    for municipality_id in sorted(set(mine.values_list("municipality_id", flat=True))):
        hold_administrators(municipality_id)
    for assignment in mine:
        require_administrator_left(assignment, without=mine, from_day=on_wall(now).date())
