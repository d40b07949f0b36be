"""Somebody must remain who can give roles: one rule and one lock, for ending a role and for leaving."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from backend.core.locks import alone_with

from ..errors import LastAdministrator
from ..models import RoleAssignment
from ..states import Role


def hold_administrators(municipality_id: int) -> None:
    """Let two who take an administrator away at the same moment do it one after the other.

    Before any lock on rows, so that the two never wait for each other.
    """
    alone_with([f"administrators:{municipality_id}"])


def require_administrator_left(
    assignment: RoleAssignment, *, without: QuerySet[RoleAssignment], from_day: date
) -> None:
    """Without these roles there must still be an administrator of the place of this one, or of the whole.

    Raises LastAdministrator. Callers hold the administrators.
    """
    others = RoleAssignment.objects.all_municipalities().filter(
        Q(portal=None) | Q(portal=assignment.portal_id),
        Q(ends_on=None) | Q(ends_on__gte=from_day),
        municipality_id=assignment.municipality_id,
        role=Role.ADMINISTRATOR,
        starts_on__lte=from_day,
        ended_at=None,
        person__is_active=True,
    )
    if not others.exclude(pk__in=without.values("pk")).exists():
        raise LastAdministrator
