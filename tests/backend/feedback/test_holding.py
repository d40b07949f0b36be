"""Posts, digests and people who leave hold the same rows: one waits for the other, and never both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from backend.core.actor import Actor
from backend.core.events import _subscribers
from backend.feedback.models import Promise, Subject
from backend.feedback.services.promises import release_promise
from backend.feedback.states import Contribution
from backend.identity.models import Person
from backend.identity.services.joining import bring_together
from backend.identity.services.leaving import leave
from backend.identity.states import Role
from backend.notifications.events import MessageDelivered
from backend.notifications.models import Message
from backend.notifications.services import choose
from backend.notifications.services.digests import prepare_digests
from backend.notifications.services.outcomes import conclude
from backend.notifications.services.post import ask_for_batch, print_batch, say_posted
from backend.notifications.states import Choice, Delivery, Kind
from backend.places.models import Portal
from tests.builders.outbox import at_work, give_details
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.promises import NOW, answer, make_subject
from tests.builders.threads import PATIENCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(days=2)
# Whoever reacts to what was delivered: this test before the promises, or after them.
BEFORE, AFTER = 0, 1


def is_waited_for() -> bool:
    """Whether somebody waits for a row that this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


@contextmanager
def halfway(place: int) -> Iterator[threading.Event]:
    """The first outcome that is told goes on only when somebody waits for it. The event says that it is told.

    SQLite lets one write at a time: there the other waits before it begins, and nobody has to see it.
    """
    is_told = threading.Event()

    def wait(event: MessageDelivered) -> None:
        if is_told.is_set():
            return
        is_told.set()
        tick = threading.Event()
        for _ in range(200):
            if connection.vendor != "postgresql" or is_waited_for():
                return
            tick.wait(0.05)
        raise RuntimeError("Nobody came to wait.")

    heard = _subscribers[MessageDelivered]
    heard.insert(0 if place == BEFORE else len(heard), wait)
    try:
        yield is_told
    finally:
        heard.remove(wait)


def two_answers(portal: Portal, people: list[Person], choice: Choice) -> list[Subject]:
    """Two subjects, of which the second was answered first."""
    for person in people:
        give_details(person, street="Kade 1")
        choose(actor=actor_of(person, portal), kind=Kind.ANSWERS, choice=choice, now=NOW)
    subjects = [make_subject(portal, [person.pk for person in people]) for _ in range(2)]
    for subject in reversed(subjects):
        answer(make_actor(portal, Role.COUNCILLOR), subject, at=NOW)
    return subjects


def letters(portal: Portal) -> Callable[[], object]:
    """The post: all letters of a batch at once."""
    organiser = at_work(portal, Role.ORGANISER)
    batch = ask_for_batch(actor=organiser, now=NOW)
    print_batch(batch.pk, NOW)
    return partial(say_posted, actor=organiser, public_id=batch.public_id, now=LATER)


def digest_of(person: Person) -> Callable[[], object]:
    """One mail with both answers."""
    tomorrow = NOW + timedelta(days=1)
    prepare_digests(tomorrow.date().toordinal() * 2, tomorrow)
    digest = Message.objects.get(kind=Kind.DIGEST, person=person)
    assert Message.objects.filter(digest=digest, kind=Kind.ANSWERS).count() == 2
    return partial(conclude, digest.pk, Delivery.SENT, among=[Delivery.QUEUED], now=LATER)


def meet(portal: Portal, first: Callable[[], object], second: Callable[[], object], place: int) -> None:
    with halfway(place) as is_told:

        def follow() -> object:
            assert is_told.wait(PATIENCE)
            return second()

        found = at_once([first, follow], threads=2, municipality_id=portal.municipality_id)
    assert not [one for one in found if isinstance(one, Exception)], found


# Who reads none of these letters waits for the subjects alone.
@pytest.mark.parametrize(("place", "is_reader"), [(BEFORE, True), (AFTER, True), (AFTER, False)])
def test_somebody_leaves_while_the_post_goes_out(west: Portal, place: int, is_reader: bool) -> None:
    reader, other = make_person(west), make_person(west)
    subjects = two_answers(west, [reader], Choice.LETTER)
    post = letters(west)
    if not is_reader:
        for subject in subjects:
            Promise.objects.create(
                municipality_id=west.municipality_id,
                subject=subject,
                person=other,
                contribution=Contribution.ARGUED,
                phase=subject.phase,
                opened_at=NOW,
            )
    leaver = actor_of(reader if is_reader else other, west)
    meet(west, post, partial(leave, actor=leaver, now=LATER), place)
    states = set(Promise.objects.exclude(contribution=Contribution.ARGUED).values_list("state", flat=True))
    assert states == {"kept"}


def test_somebody_leaves_while_their_digest_goes_out(west: Portal) -> None:
    reader = make_person(west)
    two_answers(west, [reader], Choice.DAILY)
    goes_out = digest_of(reader)
    meet(west, goes_out, partial(leave, actor=actor_of(reader, west), now=LATER), BEFORE)
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept"}


def test_two_accounts_join_while_the_post_goes_out(west: Portal) -> None:
    reader, origin = make_person(west), make_person(west)
    two_answers(west, [reader, origin], Choice.LETTER)
    post = letters(west)
    system = Actor.system("test", municipality_id=west.municipality_id)

    def join() -> None:
        with transaction.atomic():
            bring_together(actor=system, origin=origin, into_id=reader.pk, now=LATER)

    meet(west, post, join, BEFORE)
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept"}
    assert set(Promise.objects.values_list("person_id", flat=True)) == {reader.pk}


def test_somebody_takes_back_what_they_did_while_their_answer_arrives(west: Portal) -> None:
    """Both change one promise: the subject comes first for both."""
    reader = make_person(west)
    subject = two_answers(west, [reader], Choice.AT_ONCE)[0]
    message = Message.objects.filter(person=reader, template="answer").order_by("pk")[1]
    arrive = partial(conclude, message.pk, Delivery.SENT, among=[Delivery.QUEUED], now=LATER)

    def take_back() -> None:
        with transaction.atomic():
            release_promise(
                subject_type=subject.subject_type,
                subject_id=subject.subject_id,
                person_id=reader.pk,
                contribution=Contribution.VOTED,
                now=LATER,
            )

    meet(west, arrive, take_back, AFTER)
    assert Promise.objects.get(subject=subject).person_id is None
