"""Which roles people hold, where and from when to when."""

from django.db import models
from django.db.models import F, Q

from backend.core.tenancy import MunicipalityModel

from ..states import Role


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
