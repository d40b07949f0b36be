"""People, their roles per place, and what proves where they live."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from .states import Origin, ProofKind, ProofLevel, Role


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who takes part. One person may live in one municipality and hold a role in another."""

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    email = models.EmailField(unique=True, null=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(max_length=2, default="nl")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.SIGNED_IN)
    # The id of a voter in the election this person was read in from.
    source_reference = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = PersonManager()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.public_id

    @property
    def name_or_email(self) -> str:
        """What to call somebody on their own pages; never shown to others."""
        return self.name or self.email or self.public_id


class RoleAssignment(MunicipalityModel):
    """A role somebody holds, for one portal or for the whole municipality, from a day to a day."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    portal = models.ForeignKey("places.Portal", null=True, on_delete=models.CASCADE, related_name="+")
    affiliation = models.CharField(
        max_length=80, blank=True, help_text="Party or service, shown with the name"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
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


class ResidencyProof(MunicipalityModel):
    """Shows that somebody lives in a district and has reached an age. No number, document or birth date."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    district = models.ForeignKey("places.District", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ProofKind)
    level = models.PositiveSmallIntegerField(choices=ProofLevel)
    reached_age = models.PositiveSmallIntegerField(help_text="The age in years that was shown to be reached")
    proved_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "district", "kind"], name="one_proof_per_kind_and_district"
            )
        ]
        indexes = [models.Index(fields=["district", "person", "level"], name="proof_by_district")]
