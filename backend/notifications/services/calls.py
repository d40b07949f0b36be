"""Messages that are told by telephone, by somebody of the counter."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require, require_found

from ..errors import MessageSettled
from ..models import Message
from ..permissions import can_call
from ..states import Channel, Delivery
from .announcing import announce
from .outcomes import conclude_announced

# After so many calls without an answer it did not arrive, and another way is tried.
MOST_CALLS = 3


@transaction.atomic
def say_reached(*, actor: Actor, message_id: int, now: datetime) -> None:
    """The person was told. Raises MessageSettled when a colleague was first."""
    message = _held(actor, message_id, now)
    conclude_announced(message.pk, Delivery.SENT, among=[Delivery.QUEUED], now=now)
    audit.record(actor=actor, action="notifications.call_reached", target=message, at=now)


@transaction.atomic
def say_not_reached(*, actor: Actor, message_id: int, calls_before: int, now: datetime) -> None:
    """Nobody answered. The third time it did not arrive.

    `calls_before` is what stood on the list: a double click, or two who called at once, counts once.
    """
    message = _held(actor, message_id, now)
    if message.attempts != calls_before:
        raise MessageSettled
    Message.objects.filter(pk=message.pk).update(attempts=calls_before + 1)
    if calls_before + 1 >= MOST_CALLS:
        conclude_announced(
            message.pk, Delivery.REFUSED, among=[Delivery.QUEUED], now=now, failure="no answer"
        )
    audit.record(actor=actor, action="notifications.call_not_reached", target=message, at=now)


def _held(actor: Actor, message_id: int, now: datetime) -> Message:
    require(can_call(actor))
    here = Message.objects.filter(pk=message_id, portal_id=actor.require_portal())
    announce(here, now)
    message = require_found(here.select_for_update().first())
    if message.channel != Channel.CALL or message.delivery != Delivery.QUEUED:
        raise MessageSettled
    return message
