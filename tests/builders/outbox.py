"""Messages that wait, and what apps above hear about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from backend.core import events
from backend.core.actor import Actor
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.events import MessageDelivered, MessageEvent, MessageNotDelivered, OutcomesCameIn
from backend.notifications.models import ContactDetails, Message, PostBatch
from backend.notifications.services import Notice, notify
from backend.notifications.services.post import file_of
from backend.notifications.states import Channel, Delivery, Kind
from backend.places.models import Portal

from .people import make_actor


def tell(
    portal: Portal, *people: Person, kind: Kind = Kind.PLANS, title: str = "Bankjes", at: datetime
) -> list[Message]:
    """Tell people the same news, and give their messages in the same order."""
    context = {"title": title, "address": "/plannen/abc/", "round": 3}
    notice = Notice(kind=kind, template="plan_won", subject=f"plan:{title}", context=context)
    notify(portal=portal, people=[person.pk for person in people], notice=notice, now=at)
    found = {message.person_id: message for message in Message.objects.filter(subject=notice.subject)}
    return [found[person.pk] for person in people]


def give_details(person: Person, *, telephone: str = "", street: str = "") -> None:
    ContactDetails.objects.update_or_create(
        person=person,
        defaults={
            "name": "Sam de Vries",
            "street": street,
            "postcode": "1055 TK" if street else "",
            "city": "Amsterdam" if street else "",
            "telephone": telephone,
        },
    )


def uncertain_message(portal: Portal, person: Person, *, title: str = "Twijfel", at: datetime) -> Message:
    """A mail of which nobody knows what became."""
    (message,) = tell(portal, person, kind=Kind.ANSWERS, title=title, at=at)
    Message.objects.filter(pk=message.pk).update(
        delivery=Delivery.UNCERTAIN, attempts=1, next_attempt_at=None, failure="interrupted"
    )
    return message


def printed_batch(portal: Portal, person: Person, *, at: datetime) -> PostBatch:
    """A batch with one letter, as it is when it was printed, with something in place of the file."""
    batch = PostBatch.objects.create(
        municipality_id=portal.municipality_id, portal=portal, asked_at=at, printed_at=at, letters=1
    )
    (message,) = tell(portal, person, kind=Kind.ANSWERS, title=f"Gedrukt {batch.pk}", at=at)
    Message.objects.filter(pk=message.pk).update(
        channel=Channel.LETTER, delivery=Delivery.SENDING, next_attempt_at=None, batch=batch
    )
    file_of(batch).write_bytes(b"%PDF-1.7")
    return batch


def at_work(portal: Portal, role: Role) -> Actor:
    """Somebody with a role, who was told of it already."""
    actor = make_actor(portal, role)
    Message.objects.filter(person_id=actor.person_id).delete()
    return actor


@contextmanager
def heard() -> Iterator[list[MessageEvent]]:
    """What an app above hears while this block runs."""
    told: list[MessageEvent] = []
    kinds = (MessageDelivered, MessageNotDelivered)
    for kind in kinds:
        events.subscribe(kind)(told.append)
    try:
        yield told
    finally:
        for kind in kinds:
            events._subscribers[kind].remove(told.append)


@contextmanager
def announced(told: list[MessageEvent]) -> Iterator[list[tuple[frozenset[str], int]]]:
    """What an app above can hold ahead while this block runs, each with how much it was told before that."""
    ahead: list[tuple[frozenset[str], int]] = []

    def note(event: OutcomesCameIn) -> None:
        ahead.append((event.subjects, len(told)))

    events.subscribe(OutcomesCameIn)(note)
    try:
        yield ahead
    finally:
        events._subscribers[OutcomesCameIn].remove(note)
