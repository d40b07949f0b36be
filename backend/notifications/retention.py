"""Messages that are too old to be read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.core.retention import CleanUp, Clock, register

from .models import Message
from .states import Delivery


def old_messages(now: datetime, days: int) -> QuerySet[Message]:
    """Mail that still has to go out waits, however old it is."""
    old = Message.objects.all_municipalities().filter(created_at__lt=now - timedelta(days=days))
    return old.exclude(delivery__in=[Delivery.QUEUED, Delivery.SENDING])


def remove_messages(keys: Sequence[int], now: datetime, days: int) -> None:
    old_messages(now, days).filter(pk__in=keys).delete()


register(
    CleanUp(
        slug="messages",
        clock=Clock.MESSAGES,
        label=_("Old messages"),
        find=old_messages,
        remove=remove_messages,
    )
)
