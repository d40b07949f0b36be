"""People who take part."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.core.ids import new_public_id, readable_public_id

from ..states import Origin


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
    # Somebody who left keeps a row without anything personal in it until what they did was counted.
    left_at = models.DateTimeField(null=True)
    # Follows the consent to show it: whoever takes that back keeps the name for themselves.
    is_name_shown = models.BooleanField(default=True)
    inactivity_warned_at = models.DateTimeField(null=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_name(self) -> str:
        """The name that everybody may read with somebody's plans, or nothing."""
        return self.name if self.is_name_shown else ""

    @property
    def name_or_email(self) -> str:
        """What to call somebody on their own pages; never shown to others."""
        return self.name or self.email or self.card_number

    @property
    def card_number(self) -> str:
        """The number on somebody's receipt, with which an assistant finds them again."""
        return readable_public_id(self.public_id)

    @property
    def name_or_number(self) -> str:
        """What an assistant calls somebody they help: never their address."""
        return self.name or self.card_number
