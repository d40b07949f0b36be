"""Who may change people, proofs and roles."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.core.errors import require
from backend.places.models import Portal

from .models import RoleAssignment, in_force
from .states import Role


def can_confirm_at_counter(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.CLERK, Role.ASSISTANT)


def can_give_roles(actor: Actor) -> bool:
    return actor.is_system or actor.has_role(Role.ADMINISTRATOR)


def administers_municipality(actor: Actor, *, now: datetime) -> bool:
    """An administrator of the municipality as a whole, rather than of one portal."""
    if not actor.has_role(Role.ADMINISTRATOR):
        return False
    whole = RoleAssignment.objects.all_municipalities().filter(
        in_force(now),
        municipality=actor.municipality_id,
        person=actor.person_id,
        role=Role.ADMINISTRATOR,
        portal=None,
    )
    return whole.exists()


def can_give_roles_at(actor: Actor, portal: Portal | None, *, now: datetime) -> bool:
    """Give, change and end roles of one portal, or with None of the municipality as a whole."""
    if actor.is_system:
        return True
    if portal is not None and portal.municipality_id != actor.municipality_id:
        return False
    if portal is not None and portal.pk == actor.portal_id:
        return actor.has_role(Role.ADMINISTRATOR)
    return administers_municipality(actor, now=now)


def visible_roles(actor: Actor, *, now: datetime) -> QuerySet[RoleAssignment]:
    """The roles an administrator is about, with the address of who holds them: for nobody else."""
    require(can_give_roles(actor))
    rows = RoleAssignment.objects.filter(municipality=actor.municipality_id)
    if actor.is_system or administers_municipality(actor, now=now):
        return rows
    return rows.filter(portal_id=actor.require_portal())


def can_declare(actor: Actor) -> bool:
    return actor.person_id is not None
