"""Mail that waits, and mail of which nobody knows what became."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality

from .delivery import one_line, send
from .models import Message, Newsletter
from .selectors.newsletters import TEMPLATE
from .services.digests import digests_to_prepare, prepare_digests
from .services.newsletter_sending import queue_batch
from .services.outcomes import conclude
from .states import Delivery, Kind, NewsletterState

# One walk looks at so many; how many of them it sends depends on how quick the mail server is.
AT_ONCE = 1_000
# What goes to many and has no hurry.
BULK = Q(kind=Kind.DIGEST) | Q(template=TEMPLATE)


def messages_to_send(now: datetime) -> Iterable[int]:
    return _waiting(now, ~BULK)


def digests_to_send(now: datetime) -> Iterable[int]:
    """Apart from other mail, so that an answer does not wait behind everybody's digests and newsletters."""
    return _waiting(now, BULK)


def _waiting(now: datetime, which: Q) -> list[int]:
    waiting = Message.objects.all_municipalities().filter(delivery=Delivery.QUEUED, next_attempt_at__lte=now)
    return list(
        waiting.filter(which).order_by("next_attempt_at", "id").values_list("pk", flat=True)[:AT_ONCE]
    )


def messages_left_hanging(now: datetime) -> Iterable[int]:
    hanging = Message.objects.all_municipalities().filter(delivery=Delivery.SENDING, next_attempt_at__lte=now)
    return list(hanging.values_list("pk", flat=True)[:AT_ONCE])


def mark_uncertain(message_id: int, now: datetime) -> None:
    conclude(message_id, Delivery.UNCERTAIN, among=[Delivery.SENDING], now=now, failure="interrupted")


def newsletters_to_queue(now: datetime) -> Iterable[int]:
    sending = Newsletter.objects.all_municipalities().filter(state=NewsletterState.SENDING)
    return list(sending.order_by("pk").values_list("pk", flat=True))


def queue_newsletter(newsletter_id: int, now: datetime) -> None:
    """A thousand mails a step, so that a newsletter never holds up the closing of a round."""
    rows = Newsletter.objects.all_municipalities().filter(pk=newsletter_id)
    municipality_id: int = rows.values_list("municipality_id", flat=True).get()
    with in_municipality(municipality_id):
        actor = Actor.system("a newsletter was sent", municipality_id=municipality_id)
        queue_batch(actor=actor, newsletter_id=newsletter_id, now=now)


due.register(
    due.DueWork(
        name="notifications.newsletters", find=newsletters_to_queue, do=queue_newsletter, is_patient=True
    )
)
due.register(due.DueWork(name="notifications.hanging", find=messages_left_hanging, do=mark_uncertain))
for mail in (
    due.DueWork(
        name="notifications.prepare_digests", find=digests_to_prepare, do=prepare_digests, is_patient=True
    ),
    due.DueWork(name="notifications.send", find=messages_to_send, do=send, is_patient=True, around=one_line),
    due.DueWork(
        name="notifications.send_digests", find=digests_to_send, do=send, is_patient=True, around=one_line
    ),
):
    due.register(mail)
