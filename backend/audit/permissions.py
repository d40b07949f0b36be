"""Who may read the record: auditors. Nobody may change it."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.core.errors import require

from .models import Entry, Verification

# The value of identity's role; identity stands above this app. It is held for a municipality as a whole,
# because its record is one.
AUDITOR = "auditor"


def can_read_record(actor: Actor) -> bool:
    return actor.municipality_id is not None and actor.has_role(AUDITOR)


def visible_entries(actor: Actor) -> QuerySet[Entry]:
    """The record of the municipality of this portal, for auditors."""
    require(can_read_record(actor))
    return Entry.objects.filter(municipality=actor.municipality_id)


def visible_verifications(actor: Actor) -> QuerySet[Verification]:
    require(can_read_record(actor))
    return Verification.objects.filter(municipality=actor.municipality_id).order_by("-asked_at", "-id")
