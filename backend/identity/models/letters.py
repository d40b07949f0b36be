"""Letters with a code: the batches they were printed in, and what became of each."""

from django.db import models
from django.db.models import Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import RunState
from .trying import Tried


class LetterRun(Tried, MunicipalityModel):
    """A batch of letters that is printed in one go, or the one letter that replaces another."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey("places.District", on_delete=models.PROTECT, related_name="+")
    resident_list = models.ForeignKey("identity.ResidentList", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    number = models.PositiveIntegerField()
    reached_age = models.PositiveSmallIntegerField()
    valid_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RunState, default=RunState.PRINTING)
    # The letter that the only letter of this batch takes the place of.
    replaces = models.ForeignKey("identity.Letter", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    rows_total = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    last_row = models.PositiveIntegerField(default=0)
    letters_done = models.PositiveIntegerField(default=0)
    parts_done = models.PositiveIntegerField(default=0)

    started_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    downloaded_at = models.DateTimeField(null=True)
    file_until = models.DateTimeField(null=True)
    file_removed_at = models.DateTimeField(null=True)
    # Once the codes have expired, their addressees may get a letter again.
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portal", "number"], name="one_run_per_number"),
            # A double click or two organisers at once start one batch of a list.
            models.UniqueConstraint(
                fields=["resident_list"],
                condition=Q(state=RunState.PRINTING, replaces=None),
                name="one_run_at_a_time",
            ),
        ]


class Letter(MunicipalityModel):
    """One printed letter. Its code is known by a keyed hash only; who used it is kept nowhere."""

    run = models.ForeignKey(LetterRun, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    resident = models.ForeignKey(
        "identity.ListedResident", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Empty as soon as this letter holds off no other: revoked, replaced or expired.
    addressee = models.CharField(max_length=64, null=True)
    code_digest = models.CharField(max_length=64, unique=True)
    # A day and no moment: that would be the moment of the proof, which is somebody's.
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was revoked")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_letter_per_number"),
            models.UniqueConstraint(
                fields=["municipality", "addressee"], name="one_open_letter_per_addressee"
            ),
        ]
