"""Elections and discussions that were read in from files."""

from django.db import models

from backend.core.tenancy import MunicipalityModel


class ImportRun(MunicipalityModel):
    """How far the reading of one file into one portal has come, so that it can go on where it stopped.

    A discussion is read in whole or not at all, so its run is there when it is finished.
    """

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the file")
    plans_done = models.BooleanField(default=False)
    ballots_done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portal", "fingerprint"], name="file_read_in_once")]
