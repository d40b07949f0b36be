"""News about a plan that everyone who contributed to it must get."""

from django.db import models

from backend.core.tenancy import MunicipalityModel


class Announcement(MunicipalityModel):
    """Something that has to be told to the proposer and the voters of a plan. Due until it is told.

    When it is the answer they were promised, telling them keeps the promises.
    """

    plan = models.ForeignKey("proposals.Plan", on_delete=models.CASCADE, related_name="+")
    template = models.CharField(max_length=40)
    version = models.CharField(max_length=40, blank=True)
    context = models.JSONField(default=dict)
    is_answer = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "template", "version"], name="announced_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(told_at=None), name="announcements_to_tell")
        ]
