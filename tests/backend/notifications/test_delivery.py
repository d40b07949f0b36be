"""Sending by mail: at most once, tried again when it failed, and never silently lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_string, policy

import pytest
from django.conf import settings
from django.core import mail
from django.test import override_settings

from backend.core.due import walk
from backend.identity.models import Person
from backend.notifications.delivery import UNCERTAIN_AFTER, send
from backend.notifications.due import mark_uncertain, messages_left_hanging, messages_to_send
from backend.notifications.models import Message
from backend.notifications.selectors import undelivered
from backend.notifications.services import Notice, notify
from backend.notifications.states import Delivery, Kind
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.post_office import post_office
from tests.builders.threads import at_once

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def make_message(portal: Portal, *, title: str = "Bankjes", email: str = "", language: str = "en") -> Message:
    person = make_person(portal, email=email, language=language)
    context = {"title": title, "address": "/plannen/abc/", "round": 3}
    notice = Notice(kind=Kind.PLANS, template="plan_won", subject="plan:1", context=context)
    notify(portal=portal, people=[person.pk], notice=notice, now=NOW)
    return Message.objects.get(person_id=person.pk)


def now_of(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def test_a_message_goes_out_once(west: Portal) -> None:
    message = make_message(west, email="sam@example.org")
    for minute in range(3):
        walk(NOW + timedelta(minutes=minute))
    (sent,) = mail.outbox
    assert sent.to == ["sam@example.org"]
    assert sent.subject == "“Bankjes” won and goes to the committee"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert (now_of(message).delivery, now_of(message).sent_at) == (Delivery.SENT, NOW)


def test_it_is_in_the_language_of_the_person(west: Portal) -> None:
    make_message(west, language="nl")
    make_message(west, language="en")
    walk(NOW)
    assert len({sent.subject for sent in mail.outbox}) == 2


def test_an_address_that_was_given_up_leaves_it_on_the_page(west: Portal) -> None:
    message = make_message(west)
    Person.objects.filter(pk=message.person_id).update(email=None)
    walk(NOW)
    assert now_of(message).delivery == Delivery.ON_PAGE
    assert not mail.outbox


def test_a_server_that_takes_it(west: Portal) -> None:
    message = make_message(west, email="sam@example.org", title="Bankjes – é €")
    with post_office() as office:
        send(message.pk, NOW)
    assert now_of(message).delivery == Delivery.SENT
    received = message_from_string(office.received[0], policy=policy.default)
    assert received["To"] == "sam@example.org"
    assert received["Subject"].strip() == "“Bankjes – é €” won and goes to the committee"
    assert received["Message-ID"] == f"<{message.reference}@west.localhost>"
    body = received.get_body(("plain",))
    assert body is not None
    assert "http://west.localhost:8000/plannen/abc/" in body.get_content()


def test_a_refused_address_is_tried_again_and_then_shown_to_a_person(west: Portal) -> None:
    message = make_message(west, email="weg@example.org")
    at = NOW
    waits = []
    with post_office() as office:
        office.refuses = {"weg@example.org"}
        while now_of(message).delivery == Delivery.QUEUED:
            walk(at)
            following = now_of(message).next_attempt_at
            if following is not None:
                waits.append((following - at) / timedelta(minutes=1))
                assert not list(messages_to_send(following - timedelta(seconds=1)))
                at = following
    assert waits == settings.MAIL_RETRY_MINUTES
    assert office.received == []
    assert (now_of(message).delivery, now_of(message).attempts) == (Delivery.FAILED, 6)
    assert list(undelivered(west.pk)) == [now_of(message)]
    walk(at + timedelta(days=30))
    assert now_of(message).attempts == 6


def test_a_server_that_is_full_or_away_gets_it_later(west: Portal) -> None:
    message = make_message(west, email="sam@example.org")
    with post_office() as office:
        office.is_full = True
        send(message.pk, NOW)
        assert (now_of(message).delivery, now_of(message).attempts) == (Delivery.QUEUED, 1)
        later = NOW + timedelta(minutes=1)
        with override_settings(EMAIL_PORT=1):
            send(message.pk, later)
        assert (now_of(message).delivery, now_of(message).attempts) == (Delivery.QUEUED, 2)
        office.is_full = False
        send(message.pk, later)
        assert now_of(message).delivery == Delivery.QUEUED, "not before its time"
        send(message.pk, later + timedelta(minutes=5))
    assert now_of(message).delivery == Delivery.SENT
    assert len(office.received) == 2


def test_a_server_that_dies_after_taking_it_leaves_it_uncertain(west: Portal) -> None:
    """Nobody knows whether it arrived, so it is not sent a second time, and a person can see it."""
    message = make_message(west, email="sam@example.org")
    with post_office() as office:
        office.dies_after_data = True
        send(message.pk, NOW)
        assert now_of(message).delivery == Delivery.UNCERTAIN
        office.dies_after_data = False
        for days in range(3):
            walk(NOW + timedelta(days=days))
    assert len(office.received) == 1
    assert list(undelivered(west.pk)) == [now_of(message)]


def test_a_process_that_died_while_sending_leaves_it_uncertain(west: Portal) -> None:
    message = make_message(west)
    Message.objects.filter(pk=message.pk).update(
        delivery=Delivery.SENDING, attempts=1, next_attempt_at=NOW + UNCERTAIN_AFTER
    )
    assert not list(messages_left_hanging(NOW + UNCERTAIN_AFTER - timedelta(seconds=1)))
    send(message.pk, NOW + UNCERTAIN_AFTER)
    walk(NOW + UNCERTAIN_AFTER)
    assert now_of(message).delivery == Delivery.UNCERTAIN
    assert not mail.outbox


def test_what_was_sent_meanwhile_is_not_made_uncertain(west: Portal) -> None:
    message = make_message(west)
    send(message.pk, NOW)
    mark_uncertain(message.pk, NOW)
    assert now_of(message).delivery == Delivery.SENT


def test_a_line_break_in_a_title_adds_no_header(west: Portal) -> None:
    message = make_message(west, title="Bankjes\r\nBcc: iedereen@example.org")
    with post_office() as office:
        send(message.pk, NOW)
    received = message_from_string(office.received[0], policy=policy.default)
    assert received["Bcc"] is None
    assert received["To"] == Person.objects.get(pk=message.person_id).email


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_a_message_once(west: Portal) -> None:
    message = make_message(west)
    with post_office() as office:
        answers = at_once([lambda: send(message.pk, NOW)] * 8, municipality_id=west.municipality_id)
    assert answers == [None] * 8
    assert len(office.received) == 1
    assert now_of(message).delivery == Delivery.SENT
