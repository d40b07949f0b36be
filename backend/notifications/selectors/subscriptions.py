"""Who gets the newsletter."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.core.actor import Actor
from backend.identity.selectors.signing_in import confirmed_addresses

from ..models import Message, Subscription


def of_address(portal_id: int, email: str) -> QuerySet[Subscription]:
    """Everything by which a mailbox is subscribed: as an address, or as that of a person."""
    return Subscription.objects.filter(Q(email=email) | Q(person__email=email), portal_id=portal_id)


def subscriptions_of(person_id: int) -> QuerySet[Subscription]:
    """Everything somebody is subscribed to, everywhere, also by their address alone."""
    mine = Q(person_id=person_id) | Q(email__in=confirmed_addresses(person_id))
    return Subscription.objects.all_municipalities().filter(mine)


def subscription_of(actor: Actor) -> Subscription | None:
    """How the acting person gets the newsletter here, also when they asked for it without an account."""
    rows = subscriptions_of(actor.require_person()).filter(portal_id=actor.require_portal())
    # What was asked for with the account comes first.
    return rows.select_related("person").order_by("email").first()


def find_subscription(actor: Actor, token: str) -> Subscription | None:
    """Of whom a link is. It is in mail to this subscriber alone, so whoever opens it needs not sign in."""
    rows = Subscription.objects.select_related("person", "portal").filter(portal_id=actor.require_portal())
    return rows.filter(token=token).first()


def subscribers(portal_id: int, *, at: datetime) -> QuerySet[Subscription]:
    """Whom a newsletter goes to that is sent at this moment: each mailbox once."""
    rows = Subscription.objects.filter(portal_id=portal_id, confirmed_at__lte=at, paused_at=None)
    person_too = Subscription.objects.filter(
        portal_id=portal_id, person__email=OuterRef("email"), confirmed_at__lte=at, paused_at=None
    )
    reachable = Q(person=None) & ~Exists(person_too) | Q(person__email__isnull=False)
    return rows.filter(reachable)


def subscription_of_message(message: Message) -> Subscription | None:
    """By what somebody gets a mail about the newsletter; None when they ended it since."""
    if message.person_id is None:
        return message.subscription
    rows = Subscription.objects.all_municipalities().select_related("person")
    return rows.filter(person_id=message.person_id, portal_id=message.portal_id).first()
