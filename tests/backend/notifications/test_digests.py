"""Several messages in one mail, once a day or a week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_string, policy

import pytest
from django.core import mail

from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.events import MessageDelivered, MessageNotDelivered
from backend.notifications.models import Message
from backend.notifications.rules import digest_day
from backend.notifications.selectors import count_unread, undelivered, visible_messages
from backend.notifications.services import choose, digests, forget
from backend.notifications.services.digests import digests_to_prepare, prepare_digests
from backend.notifications.services.settling import send_again
from backend.notifications.states import Choice, Delivery, Kind
from backend.places.models import Portal
from tests.builders.outbox import at_work, heard, tell
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal
from tests.builders.post_office import post_office
from tests.builders.threads import at_once

# A Tuesday in winter, half past nine in Amsterdam; digests are made at seven.
NOW = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
TOMORROW = datetime(2027, 1, 13, 6, 0, tzinfo=UTC)
MONDAY = datetime(2027, 1, 18, 6, 0, tzinfo=UTC)


def reader(portal: Portal, choice: Choice = Choice.DAILY, kind: Kind = Kind.PLANS) -> Person:
    person = make_person(portal, language="en")
    choose(actor=actor_of(person, portal), kind=kind, choice=choice, now=NOW)
    return person


def digests_of(person: Person) -> list[Message]:
    return list(Message.objects.filter(person=person, kind=Kind.DIGEST).order_by("pk"))


@pytest.mark.parametrize(
    ("cadence", "now", "day"),
    [
        ("daily", "2027-01-12T05:59:59+00:00", "2027-01-11"),
        ("daily", "2027-01-12T06:00:00+00:00", "2027-01-12"),
        ("daily", "2027-07-12T05:00:00+00:00", "2027-07-12"),
        ("daily", "2027-03-28T05:00:00+00:00", "2027-03-28"),
        ("daily", "2027-10-31T05:59:59+00:00", "2027-10-30"),
        ("weekly", "2027-01-18T05:59:59+00:00", "2027-01-11"),
        ("weekly", "2027-01-18T06:00:00+00:00", "2027-01-18"),
        ("weekly", "2027-01-24T23:30:00+00:00", "2027-01-18"),
    ],
)
def test_the_day_of_a_digest_follows_from_the_clock_in_amsterdam(cadence: str, now: str, day: str) -> None:
    assert digest_day(cadence, datetime.fromisoformat(now)).isoformat() == day


def test_news_of_a_day_is_one_mail_with_a_title_and_a_link_each(west: Portal) -> None:
    person = reader(west)
    for title in ("Bankjes", "Bomen", "Een <b>bocht</b>"):
        tell(west, person, title=title, at=NOW)
    with heard() as told:
        walk(NOW)
        walk(TOMORROW - timedelta(seconds=1))
        assert mail.outbox == []
        walk(TOMORROW)
        walk(TOMORROW + timedelta(minutes=1))
    (sent,) = mail.outbox
    assert sent.subject == "3 messages from Stem van West"
    lines = str(sent.body).splitlines()
    assert lines[:2] == [
        "“Bankjes” won and goes to the committee",
        "http://west.localhost:8000/plannen/abc/",
    ]
    assert "“Een <b>bocht</b>” won and goes to the committee" in lines
    assert "http://west.localhost:8000/mijn/instellingen/" in str(sent.body)
    assert {type(event) for event in told} == {MessageDelivered}
    assert len({event.message_id for event in told}) == 3
    assert set(Message.objects.values_list("delivery", "sent_at")) == {(Delivery.SENT, TOMORROW)}


def test_a_week_is_put_together_on_monday(west: Portal) -> None:
    weekly, daily = reader(west, Choice.WEEKLY), reader(west)
    for days in range(3):
        tell(west, weekly, daily, title=str(days), at=NOW + timedelta(days=days))
    for hours in range(0, 24 * 8):
        walk(NOW + timedelta(hours=hours))
    assert [len(digests_of(person)) for person in (weekly, daily)] == [1, 3]
    assert digests_of(weekly)[0].version == "weekly:2027-01-18"
    assert Message.objects.filter(digest=digests_of(weekly)[0]).count() == 3


def test_what_comes_after_seven_is_for_the_next_day_also_when_it_was_written_late(west: Portal) -> None:
    person = reader(west)
    tell(west, person, title="eerst", at=NOW)
    walk(TOMORROW)
    # A transaction that began before seven and ended after the digest was made.
    tell(west, person, title="laat", at=NOW)
    tell(west, person, title="nieuw", at=TOMORROW)
    assert not list(digests_to_prepare(TOMORROW + timedelta(hours=1)))
    walk(TOMORROW + timedelta(days=1))
    assert [one.version for one in digests_of(person)] == ["daily:2027-01-13", "daily:2027-01-14"]
    held = [Message.objects.filter(digest=one).count() for one in digests_of(person)]
    assert held == [1, 2]


def test_a_worker_that_was_away_for_days_makes_one_digest_of_it(west: Portal) -> None:
    person = reader(west)
    for days in range(4):
        tell(west, person, title=str(days), at=NOW + timedelta(days=days))
    walk(NOW + timedelta(days=4))
    assert [mail.subject for mail in mail.outbox] == ["4 messages from Stem van West"]


def test_each_portal_sends_its_own(west: Portal) -> None:
    person, other = reader(west), make_portal("noord")
    tell(west, person, title="west", at=NOW)
    tell(other, person, title="noord", at=NOW)
    elsewhere = make_portal("zuid", code="GM0014")
    with in_municipality(elsewhere.municipality_id):
        tell(elsewhere, person, title="zuid", at=NOW)
    walk(TOMORROW)
    assert sorted(sent.subject for sent in mail.outbox) == [
        "One message from Stem van Noord",
        "One message from Stem van West",
        "One message from Stem van Zuid",
    ]


def test_many_digests_are_made_some_at_a_time(west: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "AT_ONCE", 3)
    people = [reader(west) for _ in range(8)]
    for title in ("a", "b"):
        tell(west, *people, title=title, at=NOW)
    rounds = 0
    while due := list(digests_to_prepare(TOMORROW)):
        prepare_digests(due[0], TOMORROW)
        rounds += 1
    assert rounds == 3
    assert all(len(digests_of(person)) == 1 for person in people)
    assert Message.objects.filter(digest__isnull=False).count() == 16


@pytest.mark.django_db(transaction=True)
def test_eight_workers_make_and_send_a_digest_once(west: Portal) -> None:
    people = [reader(west) for _ in range(5)]
    for title in ("a", "b"):
        tell(west, *people, title=title, at=NOW)
    with post_office() as office:
        at_once([lambda: walk(TOMORROW)] * 8, municipality_id=west.municipality_id)
        walk(TOMORROW)
    assert len(office.received) == 5
    assert Message.objects.filter(kind=Kind.DIGEST).count() == 5
    assert set(Message.objects.values_list("delivery", flat=True)) == {Delivery.SENT}


def test_a_digest_stands_on_no_page_and_what_it_holds_does(west: Portal) -> None:
    person = reader(west)
    tell(west, person, at=NOW)
    walk(TOMORROW)
    mine = actor_of(person, west)
    assert [message.kind for message in visible_messages(mine)] == [Kind.PLANS]
    assert count_unread(mine) == 1


def test_what_was_forgotten_is_in_no_digest_and_an_empty_one_is_not_sent(west: Portal) -> None:
    person = reader(west)
    for title in ("a", "b"):
        tell(west, person, title=title, at=NOW)
    prepare_digests(next(iter(digests_to_prepare(TOMORROW))), TOMORROW)
    for title in ("a", "b"):
        forget(subject=f"plan:{title}", person_id=person.pk)
    walk(TOMORROW)
    assert mail.outbox == []
    assert digests_of(person) == []


def test_what_becomes_of_a_digest_becomes_of_all_it_holds(west: Portal) -> None:
    person = reader(west, kind=Kind.ANSWERS)
    choose(actor=actor_of(person, west), kind=Kind.PLANS, choice=Choice.DAILY, now=NOW)
    (answer,) = tell(west, person, kind=Kind.ANSWERS, title="a", at=NOW)
    (news,) = tell(west, person, title="b", at=NOW)
    with post_office() as office, heard() as told:
        office.dies_at = 1
        walk(TOMORROW)
        (digest,) = digests_of(person)
        assert list(undelivered(west.pk)) == [digest]
        assert set(Message.objects.values_list("delivery", flat=True)) == {Delivery.UNCERTAIN}
        send_again(actor=at_work(west, Role.CLERK), message_id=digest.pk, now=TOMORROW)
        office.refuses = {"*"}
        walk(TOMORROW)
    assert {(type(event), event.message_id) for event in told} == {
        (MessageNotDelivered, answer.pk),
        (MessageNotDelivered, news.pk),
    }
    assert list(undelivered(west.pk)) == [Message.objects.get(pk=answer.pk)]


def test_a_digest_is_named_by_who_gets_it_and_the_day(west: Portal) -> None:
    person = reader(west)
    tell(west, person, at=NOW)
    with post_office() as office:
        walk(TOMORROW)
    sent = message_from_string(office.received[0], policy=policy.default)
    assert sent["Message-ID"] == f"<{digests_of(person)[0].reference}@west.localhost>"
    assert "List-Unsubscribe-Post" in sent
