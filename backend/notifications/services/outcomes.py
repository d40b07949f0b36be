"""What became of a message, written once and told to the apps above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from backend.core.events import publish
from backend.core.tenancy import in_municipality
from backend.identity.models import Person

from ..events import MessageDelivered, MessageNotDelivered
from ..models import HAS_ADDRESS, HAS_TELEPHONE, ContactDetails, Message
from ..rules import next_channel
from ..states import FOR_A_HUMAN, MUST_ARRIVE, NOT_ARRIVED, Channel, Delivery, Kind
from .announcing import announce
from .pausing import pause_when_returned


@transaction.atomic
def conclude(
    message_id: int, outcome: Delivery, *, among: Collection[Delivery], now: datetime, failure: str = ""
) -> bool:
    """Write what became of a message, and of everything in it when it is a digest.

    False when it changed meanwhile.
    """
    announce(Message.objects.all_municipalities().filter(pk=message_id), now)
    return conclude_announced(message_id, outcome, among=among, now=now, failure=failure)


def conclude_announced(
    message_id: int, outcome: Delivery, *, among: Collection[Delivery], now: datetime, failure: str = ""
) -> bool:
    """The same in the transaction of a caller that announced it, and may hold the message by now.

    Not by `save`: somebody who left meanwhile took the message along.
    """
    rows = Message.objects.all_municipalities().filter(pk=message_id, delivery__in=among)
    changes: dict[str, Any] = {"delivery": outcome, "next_attempt_at": None, "failure": failure}
    if outcome == Delivery.SENT:
        changes["sent_at"] = now
    if not rows.update(**changes):
        return False
    message = Message.objects.all_municipalities().get(pk=message_id)
    with in_municipality(message.municipality_id):
        if message.kind == Kind.DIGEST:
            Message.objects.filter(digest=message).update(**changes)
        for concerned in _concerned(message):
            _tell(concerned, outcome, now)
        if outcome in NOT_ARRIVED:
            pause_when_returned(message, now=now)
    return True


@transaction.atomic
def conclude_without_address(message_id: int, *, now: datetime) -> None:
    """The address was given up before the mail went out. It is on their page; what must arrive did not."""
    announce(Message.objects.all_municipalities().filter(pk=message_id), now)
    message = (
        Message.objects.all_municipalities()
        .select_for_update()
        .filter(pk=message_id, delivery=Delivery.SENDING)
        .first()
    )
    if message is None:
        return
    on_page: dict[str, Any] = {
        "delivery": Delivery.ON_PAGE,
        "channel": Channel.PAGE,
        "next_attempt_at": None,
    }
    with in_municipality(message.municipality_id):
        if message.kind == Kind.DIGEST:
            Message.objects.filter(pk=message.pk).update(**on_page)
        for concerned in list(_concerned(message)):
            if concerned.kind in MUST_ARRIVE:
                Message.objects.filter(pk=concerned.pk).update(
                    delivery=Delivery.REFUSED, next_attempt_at=None, failure="no address"
                )
                _tell(concerned, Delivery.REFUSED, now)
            else:
                Message.objects.filter(pk=concerned.pk).update(**on_page)


def _concerned(message: Message) -> Collection[Message]:
    """The message itself, or what a digest holds."""
    if message.kind != Kind.DIGEST:
        return [message]
    return list(Message.objects.filter(digest=message).order_by("pk"))


def _tell(message: Message, outcome: Delivery, now: datetime) -> None:
    """An outcome that nobody is sure of is told to nobody, until a person has looked."""
    event = (
        MessageDelivered
        if outcome == Delivery.SENT
        else MessageNotDelivered
        if outcome in NOT_ARRIVED
        else None
    )
    # Nothing was promised to an address without an account.
    if event is not None and message.person_id is not None:
        publish(
            event(
                municipality_id=message.municipality_id,
                at=now,
                message_id=message.pk,
                person_id=message.person_id,
                template=message.template,
                subject=message.subject,
                version=message.version,
                channel=message.channel,
            )
        )


@transaction.atomic
def try_next_channel(message_id: int, now: datetime) -> Channel | None:
    """Queue a message that did not reach somebody once more, in the next channel that can.

    None when it waits, went out, or was in the last one: their page.
    """
    message = Message.objects.all_municipalities().select_for_update().filter(pk=message_id).first()
    if message is None or message.delivery not in {*NOT_ARRIVED, *FOR_A_HUMAN}:
        return None
    if message.person_id is None:
        # To an address without an account there is no other way.
        return None
    details = ContactDetails.objects.filter(person=OuterRef("pk"))
    email, has_address, has_telephone = (
        Person.objects.filter(pk=message.person_id)
        .values_list("email", Exists(details.filter(HAS_ADDRESS)), Exists(details.filter(HAS_TELEPHONE)))
        .get()
    )
    channel = next_channel(
        Channel(message.channel),
        has_mail=bool(email),
        has_address=has_address,
        has_telephone=has_telephone,
    )
    if channel is not None:
        queue_again(message, channel, now)
    return channel


def queue_again(message: Message, channel: Channel, now: datetime) -> None:
    """Let a message wait in a channel as if it were new, by itself."""
    message.channel, message.attempts, message.failure = channel, 0, ""
    message.digest, message.batch, message.cadence = None, None, ""
    message.delivery = Delivery.ON_PAGE if channel == Channel.PAGE else Delivery.QUEUED
    message.next_attempt_at = now if channel == Channel.EMAIL else None
    message.save(
        update_fields=[
            "channel",
            "attempts",
            "failure",
            "digest",
            "batch",
            "cadence",
            "delivery",
            "next_attempt_at",
        ]
    )
