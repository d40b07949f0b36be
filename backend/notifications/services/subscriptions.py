"""Asking for the newsletter, confirming that, and ending it with one click."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require, require_found
from backend.identity.selectors.signing_in import confirmed_address_of
from backend.places.models import Portal

from .. import permissions
from ..errors import NoConfirmedAddress
from ..models import Message, Subscription
from ..selectors.newsletters import TEMPLATE
from ..selectors.subscriptions import of_address, subscription_of_message, subscriptions_of
from ..states import NOT_ARRIVED, Kind
from .queueing import Notice
from .recipients import queue

# Whoever presses twice, or is pestered by somebody who fills in their address, gets one mail in this time.
ASK_AGAIN_AFTER = timedelta(minutes=10)
CONFIRM = "newsletter_confirm"
# So many newsletters that came back one after the other.
IN_A_ROW = 3


@transaction.atomic
def ask_for_newsletter(*, portal: Portal, email: str, language: str, now: datetime) -> None:
    """Send a link to an address, with which its owner confirms that they want the newsletter.

    The same happens for an address that was known and one that was not, so that nobody learns which it was.
    """
    email = email.strip().lower()
    subscription = of_address(portal.pk, email).first()
    if subscription is None:
        subscription, _is_new = Subscription.objects.get_or_create(
            municipality_id=portal.municipality_id,
            portal=portal,
            email=email,
            defaults={"language": language},
        )
    long_ago = Q(asked_at=None) | Q(asked_at__lte=now - ASK_AGAIN_AFTER)
    if not Subscription.objects.filter(long_ago, pk=subscription.pk).update(asked_at=now):
        return
    notice = Notice(
        kind=Kind.NEWSLETTER,
        template=CONFIRM,
        subject=f"subscription:{subscription.pk}",
        version=now.isoformat(),
    )
    queue(portal=portal, subscriptions=[subscription], notice=notice, now=now)


@transaction.atomic
def confirm_subscription(*, actor: Actor, token: str, now: datetime) -> None:
    """Get the newsletter from now on. NotFound when the link is of nobody any more.

    Mail that came back before is tried again.
    """
    rows = Subscription.objects.select_for_update().filter(portal_id=actor.require_portal(), token=token)
    _confirm(actor, require_found(rows.first()), now)


@transaction.atomic
def subscribe(*, actor: Actor, portal: Portal, language: str, now: datetime) -> None:
    """Get the newsletter at the address of one's own account, which was confirmed at signing in.

    Raises NoConfirmedAddress when there is none.
    """
    require(permissions.can_subscribe(actor))
    person_id = actor.require_person()
    email = confirmed_address_of(person_id)
    if not email:
        raise NoConfirmedAddress
    # What they asked for with their address alone is theirs: links in earlier mails keep working.
    rows = Subscription.objects.filter(portal=portal)
    if not rows.filter(person_id=person_id).exists():
        rows.filter(email=email).update(person_id=person_id, email="")
    subscription, _is_new = Subscription.objects.get_or_create(
        municipality_id=portal.municipality_id,
        portal=portal,
        person_id=person_id,
        defaults={"language": language},
    )
    _confirm(actor, subscription, now)


def _confirm(actor: Actor, subscription: Subscription, now: datetime) -> None:
    if subscription.confirmed_at is not None and subscription.paused_at is None:
        return
    subscription.confirmed_at = subscription.confirmed_at or now
    subscription.paused_at = None
    subscription.save(update_fields=["confirmed_at", "paused_at"])
    # The record proves that somebody chose, never who without an account it was.
    audit.record(actor=actor, action="notifications.newsletter_wanted", target=None, at=now)


@transaction.atomic
def unsubscribe(*, actor: Actor, token: str, now: datetime) -> None:
    """Get no newsletter of this portal any more, and be forgotten by it. Once more changes nothing.

    Whoever has the link may: it stands in a mail to this subscriber alone.
    """
    rows = Subscription.objects.select_related("person").filter(portal_id=actor.require_portal())
    subscription = rows.filter(token=token).first()
    if subscription is not None:
        _end(actor, subscription, now)


@transaction.atomic
def end_subscription(*, actor: Actor, now: datetime) -> None:
    """Get no newsletter of this portal any more at the address of one's own account."""
    require(permissions.can_subscribe(actor))
    rows = subscriptions_of(actor.require_person()).filter(portal_id=actor.require_portal())
    for subscription in rows.select_related("person"):
        _end(actor, subscription, now)


def _end(actor: Actor, subscription: Subscription, now: datetime) -> None:
    """Everything by which this mailbox is reached goes, with what it was sent and what still waits."""
    rows = Subscription.objects.filter(pk=subscription.pk)
    if subscription.address:
        rows |= of_address(subscription.portal_id, subscription.address)
    people = list(rows.exclude(person=None).values_list("person_id", flat=True))
    Message.objects.filter(
        person_id__in=people, portal_id=subscription.portal_id, kind=Kind.NEWSLETTER
    ).delete()
    if Subscription.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()[0]:
        audit.record(actor=actor, action="notifications.newsletter_ended", target=None, at=now)


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


def move_subscriptions(*, from_person_id: int, into_person_id: int) -> None:
    """Two accounts were of one person: one newsletter of each portal is enough."""
    rows = Subscription.objects.all_municipalities()
    have = rows.filter(person_id=into_person_id).values("portal_id")
    rows.filter(
        person_id=from_person_id, portal_id__in=list(have.values_list("portal_id", flat=True))
    ).delete()
    rows.filter(person_id=from_person_id).update(person_id=into_person_id)
