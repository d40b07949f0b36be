"""Messages that are too old to be read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.core.retention import CleanUp, Clock, register

from .models import Message, Subscription
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


def unconfirmed_subscriptions(now: datetime, days: int) -> QuerySet[Subscription]:
    """Addresses whose owner did not confirm in time that they want the newsletter."""
    rows = Subscription.objects.all_municipalities().filter(confirmed_at=None)
    return rows.filter(asked_at__lt=now - timedelta(days=days))


def forget_unconfirmed(keys: Sequence[int], now: datetime, days: int) -> None:
    unconfirmed_subscriptions(now, days).filter(pk__in=keys).delete()


register(
    CleanUp(
        slug="subscriptions",
        clock=Clock.SUBSCRIPTIONS,
        label=_("Addresses that did not confirm the newsletter"),
        find=unconfirmed_subscriptions,
        remove=forget_unconfirmed,
    )
)
