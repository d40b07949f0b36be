"""Roles per place, from a day to a day, with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.walltime import on_wall
from backend.places.models import Portal

from .. import permissions
from ..models import Person, RoleAssignment
from ..states import Role


@transaction.atomic
def give_role(
    *,
    actor: Actor,
    person: Person,
    role: Role,
    portal: Portal,
    reason: str,
    now: datetime,
    affiliation: str = "",
) -> RoleAssignment:
    """Let somebody act in a role at one portal from today. Giving it again changes only the affiliation."""
    require(permissions.can_give_roles(actor))
    assignment, _created = RoleAssignment.objects.all_municipalities().update_or_create(
        person=person,
        role=role,
        municipality_id=portal.municipality_id,
        portal=portal,
        ends_on=None,
        defaults={
            "affiliation": affiliation,
            "starts_on": on_wall(now).date(),
            "reason": reason,
            "given_by_id": actor.person_id,
        },
    )
    audit.record(actor=actor, action="identity.role_given", target=assignment, at=now, role=role)
    return assignment
