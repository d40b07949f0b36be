"""What proves where people live, and what makes that nobody counts twice."""

from django.db import models
from django.db.models import Q

from backend.core.tenancy import MunicipalityModel

from ..states import KeyKind, ProofKind, ProofLevel


class ResidencyProof(MunicipalityModel):
    """Shows that somebody lives in a district and has reached an age. No number, document or birth date."""

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    district = models.ForeignKey("places.District", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ProofKind)
    level = models.PositiveSmallIntegerField(choices=ProofLevel)
    reached_age = models.PositiveSmallIntegerField(help_text="The age in years that was shown to be reached")
    proved_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    recorded_by = models.ForeignKey("identity.Person", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "district", "kind"], name="one_proof_per_kind_and_district"
            )
        ]
        indexes = [models.Index(fields=["district", "person", "level"], name="proof_by_district")]


class IdentityKey(MunicipalityModel):
    """Who somebody is to one municipality, as a keyed hash: enough to recognise a second account, no more.

    The key is outside the database, so that nobody who has the database alone can try names and birth dates.
    """

    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=KeyKind)
    digest = models.CharField(max_length=64)
    # The fingerprint of the secret key it was made with.
    key = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            # One login, one name with a birth date and one letter to an address are one person each.
            models.UniqueConstraint(
                fields=["municipality", "digest"],
                condition=~Q(kind=KeyKind.HOME),
                name="one_person_per_identity",
            ),
            # Several people live at one address.
            models.UniqueConstraint(
                fields=["municipality", "digest", "person"],
                condition=Q(kind=KeyKind.HOME),
                name="one_home_per_person",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "digest"], name="identity_by_digest"),
            models.Index(fields=["person"], name="identities_of_person"),
        ]


class KnownKey(models.Model):
    """The fingerprint of a secret key that hashes were made with, so that a lost or wrong key is noticed."""

    fingerprint = models.CharField(max_length=64, unique=True)
    first_used_at = models.DateTimeField()
