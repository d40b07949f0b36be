"""Mailboxes that take no newsletters any more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from ..models import Message, Subscription
from ..selectors.newsletters import TEMPLATE
from ..selectors.subscriptions import subscription_of_message
from ..states import NOT_ARRIVED

# So many newsletters that came back one after the other.
IN_A_ROW = 3


def pause_when_returned(message: Message, *, now: datetime) -> None:
    """Send no more newsletters to a mailbox that took none of the last three. Its owner can begin again.

    A mail that came back by itself ends nothing: mailboxes are full or moved for a while.
    """
    if message.template != TEMPLATE:
        return
    reader = Q(subscription=message.subscription) if message.person is None else Q(person=message.person)
    mine = Message.objects.filter(reader, template=TEMPLATE, portal_id=message.portal_id)
    last = mine.order_by("-created_at", "-pk").values_list("delivery", flat=True)[:IN_A_ROW]
    subscription = subscription_of_message(message)
    if subscription is None or [each in NOT_ARRIVED for each in last] != [True] * IN_A_ROW:
        return
    Subscription.objects.filter(pk=subscription.pk, paused_at=None).update(paused_at=now)
