"""Lists of residents that an organiser sent in, and what is kept of each row."""

from django.db import models
from django.db.models import Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import ListKind, ListPurpose, ListState
from .trying import Tried


class ResidentList(Tried, MunicipalityModel):
    """A list as it was sent in: how it is stored, what its columns are, and what a check of it found."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey("places.District", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=8, choices=ListPurpose)
    kind = models.CharField(max_length=9, choices=ListKind)
    state = models.CharField(max_length=9, choices=ListState, default=ListState.MAPPING)
    minimum_age = models.PositiveSmallIntegerField()

    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the file")
    encoding = models.CharField(max_length=12)
    delimiter = models.CharField(max_length=1, blank=True)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict, help_text="Column to its place in a row")
    # The keys that rows were hashed with, by fingerprint, in the order of the hashes of each row.
    keys = models.JSONField(default=list)

    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    read_to = models.PositiveBigIntegerField(default=0, help_text="Where checking goes on in the file")
    found_to = models.PositiveBigIntegerField(default=0, help_text="Where findings of the check end")
    new_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    young_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    broken = models.CharField(max_length=20, blank=True)
    broken_row = models.PositiveIntegerField(default=0)

    uploaded_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    # Names and addresses are removed after this moment, unless a batch is being made from them.
    names_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "purpose", "fingerprint"],
                condition=Q(state=ListState.IMPORTED),
                name="one_import_per_file",
            )
        ]
        indexes = [models.Index(fields=["portal", "-uploaded_at"], name="lists_of_portal")]


class ListedResident(MunicipalityModel):
    """A row of a list. Until it is printed it has a name and address; what stays are keyed hashes."""

    resident_list = models.ForeignKey(ResidentList, on_delete=models.CASCADE, related_name="+")
    row = models.PositiveIntegerField()
    addressee = models.CharField(max_length=64, help_text="The hash that tells this resident from others")
    email = models.CharField(max_length=64, blank=True, help_text="Hash of the address, for an own list")
    claims = models.JSONField(help_text="Per kind of claim its hashes, one for each key of the list")
    print_as = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident_list", "addressee"], name="listed_once"),
            models.UniqueConstraint(fields=["resident_list", "row"], name="one_resident_per_row"),
        ]
        indexes = [
            models.Index(fields=["municipality", "addressee"], name="listed_by_addressee"),
            models.Index(fields=["municipality", "email"], condition=~Q(email=""), name="listed_by_email"),
        ]


class ColumnChoice(MunicipalityModel):
    """What the columns of this portal's lists are called, as somebody chose before."""

    portal = models.OneToOneField("places.Portal", on_delete=models.CASCADE, related_name="+")
    headings = models.JSONField(default=dict, help_text="Column to the heading it had")
