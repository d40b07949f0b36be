"""Sending by mail: at most once, tried again when it failed, and never silently lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import override_settings

from backend.core.due import walk
from backend.identity.models import Person
from backend.notifications.delivery import UNCERTAIN_AFTER, send
from backend.notifications.due import mark_uncertain, messages_left_hanging, messages_to_send
from backend.notifications.keys import reference_of
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


def test_an_address_that_does_not_exist_is_not_tried_again(west: Portal) -> None:
    gone, other = make_message(west, email="weg@example.org"), make_message(west, email="sam@example.org")
    with post_office() as office:
        office.refuses = {"weg@example.org"}
        for days in range(3):
            walk(NOW + timedelta(days=days))
    assert len(office.received) == 1
    assert (now_of(gone).delivery, now_of(gone).attempts, now_of(gone).failure) == (
        Delivery.REFUSED,
        1,
        "550 5.1.1",
    )
    assert now_of(other).delivery == Delivery.SENT


@pytest.mark.parametrize(
    "refusal",
    [
        {"refuses": {"*"}, "refuses_with": "554 5.7.1 relay access denied"},
        {"says_to_sender": "550 5.1.8 who are you"},
        {"says_to_sender": "451 4.3.0 not now"},
    ],
)
def test_a_server_that_refuses_everything_is_tried_again_and_then_shown_to_a_person(
    west: Portal, refusal: dict[str, Any]
) -> None:
    message = make_message(west, email="sam@example.org")
    at = NOW
    waits = []
    with post_office() as office:
        for name, answer in refusal.items():
            setattr(office, name, answer)
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


def test_a_mail_that_a_server_finds_bad_is_shown_to_a_person_at_once(west: Portal) -> None:
    message = make_message(west, email="sam@example.org")
    with post_office() as office:
        office.says_to_data = "554 5.6.0 this looks like spam"
        walk(NOW)
    assert (now_of(message).delivery, now_of(message).failure) == (Delivery.FAILED, "554 5.6.0")


def test_a_greylist_gets_it_a_minute_later(west: Portal) -> None:
    message = make_message(west, email="sam@example.org")
    with post_office() as office:
        office.is_greylisting = True
        walk(NOW)
        assert (now_of(message).delivery, office.received) == (Delivery.QUEUED, [])
        walk(NOW + timedelta(minutes=1))
    assert now_of(message).delivery == Delivery.SENT
    assert len(office.received) == 1


def test_a_server_that_is_full_gets_it_later_and_one_that_is_away_costs_nothing(west: Portal) -> None:
    message, other = make_message(west, email="sam@example.org"), make_message(west)
    with post_office() as office:
        office.is_full = True
        send(message.pk, NOW)
        assert (now_of(message).delivery, now_of(message).attempts) == (Delivery.QUEUED, 1)
        later = NOW + timedelta(minutes=1)
        with override_settings(EMAIL_PORT=1):
            for hours in range(100):
                assert "notifications.send" not in walk(later + timedelta(hours=hours)).done
        assert (now_of(message).delivery, now_of(message).attempts) == (Delivery.QUEUED, 1)
        assert (now_of(other).delivery, now_of(other).attempts) == (Delivery.QUEUED, 0)
        office.is_full = False
        send(message.pk, NOW)
        assert now_of(message).delivery == Delivery.QUEUED, "not before its time"
        send(message.pk, later)
    assert now_of(message).delivery == Delivery.SENT
    assert len(office.received) == 2


def test_many_mails_go_over_one_line_and_a_line_that_ends_is_opened_again(west: Portal) -> None:
    messages = [make_message(west, email=f"s{number}@example.org") for number in range(7)]
    with post_office() as office:
        office.refuses = {"s1@example.org"}
        walk(NOW)
        assert (office.lines, len(office.received)) == (1, 6)
        Message.objects.update(delivery=Delivery.QUEUED, next_attempt_at=NOW)
        office.mails_per_line = 2
        walk(NOW)
        assert (office.lines, len(office.received)) == (4, 12)
    delivered = [now_of(message).delivery for message in messages]
    assert delivered == [Delivery.SENT, Delivery.REFUSED, *[Delivery.SENT] * 5]


def test_a_server_that_dies_halfway_leaves_one_mail_uncertain_and_sends_the_others(west: Portal) -> None:
    for number in range(3):
        make_message(west, email=f"s{number}@example.org")
    with post_office() as office:
        office.dies_at = 2
        walk(NOW)
        assert len(office.received) == 3
    found = list(Message.objects.order_by("pk").values_list("delivery", flat=True))
    assert found == [Delivery.SENT, Delivery.UNCERTAIN, Delivery.SENT]


def test_a_server_that_is_slow_at_every_step_is_left_alone_until_later(west: Portal) -> None:
    """Each step is within its limit, and the whole is not: it is tried again, and the others do not wait."""
    for number in range(3):
        make_message(west, email=f"s{number}@example.org")
    with post_office(MAIL_SECONDS=0.3) as office:
        office.thinks = 0.2
        walk(NOW)
        assert (office.lines, office.received) == (1, [])
    found = Message.objects.order_by("pk").values_list("delivery", "attempts")
    assert list(found) == [(Delivery.QUEUED, 1), (Delivery.QUEUED, 0), (Delivery.QUEUED, 0)]


def test_a_template_that_cannot_be_made_holds_up_no_other_mail(west: Portal) -> None:
    broken, fine = make_message(west), make_message(west)
    Message.objects.filter(pk=broken.pk).update(template="nonexistent")
    walk(NOW)
    assert (now_of(broken).delivery, now_of(broken).failure) == (Delivery.QUEUED, "TemplateDoesNotExist")
    assert now_of(fine).delivery == Delivery.SENT


def test_the_name_of_a_mail_follows_from_its_key_and_tells_nothing(west: Portal) -> None:
    message = make_message(west, email="sam@example.org")
    again = reference_of(message.person_id, message.template, message.subject, message.version)
    assert message.reference == again
    assert re.fullmatch("[0-9a-f]{40}", message.reference)
    others = {
        reference_of(message.person_id + 1, "plan_won", "plan:1", ""),
        reference_of(message.person_id, "prepare", "plan:1", ""),
        reference_of(message.person_id, "plan_won", "plan:2", ""),
        reference_of(message.person_id, "plan_won", "plan:1", "2"),
    }
    assert len(others | {message.reference}) == 5


def test_a_server_that_dies_after_taking_it_leaves_it_uncertain(west: Portal) -> None:
    """Nobody knows whether it arrived, so it is not sent a second time, and a person can see it."""
    message = make_message(west, email="sam@example.org")
    with post_office() as office:
        office.dies_at = 1
        send(message.pk, NOW)
        assert now_of(message).delivery == Delivery.UNCERTAIN
        office.dies_at = 0
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
