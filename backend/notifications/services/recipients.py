"""Queueing the same message for subscribers: for who has an account and for who has not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.places.models import Portal

from ..keys import reference_of
from ..models import Message, Subscription
from ..states import Channel, Delivery
from .queueing import Notice, notify


def queue(*, portal: Portal, subscriptions: Sequence[Subscription], notice: Notice, now: datetime) -> None:
    """Queue one mail for each subscriber, and skip whoever has this very message already."""
    people = [each.person_id for each in subscriptions if each.person_id is not None]
    notify(portal=portal, people=people, notice=notice, now=now)
    Message.objects.bulk_create(
        (_message(portal, each.pk, notice, now) for each in subscriptions if each.person_id is None),
        ignore_conflicts=True,
    )


def _message(portal: Portal, subscription_id: int, notice: Notice, now: datetime) -> Message:
    """To who has no account there is one way: by mail, at once."""
    reader = f"subscription:{subscription_id}"
    return Message(
        municipality_id=portal.municipality_id,
        portal=portal,
        subscription_id=subscription_id,
        kind=notice.kind,
        template=notice.template,
        subject=notice.subject,
        version=notice.version,
        context=dict(notice.context),
        reference=reference_of(reader, notice.template, notice.subject, notice.version),
        channel=Channel.EMAIL,
        delivery=Delivery.QUEUED,
        next_attempt_at=now,
        created_at=now,
    )
