"""Mail that waits, and mail of which nobody knows what became."""

from collections.abc import Iterable
from datetime import datetime

from backend.core import due

from .delivery import one_line, send
from .models import Message
from .services.digests import digests_to_prepare, prepare_digests
from .services.outcomes import conclude
from .services.post import batches_to_print, print_batch
from .states import Channel, Delivery, Kind

# One walk looks at so many; how many of them it sends depends on how quick the mail server is.
AT_ONCE = 1_000


def messages_to_send(now: datetime) -> Iterable[int]:
    return _waiting(now, digests=False)


def digests_to_send(now: datetime) -> Iterable[int]:
    """Apart from other mail, so that an answer does not wait behind everybody's digests."""
    return _waiting(now, digests=True)


def _waiting(now: datetime, *, digests: bool) -> list[int]:
    waiting = Message.objects.all_municipalities().filter(
        channel=Channel.EMAIL, delivery=Delivery.QUEUED, next_attempt_at__lte=now
    )
    of_kind = waiting.filter(kind=Kind.DIGEST) if digests else waiting.exclude(kind=Kind.DIGEST)
    return list(of_kind.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:AT_ONCE])


def messages_left_hanging(now: datetime) -> Iterable[int]:
    hanging = Message.objects.all_municipalities().filter(delivery=Delivery.SENDING, next_attempt_at__lte=now)
    return list(hanging.values_list("pk", flat=True)[:AT_ONCE])


def mark_uncertain(message_id: int, now: datetime) -> None:
    conclude(message_id, Delivery.UNCERTAIN, among=[Delivery.SENDING], now=now, failure="interrupted")


due.register(due.DueWork(name="notifications.hanging", find=messages_left_hanging, do=mark_uncertain))
# What comes first gets the most of a walk. Each gets something done.
for patient in (
    due.DueWork(name="notifications.send", find=messages_to_send, do=send, is_patient=True, around=one_line),
    due.DueWork(
        name="notifications.prepare_digests", find=digests_to_prepare, do=prepare_digests, is_patient=True
    ),
    due.DueWork(
        name="notifications.send_digests", find=digests_to_send, do=send, is_patient=True, around=one_line
    ),
    due.DueWork(name="notifications.print_letters", find=batches_to_print, do=print_batch, is_patient=True),
):
    due.register(patient)
