"""Who wants the newsletter of a portal."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from backend.core.tenancy import MunicipalityModel
from backend.identity.states import LONGEST_ADDRESS


def new_token() -> str:
    """A word that nobody guesses: whoever has it read a mail to this subscriber."""
    return secrets.token_urlsafe(32)


class Subscription(MunicipalityModel):
    """Somebody who asked for the newsletter: an address, or a person whose address it goes to.

    Nothing is sent before it is confirmed from that very mailbox. Whoever unsubscribes has no row any more.
    """

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("identity.Person", null=True, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(max_length=LONGEST_ADDRESS, blank=True, help_text="Of who has no account")
    language = models.CharField(max_length=2, default="nl")
    # Opens confirming and unsubscribing without signing in.
    token = models.CharField(max_length=43, unique=True, default=new_token)
    # When a mail with the link was last asked for.
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    # Its mail came back so often that it gets no more.
    paused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) & ~Q(email="") | Q(person__isnull=False, email=""),
                name="subscription_of_person_or_address",
            ),
            models.UniqueConstraint(
                fields=["portal", "person"], condition=~Q(person=None), name="person_subscribed_once"
            ),
            models.UniqueConstraint(
                fields=["portal", "email"], condition=~Q(email=""), name="address_subscribed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "id"], condition=~Q(confirmed_at=None), name="subscribers_by_id"),
            models.Index(
                fields=["asked_at"], condition=Q(confirmed_at=None), name="subscriptions_unconfirmed"
            ),
        ]

    @property
    def address(self) -> str:
        """Where its mail goes, or nothing when the person has no address now."""
        return self.email if self.person is None else self.person.email or ""
