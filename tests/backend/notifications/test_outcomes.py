"""What becomes of a message is told to who promised to reach somebody, and another way is tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.due import walk
from backend.core.errors import NotAllowed, NotFound
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.errors import MessageSettled, NoOtherWay
from backend.notifications.events import MessageDelivered, MessageNotDelivered
from backend.notifications.models import Message
from backend.notifications.retention import old_messages, remove_messages
from backend.notifications.selectors import list_undelivered, people_reached_on_page
from backend.notifications.services import choose, try_next_channel
from backend.notifications.services.outcomes import conclude
from backend.notifications.services.settling import (
    say_it_arrived,
    send_again,
    send_failed_again,
    try_another_way,
)
from backend.notifications.states import Channel, Choice, Delivery, Kind
from backend.places.models import Portal
from tests.builders.outbox import announced, at_work, give_details, heard, tell, uncertain_message
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal
from tests.builders.post_office import post_office
from tests.builders.threads import at_once
from tests.builders.web import client_for

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def now_of(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def test_who_promised_hears_that_a_mail_went_out_or_was_refused(west: Portal) -> None:
    gone, here = make_person(west, email="weg@example.org"), make_person(west)
    refused, sent = tell(west, gone, here, kind=Kind.ANSWERS, at=NOW)
    with post_office() as office, heard() as told:
        office.refuses = {"weg@example.org"}
        walk(NOW)
    assert {type(event): event.message_id for event in told} == {
        MessageDelivered: sent.pk,
        MessageNotDelivered: refused.pk,
    }
    assert {(event.template, event.subject, event.channel) for event in told} == {
        ("plan_won", "plan:Bankjes", "email")
    }


def test_nothing_is_said_of_mail_that_waits_failed_or_is_uncertain(west: Portal) -> None:
    (message,) = tell(west, make_person(west), kind=Kind.ANSWERS, at=NOW)
    with post_office() as office, heard() as told:
        office.is_full = True
        walk(NOW)
        office.is_full, office.dies_at = False, 2
        walk(NOW + timedelta(minutes=1))
        assert now_of(message).delivery == Delivery.UNCERTAIN
        Message.objects.update(delivery=Delivery.QUEUED, next_attempt_at=NOW)
        office.says_to_data = "554 no"
        walk(NOW)
        assert now_of(message).delivery == Delivery.FAILED
    assert told == []


def test_the_ways_to_reach_somebody_are_tried_in_order(west: Portal) -> None:
    person = make_person(west)
    give_details(person, telephone="0612345678", street="Kinkerstraat 12")
    (message,) = tell(west, person, kind=Kind.ANSWERS, at=NOW)
    assert try_next_channel(message.pk, NOW) is None, "it waits for its turn"
    tried = []
    for _way in range(4):
        Message.objects.update(delivery=Delivery.REFUSED)
        tried.append(try_next_channel(message.pk, NOW))
    assert tried == [Channel.LETTER, Channel.CALL, Channel.PAGE, None]
    other = make_person(west)
    (message,) = tell(west, other, kind=Kind.ANSWERS, title="Anders", at=NOW)
    Message.objects.filter(pk=message.pk).update(delivery=Delivery.RETURNED)
    assert try_next_channel(message.pk, NOW) == Channel.PAGE
    assert now_of(message).delivery == Delivery.ON_PAGE


def test_who_reads_only_their_page_is_reached_there(west: Portal) -> None:
    by_mail, on_page, nowhere = (make_person(west) for _ in range(3))
    choose(actor=actor_of(on_page, west), kind=Kind.ANSWERS, choice=Choice.PAGE, now=NOW)
    Person.objects.filter(pk=nowhere.pk).update(email=None)
    tell(west, by_mail, on_page, nowhere, kind=Kind.ANSWERS, at=NOW)
    reached = people_reached_on_page(template="plan_won", subject="plan:Bankjes")
    assert set(reached) == {on_page.pk, nowhere.pk}
    assert not people_reached_on_page(template="plan_won", subject="plan:Bankjes", version="2")


@pytest.mark.parametrize(
    ("kind", "delivery", "events"),
    [(Kind.PLANS, Delivery.ON_PAGE, []), (Kind.ANSWERS, Delivery.REFUSED, [MessageNotDelivered])],
)
def test_an_answer_to_an_address_that_was_given_up_did_not_arrive(
    west: Portal, kind: Kind, delivery: Delivery, events: list[type]
) -> None:
    (message,) = tell(west, make_person(west), kind=kind, at=NOW)
    Person.objects.update(email=None)
    with heard() as told:
        walk(NOW)
    assert now_of(message).delivery == delivery
    assert [type(event) for event in told] == events


def uncertain(portal: Portal, *, title: str = "Bankjes") -> Message:
    return uncertain_message(portal, make_person(portal), title=title, at=NOW)


def test_a_person_says_that_it_arrived(west: Portal) -> None:
    message, clerk = uncertain(west), at_work(west, Role.CLERK)
    with heard() as told:
        say_it_arrived(actor=clerk, message_id=message.pk, now=NOW)
    assert [type(event) for event in told] == [MessageDelivered]
    assert now_of(message).delivery == Delivery.SENT
    assert Entry.objects.filter(action="notifications.said_to_have_arrived").count() == 1
    with pytest.raises(MessageSettled):
        send_again(actor=clerk, message_id=message.pk, now=NOW)


def test_a_person_has_it_sent_again_under_the_same_name(west: Portal) -> None:
    message = uncertain(west)
    with post_office() as office:
        send_again(actor=at_work(west, Role.ORGANISER), message_id=message.pk, now=NOW)
        walk(NOW)
    assert len(office.received) == 1
    assert f"<{message.reference}@west.localhost>" in office.received[0].partition("\r\n\r\n")[0]
    assert now_of(message).delivery == Delivery.SENT


def test_a_person_has_another_way_tried(west: Portal) -> None:
    message, clerk = uncertain(west), at_work(west, Role.CLERK)
    give_details(Person.objects.get(pk=message.person_id), telephone="0612345678")
    with heard() as told:
        try_another_way(actor=clerk, message_id=message.pk, now=NOW)
    assert [type(event) for event in told] == [MessageNotDelivered]
    assert (now_of(message).channel, now_of(message).delivery) == (Channel.CALL, Delivery.QUEUED)
    Message.objects.update(delivery=Delivery.REFUSED, channel=Channel.PAGE)
    with pytest.raises(NoOtherWay):
        try_another_way(actor=clerk, message_id=message.pk, now=NOW)


def test_what_no_server_took_is_sent_again_at_once(west: Portal) -> None:
    failed = [uncertain(west, title=str(number)) for number in range(3)]
    Message.objects.filter(pk__in=[message.pk for message in failed]).update(delivery=Delivery.FAILED)
    doubtful = uncertain(west, title="twijfel")
    assert send_failed_again(actor=at_work(west, Role.CLERK), now=NOW) == 3
    walk(NOW)
    assert [now_of(message).delivery for message in failed] == [Delivery.SENT] * 3
    assert now_of(doubtful).delivery == Delivery.UNCERTAIN


def test_only_a_clerk_and_an_organiser_decide_and_only_at_their_portal(west: Portal) -> None:
    message = uncertain(west)
    for role in set(Role) - {Role.CLERK, Role.ORGANISER}:
        with pytest.raises(NotAllowed):
            send_again(actor=at_work(west, role), message_id=message.pk, now=NOW)
    with pytest.raises(NotFound):
        send_again(actor=at_work(make_portal("noord"), Role.CLERK), message_id=message.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_decide_at_once_one_does(west: Portal) -> None:
    message, clerk = uncertain(west), at_work(west, Role.CLERK)
    decide = [say_it_arrived, send_again] * 4
    answers = at_once(
        [lambda act=act: act(actor=clerk, message_id=message.pk, now=NOW) for act in decide],  # type: ignore[misc]
        municipality_id=west.municipality_id,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["MessageSettled"] * 7 + ["NoneType"]


def test_the_list_for_a_person_shows_no_name_address_or_text(west: Portal) -> None:
    message = uncertain(west)
    Message.objects.filter(pk=message.pk).update(version="x")
    person = Person.objects.get(pk=message.person_id)
    browser = client_for(make_person(west, roles=[Role.CLERK], language="en"), west)
    page = browser.get("/werk/berichten/", HTTP_ACCEPT_LANGUAGE="en").text
    assert message.reference in page
    assert "It may have arrived" in page
    for personal in (str(person.email), person.card_number, "Bankjes"):
        assert personal not in page
    address = f"/werk/berichten/{message.pk}/"
    assert browser.post(address, {"decision": "vergeten"}).status_code == 422
    assert browser.post(address, {"decision": "arrived"}).status_code == 302
    assert browser.post(address, {"decision": "arrived"}).status_code == 409
    assert not list_undelivered(at_work(west, Role.CLERK))


@pytest.mark.parametrize("messages", [1, 3])
def test_the_list_costs_the_same_for_one_message_and_three(
    west: Portal, messages: int, django_assert_num_queries: object
) -> None:
    for number in range(messages):
        uncertain(west, title=str(number))
    browser = client_for(make_person(west, roles=[Role.CLERK]), west)
    browser.get("/werk/berichten/")
    with django_assert_num_queries(7):  # type: ignore[operator]  # a fixture
        page = browser.get("/werk/berichten/")
    assert page.text.count("<article") == messages


def test_mail_that_waits_too_long_is_said_on_the_list(west: Portal) -> None:
    tell(west, make_person(west), at=timezone.now() - timedelta(hours=2))
    browser = client_for(make_person(west, roles=[Role.CLERK], language="en"), west)
    assert "the mail server is away" in browser.get("/werk/berichten/", HTTP_ACCEPT_LANGUAGE="en").text


@pytest.mark.parametrize(
    ("kind", "delivery", "stays"),
    [
        (Kind.PLANS, Delivery.SENT, False),
        (Kind.PLANS, Delivery.REFUSED, False),
        (Kind.PLANS, Delivery.QUEUED, True),
        (Kind.PLANS, Delivery.FAILED, True),
        (Kind.PLANS, Delivery.UNCERTAIN, True),
        (Kind.ANSWERS, Delivery.SENT, False),
        (Kind.ANSWERS, Delivery.REFUSED, True),
        (Kind.ANSWERS, Delivery.RETURNED, True),
    ],
)
def test_what_somebody_must_look_at_grows_never_too_old(
    west: Portal, kind: Kind, delivery: Delivery, stays: bool
) -> None:
    by_itself, in_digest, digest = (
        tell(west, make_person(west), kind=kind, title=title, at=NOW)[0] for title in ("a", "b", "c")
    )
    rows = Message.objects.filter(pk__in=[by_itself.pk, in_digest.pk, digest.pk])
    rows.update(delivery=delivery, next_attempt_at=None)
    Message.objects.filter(pk=digest.pk).update(kind=Kind.DIGEST, delivery=Delivery.SENT)
    Message.objects.filter(pk=in_digest.pk).update(digest=digest)
    late = NOW + timedelta(days=31)
    assert not old_messages(NOW + timedelta(days=29), 30).exists()
    remove_messages([by_itself.pk, in_digest.pk, digest.pk], late, 30)
    assert rows.count() == (3 if stays else 0)


def test_what_a_digest_holds_is_announced_before_any_of_it_is_told(west: Portal) -> None:
    person = make_person(west)
    digest, *held = (
        tell(west, person, kind=Kind.ANSWERS, title=title, at=NOW)[0] for title in ("digest", "c", "a", "b")
    )
    Message.objects.filter(pk=digest.pk).update(kind=Kind.DIGEST)
    Message.objects.filter(pk__in=[message.pk for message in held]).update(digest=digest)
    with heard() as told, announced(told) as ahead:
        conclude(digest.pk, Delivery.SENT, among=[Delivery.QUEUED], now=NOW)
    assert ahead == [({"plan:a", "plan:b", "plan:c"}, 0)]
    assert {event.subject for event in told} == {"plan:a", "plan:b", "plan:c"}
