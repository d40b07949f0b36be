"""Mail that waits, and mail of which nobody knows what became."""

from collections.abc import Iterable
from datetime import datetime

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality

from .delivery import send
from .models import Message, Newsletter
from .services.newsletter_sending import queue_batch
from .states import Delivery, NewsletterState

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


def newsletters_to_queue(now: datetime) -> Iterable[int]:
    sending = Newsletter.objects.all_municipalities().filter(state=NewsletterState.SENDING)
    return list(sending.order_by("pk").values_list("pk", flat=True))


def queue_newsletter(newsletter_id: int, now: datetime) -> None:
    """A thousand mails a step, so that a newsletter never holds up the closing of a round either."""
    rows = Newsletter.objects.all_municipalities().filter(pk=newsletter_id)
    municipality_id: int = rows.values_list("municipality_id", flat=True).get()
    with in_municipality(municipality_id):
        actor = Actor.system("a newsletter was sent", municipality_id=municipality_id)
        queue_batch(actor=actor, newsletter_id=newsletter_id, now=now)


due.register(due.DueWork(name="notifications.newsletters", find=newsletters_to_queue, do=queue_newsletter))
due.register(due.DueWork(name="notifications.send", find=messages_to_send, do=send))
due.register(due.DueWork(name="notifications.hanging", find=messages_left_hanging, do=mark_uncertain))
