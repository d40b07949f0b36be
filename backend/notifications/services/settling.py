"""What a person decides about mail that is not sure to have arrived."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor

from ..errors import MessageSettled, NoOtherWay
from ..models import Message
from ..selectors import get_message_here, list_undelivered
from ..states import FOR_A_HUMAN, MUST_ARRIVE, NOT_ARRIVED, Channel, Delivery, Kind
from .announcing import announce
from .outcomes import conclude_announced, queue_again, try_next_channel


@transaction.atomic
def send_again(*, actor: Actor, message_id: int, now: datetime) -> None:
    """Send it once more by mail, under the same name: who has it already sees that it is the same."""
    message = _lock(actor, message_id, now)
    queue_again(message, Channel.EMAIL, now)
    if message.kind == Kind.DIGEST:
        Message.objects.filter(digest=message).update(delivery=Delivery.QUEUED, failure="")
    audit.record(actor=actor, action="notifications.sent_again", target=message, at=now)


@transaction.atomic
def send_failed_again(*, actor: Actor, now: datetime) -> int:
    """Send everything again that no server took, after what was wrong with the mail server was mended."""
    failed = list_undelivered(actor).filter(delivery=Delivery.FAILED, channel=Channel.EMAIL)
    Message.objects.filter(digest__in=failed.filter(kind=Kind.DIGEST)).update(
        delivery=Delivery.QUEUED, failure=""
    )
    count = failed.order_by().update(delivery=Delivery.QUEUED, failure="", attempts=0, next_attempt_at=now)
    if count:
        audit.record(
            actor=actor, action="notifications.failed_sent_again", target=None, at=now, messages=count
        )
    return count


@transaction.atomic
def say_it_arrived(*, actor: Actor, message_id: int, now: datetime) -> None:
    """The log of the mail server or the person says that it arrived."""
    message = _lock(actor, message_id, now)
    conclude_announced(message.pk, Delivery.SENT, among=[*FOR_A_HUMAN, *NOT_ARRIVED], now=now)
    audit.record(actor=actor, action="notifications.said_to_have_arrived", target=message, at=now)


@transaction.atomic
def try_another_way(*, actor: Actor, message_id: int, now: datetime) -> None:
    """It did not arrive: try the next way that reaches the person, down to their own page.

    Who promised to reach them hears of it first, and may choose the way. Raises NoOtherWay.
    """
    message = _lock(actor, message_id, now)
    if message.delivery in FOR_A_HUMAN:
        conclude_announced(message.pk, Delivery.REFUSED, among=FOR_A_HUMAN, now=now, failure=message.failure)
    if message.kind == Kind.DIGEST:
        unreached = Message.objects.filter(digest=message, delivery__in=NOT_ARRIVED, kind__in=MUST_ARRIVE)
    else:
        unreached = Message.objects.filter(pk=message.pk, delivery__in=NOT_ARRIVED)
    for pk in list(unreached.values_list("pk", flat=True)):
        if try_next_channel(pk, now) is None:
            raise NoOtherWay
    audit.record(actor=actor, action="notifications.other_way_tried", target=message, at=now)


def _lock(actor: Actor, message_id: int, now: datetime) -> Message:
    """The message, as long as it stands on the list. Raises MessageSettled when somebody was first."""
    get_message_here(actor, message_id)
    announce(Message.objects.filter(pk=message_id), now)
    message = list_undelivered(actor).select_for_update().filter(pk=message_id).first()
    if message is None:
        raise MessageSettled
    return message
