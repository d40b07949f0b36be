"""Queueing messages in the transaction of what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef, Q, Subquery

from backend.identity.models import Person
from backend.places.models import Portal

from ..keys import reference_of
from ..models import HAS_ADDRESS, HAS_TELEPHONE, WAITS_BY_HAND, ContactDetails, Message, Preference
from ..rules import possible_choice
from ..states import CHOICES, MUST_ARRIVE, Channel, Choice, Delivery, Kind
from .announcing import announce
from .outcomes import conclude_announced, queue_again

BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a message says. `subject` and `version` make that nobody gets it twice.

    `context` holds plain words and addresses only; the text itself is made when it is sent or read, in the
    language of the person.
    """

    kind: Kind
    template: str
    subject: str
    version: str = ""
    context: Mapping[str, str | int] = field(default_factory=dict)


def notify(
    *, portal: Portal, people: Iterable[int], notice: Notice, now: datetime, must_reach: bool = False
) -> int:
    """Queue one message for each person, in the channel each chose. How many were queued.

    What `must_reach` somebody goes by mail at once to who reads only their page, too: it is about losing that
    page.

    Works through any number of people in batches, and skips whoever has this very message already.
    """
    queued = 0
    remaining = iter(people)
    while batch := list(islice(remaining, BATCH)):
        messages = [
            _message(portal, person_id, choice, notice, now)
            for person_id, choice in _choices(batch, notice.kind, must_reach=must_reach).items()
        ]
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        queued += len(messages)
    return queued


def _message(portal: Portal, person_id: int, choice: Choice, notice: Notice, now: datetime) -> Message:
    is_on_page = choice.channel == Channel.PAGE
    goes_at_once = choice.channel == Channel.EMAIL and not choice.cadence
    return Message(
        municipality_id=portal.municipality_id,
        portal=portal,
        person_id=person_id,
        kind=notice.kind,
        template=notice.template,
        subject=notice.subject,
        version=notice.version,
        context=dict(notice.context),
        reference=reference_of(person_id, notice.template, notice.subject, notice.version),
        channel=choice.channel,
        cadence=choice.cadence,
        delivery=Delivery.ON_PAGE if is_on_page else Delivery.QUEUED,
        next_attempt_at=now if goes_at_once else None,
        created_at=now,
    )


def _choices(people: list[int], kind: Kind, *, must_reach: bool) -> dict[int, Choice]:
    """What each person chose for this kind, as far as it can be done now."""
    chosen = Preference.objects.filter(person=OuterRef("pk"), kind=kind).values("choice")
    found = ContactDetails.objects.filter(person=OuterRef("pk"))
    rows = Person.objects.filter(pk__in=people).values_list(
        "pk",
        "email",
        Subquery(chosen),
        Exists(found.filter(HAS_ADDRESS)),
        Exists(found.filter(HAS_TELEPHONE)),
    )
    return {
        person_id: possible_choice(
            Choice(choice or Choice.AT_ONCE),
            at_once=must_reach or kind not in CHOICES,
            has_mail=bool(email),
            has_address=has_address,
            has_telephone=has_telephone,
        )
        for person_id, email, choice, has_address, has_telephone in rows
    }


def reroute(people: Iterable[int], now: datetime) -> None:
    """Let what waits for a letter or a call that has nowhere to go any more go another way.

    What must arrive and would stay on their page alone did not: who promised to reach them hears of it.
    """
    details = ContactDetails.objects.filter(person=OuterRef("person"))
    can_go = Q(Exists(details.filter(HAS_ADDRESS)), channel=Channel.LETTER) | Q(
        Exists(details.filter(HAS_TELEPHONE)), channel=Channel.CALL
    )
    waiting = Message.objects.all_municipalities().filter(
        WAITS_BY_HAND, ~can_go, person__in=list(people), batch__isnull=True
    )
    announce(waiting, now)
    for message in waiting.order_by("pk").select_for_update():
        whose: list[int] = [message.person_id]  # type: ignore[list-item]  # asked for by person
        (choice,) = _choices(whose, Kind(message.kind), must_reach=False).values()
        if choice.channel == Channel.PAGE and message.kind in MUST_ARRIVE:
            conclude_announced(
                message.pk, Delivery.REFUSED, among=[Delivery.QUEUED], now=now, failure="no address"
            )
        else:
            queue_again(message, choice.channel, now)


def forget(*, subject: str, person_id: int) -> None:
    """Throw away what one person was told about one subject; mail that was not sent yet is not sent.

    A digest that held nothing else is not sent either.
    """
    Message.objects.filter(person_id=person_id, subject=subject).delete()


def take_back(*, subject: str, template: str) -> None:
    """Throw away one piece of news about a subject for everybody, because what it tells is public no more.

    Mail that was not sent yet is not sent.
    """
    Message.objects.filter(subject=subject, template=template).delete()


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
    if not ContactDetails.objects.filter(person_id=into_person_id).exists():
        ContactDetails.objects.filter(person_id=from_person_id).update(person_id=into_person_id)
    ContactDetails.objects.filter(person_id=from_person_id).delete()
