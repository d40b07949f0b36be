"""What people allow, and copies of their data that they asked for."""

from django.db import models
from django.db.models import Q

from ..states import OPEN_EXPORTS, ConsentPurpose, ExportState
from .trying import Tried


class Consent(models.Model):
    """Somebody allowed one thing, by the text of one version, from a moment to a moment."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20, choices=ConsentPurpose)
    version = models.PositiveSmallIntegerField(help_text="Which text the person agreed to")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at=None),
                name="one_standing_consent_per_purpose",
            )
        ]


class DataExport(Tried):
    """A copy of somebody's data: asked for, made in the background, fetched once, gone in minutes."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.REQUESTED)
    token = models.CharField(max_length=43, unique=True)
    # Below the private folder. Empty when there is no file, or not any more.
    file = models.CharField(max_length=100, blank=True)
    requested_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=OPEN_EXPORTS), name="one_open_export_per_person"
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="requested"), name="exports_to_make"),
            models.Index(fields=["expires_at"], condition=~Q(file=""), name="export_files"),
        ]
