"""Queueing messages in the transaction of what they are about, and what people choose about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.identity.models import Person
from backend.places.models import Portal

from ..models import Message, Preference
from ..states import Channel, Delivery

BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a message says. `subject` and `version` make that nobody gets it twice.

    `context` holds plain words and addresses only; the text itself is made when it is sent or read, in the
    language of the person.
    """

    template: str
    subject: str
    version: str = ""
    context: Mapping[str, str | int] = field(default_factory=dict)


def notify(
    *, portal: Portal, people: Iterable[int], notice: Notice, now: datetime, must_reach: bool = False
) -> int:
    """Queue one message for each person, in the channel each chose. How many were queued.

    What `must_reach` somebody also goes by mail to who reads only their page: it is about losing that page.

    Works through any number of people in batches, and skips whoever has this very message already.
    """
    queued = 0
    remaining = iter(people)
    while batch := list(islice(remaining, BATCH)):
        messages = [
            _message(portal, person_id, channel, notice, now)
            for person_id, channel in _channels(batch, must_reach=must_reach).items()
        ]
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        queued += len(messages)
    return queued


def _message(portal: Portal, person_id: int, channel: Channel, notice: Notice, now: datetime) -> Message:
    by_mail = channel == Channel.EMAIL
    return Message(
        municipality_id=portal.municipality_id,
        portal=portal,
        person_id=person_id,
        template=notice.template,
        subject=notice.subject,
        version=notice.version,
        context=dict(notice.context),
        channel=channel,
        delivery=Delivery.QUEUED if by_mail else Delivery.ON_PAGE,
        next_attempt_at=now if by_mail else None,
        created_at=now,
    )


def _channels(people: list[int], *, must_reach: bool) -> dict[int, Channel]:
    """The channel each person chose. Who has no address can only read it on their page."""
    chosen = Preference.objects.filter(person=OuterRef("pk")).values("channel")
    rows = Person.objects.filter(pk__in=people).values_list("pk", "email", Subquery(chosen))
    return {
        person_id: Channel.PAGE
        if not email
        else Channel.EMAIL
        if must_reach
        else Channel(channel or Channel.EMAIL)
        for person_id, email, channel in rows
    }


def forget(*, subject: str, person_id: int) -> None:
    """Throw away what one person was told about one subject; mail that was not sent yet is not sent."""
    Message.objects.filter(person_id=person_id, subject=subject).delete()


@transaction.atomic
def choose_channel(*, actor: Actor, channel: Channel, now: datetime) -> None:
    """Choose how to hear from us from now on."""
    Preference.objects.update_or_create(person_id=actor.require_person(), defaults={"channel": channel})
    audit.record(actor=actor, action="notifications.channel_chosen", target=None, at=now)


def mark_read(*, actor: Actor, now: datetime) -> None:
    """The person has seen the messages on their page of this portal."""
    unread = Message.objects.filter(
        person_id=actor.require_person(), portal_id=actor.require_portal(), read_at=None
    )
    unread.update(read_at=now)


def move_messages(*, from_person_id: int, into_person_id: int) -> None:
    """Two accounts were of one person. What both were told stays once, and the choices of the second hold."""
    messages = Message.objects.all_municipalities()
    same = messages.filter(
        person_id=into_person_id,
        template=OuterRef("template"),
        subject=OuterRef("subject"),
        version=OuterRef("version"),
    )
    messages.filter(Exists(same), person_id=from_person_id).delete()
    messages.filter(person_id=from_person_id).update(person_id=into_person_id)
    Preference.objects.filter(person_id=from_person_id).delete()
