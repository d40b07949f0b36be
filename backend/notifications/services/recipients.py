"""Queueing the same message for subscribers: for who has an account and for who has not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.places.models import Portal

from ..models import Message, Subscription
from . import Notice, message_of, notify


def queue(
    *, portal: Portal, subscriptions: Sequence[Subscription], notice: Notice, now: datetime
) -> None:
    """Queue one mail for each subscriber, and skip whoever has this very message already."""
    people = [each.person_id for each in subscriptions if each.person_id is not None]
    notify(portal=portal, people=people, notice=notice, now=now)
    Message.objects.bulk_create(
        (
            message_to(portal, notice, now, subscription_id=each.pk)
            for each in subscriptions
            if each.person_id is None
        ),
        ignore_conflicts=True,
    )
