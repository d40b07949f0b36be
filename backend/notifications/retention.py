"""Messages that are too old to be read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backend.core.retention import CleanUp, Clock, register
from backend.core.tenancy import in_municipality

from .models import Message, PostBatch, Subscription
from .services.post import release
from .states import FOR_A_HUMAN, MUST_ARRIVE, NOT_ARRIVED, Delivery


def old_messages(now: datetime, days: int) -> QuerySet[Message]:
    """What still has to go out waits, however old it is, and so does what a person must look at."""
    rows = Message.objects.all_municipalities()
    kept = Q(delivery__in=[Delivery.QUEUED, Delivery.SENDING, *FOR_A_HUMAN]) | Q(
        delivery__in=NOT_ARRIVED, kind__in=MUST_ARRIVE
    )
    holds_one = Exists(rows.filter(kept, digest=OuterRef("pk")))
    return rows.filter(~kept, ~holds_one, created_at__lt=now - timedelta(days=days))


def remove_messages(keys: Sequence[int], now: datetime, days: int) -> None:
    old_messages(now, days).filter(pk__in=keys).delete()


def old_batches(now: datetime, days: int) -> QuerySet[PostBatch]:
    """Batches of letters that nobody posted, with a file full of addresses, and those long posted."""
    return PostBatch.objects.all_municipalities().filter(printed_at__lt=now - timedelta(days=days))


def remove_batches(keys: Sequence[int], now: datetime, days: int) -> None:
    """What was not posted waits for another batch: nobody was told yet."""
    for batch in old_batches(now, days).filter(pk__in=keys):
        with transaction.atomic(), in_municipality(batch.municipality_id):
            release(batch)


register(
    CleanUp(
        slug="message_letters",
        clock=Clock.LETTERS_PRINTED,
        label=_("Printed letters with messages"),
        find=old_batches,
        remove=remove_batches,
    )
)
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
