"""Mail that waits, and mail of which nobody knows what became."""

from collections.abc import Iterable
from datetime import datetime

from backend.core import due

from .delivery import send
from .models import Message
from .states import Delivery

# One walk takes so many, so that a month's mail never holds up the closing of a round.
AT_ONCE = 200


def messages_to_send(now: datetime) -> Iterable[int]:
    waiting = Message.objects.all_municipalities().filter(delivery=Delivery.QUEUED, next_attempt_at__lte=now)
    return list(waiting.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:AT_ONCE])


def messages_left_hanging(now: datetime) -> Iterable[int]:
    hanging = Message.objects.all_municipalities().filter(delivery=Delivery.SENDING, next_attempt_at__lte=now)
    return list(hanging.values_list("pk", flat=True)[:AT_ONCE])


def mark_uncertain(message_id: int, now: datetime) -> None:
    Message.objects.all_municipalities().filter(pk=message_id, delivery=Delivery.SENDING).update(
        delivery=Delivery.UNCERTAIN, next_attempt_at=None
    )


due.register(due.DueWork(name="notifications.send", find=messages_to_send, do=send))
due.register(due.DueWork(name="notifications.hanging", find=messages_left_hanging, do=mark_uncertain))
