"""Newsletters of a portal, and the blocks they are made of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.core.ids import new_public_id
from backend.core.tenancy import MunicipalityModel

from ..states import NewsletterState

LONGEST_SUBJECT = 120
LONGEST_TEXT = 5_000


class Newsletter(MunicipalityModel):
    """News that the staff of a portal sends to whoever asked for it. Once sent it never changes."""

    portal = models.ForeignKey("places.Portal", on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=10, unique=True, default=new_public_id, editable=False)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    intro = models.TextField(max_length=LONGEST_TEXT)
    state = models.CharField(max_length=7, choices=NewsletterState, default=NewsletterState.DRAFT)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # The moment somebody pressed send: whoever is subscribed then gets it.
    sent_at = models.DateTimeField(null=True)
    # Queueing goes by the number of a subscription, and begins again after the last one that was done.
    queued_up_to = models.BigIntegerField(default=0)
    recipients = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=NewsletterState.DRAFT, sent_at=None)
                | ~Q(state=NewsletterState.DRAFT) & ~Q(sent_at=None),
                name="sent_newsletter_has_a_moment",
            )
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="sending"), name="newsletters_to_queue"),
            models.Index(fields=["portal", "-sent_at"], name="newsletters_by_date"),
        ]

    def __str__(self) -> str:
        return self.subject


class Block(MunicipalityModel):
    """A part of a newsletter: something of the portal in frozen words, or a text of the staff's own."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="blocks")
    position = models.PositiveSmallIntegerField()
    # Which source it was taken from, and its name there. Empty for a text of one's own.
    source = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=LONGEST_TEXT)
    address = models.CharField(max_length=200, blank=True, help_text="A path on this portal")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "source", "reference"],
                condition=~Q(source=""),
                name="item_once_per_newsletter",
            )
        ]
