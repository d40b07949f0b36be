"""Which roles people hold, where and from when to when."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from backend.core.tenancy import MunicipalityModel
from backend.core.walltime import on_wall

from ..states import Role


def in_force(now: datetime) -> Q:
    """Held at this moment: whole days by the clock in Amsterdam, unless ended within the day."""
    today = on_wall(now).date()
    not_ended = Q(ended_at=None) | Q(ended_at__gt=now)
    return not_ended & (Q(ends_on=None) | Q(ends_on__gte=today)) & Q(starts_on__lte=today)


def over(now: datetime) -> Q:
    """Not held any more, and not to come."""
    return Q(ended_at__lte=now) | Q(ends_on__lt=on_wall(now).date())


def to_come(now: datetime) -> Q:
    return Q(starts_on__gt=on_wall(now).date()) & (Q(ended_at=None) | Q(ended_at__gt=now))


class RoleAssignment(MunicipalityModel):
    """A role somebody holds, for one portal or for the whole municipality, from a day to a day."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    portal = models.ForeignKey("places.Portal", null=True, on_delete=models.CASCADE, related_name="+")
    affiliation = models.CharField(
        max_length=80, blank=True, help_text="Party or service, shown with the name"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    # Ended before its last day, at once. The day itself then stands in `ends_on`.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="role_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["person", "role", "portal"],
                condition=Q(ends_on=None),
                name="one_open_assignment_per_portal",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "municipality"],
                condition=Q(ends_on=None, portal=None),
                name="one_open_assignment_per_municipality",
            ),
        ]
