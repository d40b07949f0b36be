"""Saying ahead which messages get an outcome, so that nobody waits for somebody who waits for them.

Whoever promised something by a message holds that before the message, and several in an order of their own.
So do those who leave and those who answer. It is said before the first message is held or changed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import QuerySet

from backend.core.events import publish
from backend.core.tenancy import in_municipality

from ..events import OutcomesCameIn
from ..models import Message
from ..states import Kind


def announce(messages: QuerySet[Message], now: datetime) -> None:
    """Let whoever promised something by these messages, or by what stands in these digests, hold it first."""
    ids = list(messages.order_by().values_list("pk", flat=True))
    every = Message.objects.all_municipalities().exclude(person=None).exclude(kind=Kind.DIGEST).order_by()
    keys = every.filter(pk__in=ids).union(every.filter(digest__in=ids))
    subjects: dict[int, set[str]] = defaultdict(set)
    for municipality_id, subject in keys.values_list("municipality_id", "subject"):
        subjects[municipality_id].add(subject)
    for municipality_id, those in sorted(subjects.items()):
        with in_municipality(municipality_id):
            publish(OutcomesCameIn(municipality_id=municipality_id, at=now, subjects=frozenset(those)))
