"""Messages that somebody of the counter tells by telephone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.audit.models import Entry
from backend.audit.words import word_of_action
from backend.core.errors import NotAllowed, NotFound
from backend.identity.states import Role
from backend.notifications.errors import MessageSettled
from backend.notifications.events import MessageDelivered, MessageNotDelivered
from backend.notifications.models import Message
from backend.notifications.selectors import list_calls
from backend.notifications.services import choose
from backend.notifications.services.calls import say_not_reached, say_reached
from backend.notifications.states import Choice, Delivery, Kind
from backend.places.models import Portal
from tests.builders.outbox import at_work, give_details, heard, tell
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal
from tests.builders.threads import at_once
from tests.builders.web import client_for

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def by_call(portal: Portal, *, title: str = "Bankjes") -> Message:
    person = make_person(portal, email="", language="nl")
    give_details(person, telephone="06 12 34 56 78")
    choose(actor=actor_of(person, portal), kind=Kind.ANSWERS, choice=Choice.CALL, now=NOW)
    return tell(portal, person, kind=Kind.ANSWERS, title=title, at=NOW)[0]


def now_of(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def test_who_was_told_by_telephone_was_told(west: Portal) -> None:
    message, assistant = by_call(west), at_work(west, Role.ASSISTANT)
    with heard() as told:
        say_reached(actor=assistant, message_id=message.pk, now=NOW)
        with pytest.raises(MessageSettled):
            say_reached(actor=assistant, message_id=message.pk, now=NOW)
    assert [(type(event), event.channel) for event in told] == [(MessageDelivered, "call")]
    assert now_of(message).delivery == Delivery.SENT
    assert Entry.objects.filter(action="notifications.call_reached").count() == 1


def test_the_third_time_that_nobody_answers_it_did_not_arrive(west: Portal) -> None:
    message, clerk = by_call(west), at_work(west, Role.CLERK)
    with heard() as told:
        for calls in range(2):
            say_not_reached(actor=clerk, message_id=message.pk, calls_before=calls, now=NOW)
            # A double click counts once.
            with pytest.raises(MessageSettled):
                say_not_reached(actor=clerk, message_id=message.pk, calls_before=calls, now=NOW)
        assert (told, now_of(message).delivery) == ([], Delivery.QUEUED)
        say_not_reached(actor=clerk, message_id=message.pk, calls_before=2, now=NOW)
    assert [type(event) for event in told] == [MessageNotDelivered]
    assert now_of(message).delivery == Delivery.REFUSED


def test_who_was_not_called_yet_comes_first(west: Portal) -> None:
    first, second = by_call(west, title="a"), by_call(west, title="b")
    clerk = at_work(west, Role.CLERK)
    say_not_reached(actor=clerk, message_id=first.pk, calls_before=0, now=NOW)
    assert [message.pk for message in list_calls(clerk)] == [second.pk, first.pk]


def test_calls_are_for_the_counter_of_this_portal(west: Portal) -> None:
    message = by_call(west)
    for role in set(Role) - {Role.CLERK, Role.ASSISTANT}:
        with pytest.raises(NotAllowed):
            say_reached(actor=at_work(west, role), message_id=message.pk, now=NOW)
    with pytest.raises(NotFound):
        say_reached(actor=at_work(make_portal("noord"), Role.CLERK), message_id=message.pk, now=NOW)
    (by_mail,) = tell(west, make_person(west), title="mail", at=NOW)
    with pytest.raises(MessageSettled):
        say_reached(actor=at_work(west, Role.CLERK), message_id=by_mail.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_call_at_once_one_is_counted(west: Portal) -> None:
    message, clerk = by_call(west), at_work(west, Role.CLERK)
    answers = at_once(
        [lambda: say_not_reached(actor=clerk, message_id=message.pk, calls_before=0, now=NOW)] * 8,
        municipality_id=west.municipality_id,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["MessageSettled"] * 7 + ["NoneType"]
    assert now_of(message).attempts == 1


@pytest.mark.parametrize("calls", [1, 3])
def test_the_list_has_what_to_say_and_costs_the_same_for_one_and_three(
    west: Portal, calls: int, django_assert_num_queries: object
) -> None:
    messages = [by_call(west, title=f"Bankjes {number}") for number in range(calls)]
    browser = client_for(make_person(west, roles=[Role.ASSISTANT]), west)
    browser.get("/werk/bellen/")
    with django_assert_num_queries(9):  # type: ignore[operator]  # a fixture
        page = browser.get("/werk/bellen/")
    assert page.text.count("<article") == calls
    assert 'href="tel:0612345678"' in page.text
    assert "“Bankjes 0” won en gaat naar de commissie" in page.text
    address = f"/werk/bellen/{messages[0].pk}/"
    assert browser.post(address, {"outcome": "vergeten"}).status_code == 422
    assert browser.post(address, {"outcome": "not_reached", "calls_before": "9"}).status_code == 422
    assert browser.post(address, {"outcome": "not_reached", "calls_before": "0"}).status_code == 302
    assert browser.post(address, {"outcome": "reached"}).status_code == 302
    assert now_of(messages[0]).delivery == Delivery.SENT


def test_no_list_shows_the_number_of_somebody_elsewhere(west: Portal) -> None:
    by_call(west)
    noord = make_portal("noord")
    page = client_for(make_person(noord, roles=[Role.CLERK]), noord).get("/werk/bellen/")
    assert page.status_code == 200
    assert "0612345678" not in page.text


def test_reading_whom_to_call_is_on_record(west: Portal) -> None:
    by_call(west)
    clerk = make_person(west, roles=[Role.CLERK])
    client_for(clerk, west).get("/werk/bellen/")
    assert Entry.objects.get(action="notifications.calls_read").person_id == clerk.pk
    assert word_of_action("notifications.calls_read") != "notifications.calls_read"
