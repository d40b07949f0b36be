"""Asking for the newsletter: nothing comes before the owner of a mailbox said yes, and one click ends it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from backend.audit.models import Entry
from backend.core import personal_data
from backend.core.due import walk
from backend.core.errors import NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.services.clearing import clean_up
from backend.identity.services.erasing import erase_person
from backend.identity.services.people import confirm_address, new_person
from backend.identity.states import Origin
from backend.notifications.delivery import send as deliver
from backend.notifications.errors import NoConfirmedAddress
from backend.notifications.models import Message, Subscription
from backend.notifications.selectors.subscriptions import subscribers
from backend.notifications.services.outcomes import conclude
from backend.notifications.services.subscriptions import (
    ASK_AGAIN_AFTER,
    ask_for_newsletter,
    confirm_subscription,
    end_subscription,
    move_subscriptions,
    subscribe,
    unsubscribe,
)
from backend.notifications.states import Delivery
from backend.places.models import Portal
from tests.builders.clocks import make_clocks
from tests.builders.newsletters import make_newsletter, make_subscriber, send, subscribe_person
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.post_office import post_office
from tests.builders.threads import at_once
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
ASKED = "?gedaan=gevraagd"


def ask(portal: Portal, email: str = "sam@example.org", *, at: datetime = NOW, language: str = "nl") -> None:
    ask_for_newsletter(portal=portal, email=email, language=language, now=at)


def link_in(body: str, what: str = "bevestigen") -> str:
    found = re.search(rf"http://west\.localhost:8000(/nieuwsbrief/{what}/\S+/)", body)
    assert found
    return found[1]


def the_link(what: str = "bevestigen") -> str:
    return link_in(str(mail.outbox[-1].body), what)


def test_from_a_field_on_the_page_to_the_newsletter(west: Portal) -> None:
    browser = client_for(None, west)
    answer = browser.post(url("newsletter"), {"email": " Sam@Example.org "})
    assert answer.headers["Location"] == url("newsletter") + ASKED
    assert "Look in your mail" in browser.get(answer.headers["Location"]).text
    walk(timezone.now())
    (sent,) = mail.outbox
    assert sent.to == ["sam@example.org"]
    assert "List-Unsubscribe" not in sent.extra_headers
    address = the_link()
    # A scanner that opens the link confirms nothing.
    page = Client(HTTP_HOST=west.hostname, HTTP_ACCEPT_LANGUAGE="en").get(address)
    assert "sam@example.org" in page.text
    assert page.text.count("<button") - client_for(None, west).get(url("left")).text.count("<button") == 1
    assert Subscription.objects.get().confirmed_at is None
    browser.post(address)
    assert "from now on" in browser.get(address).text
    assert [each.address for each in subscribers(west.pk, at=timezone.now())] == ["sam@example.org"]


@pytest.mark.parametrize("who", ["nobody", "unconfirmed", "confirmed", "person", "person subscribed"])
def test_the_answer_is_the_same_for_every_address(west: Portal, who: str) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    if who == "unconfirmed":
        ask(west, at=long_ago)
    if who == "confirmed":
        make_subscriber(west, "sam@example.org", at=long_ago)
    if who.startswith("person"):
        person = make_person(west, email="sam@example.org")
        if who.endswith("subscribed"):
            subscribe_person(west, person, at=long_ago)
    before = Message.objects.count()
    answer = client_for(None, west).post(url("newsletter"), {"email": "sam@example.org"})
    assert (answer.status_code, answer.headers["Location"]) == (302, url("newsletter") + ASKED)
    assert Message.objects.count() == before + 1
    walk(timezone.now())
    assert [sent.to for sent in mail.outbox][-1] == ["sam@example.org"]
    assert Subscription.objects.count() == 1


def test_who_presses_twice_or_is_pestered_gets_one_mail(west: Portal) -> None:
    for seconds in (0, 1, 60, 599):
        ask(west, at=NOW + timedelta(seconds=seconds))
    assert Message.objects.count() == 1
    ask(west, at=NOW + ASK_AGAIN_AFTER)
    assert Message.objects.count() == 2


def test_asking_often_is_slowed_down(west: Portal) -> None:
    browser = client_for(None, west)
    answers = [browser.post(url("newsletter"), {"email": "sam@example.org"}) for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [302] * 5
    slowed = answers[-1]
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert "Wait" in slowed.text
    assert 'value="sam@example.org"' in slowed.text


@pytest.mark.parametrize(
    "typed", ["", "geen adres", "a@b", f"{'x' * 250}@example.org", "a@example.org\nBcc: b@c.nl"]
)
def test_what_is_no_address_is_said_and_kept(west: Portal, typed: str) -> None:
    answer = client_for(None, west).post(url("newsletter"), {"email": typed})
    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_the_mail_is_in_the_language_it_was_asked_in(west: Portal) -> None:
    client_for(None, west, language="en").post(url("newsletter"), {"email": "sam@example.org"})
    walk(timezone.now())
    assert mail.outbox[0].subject == "Do you want the newsletter of Stem van West?"


def test_one_click_without_cookies_ends_it(west: Portal) -> None:
    token = make_subscriber(west, "sam@example.org").token
    mail_program = Client(HTTP_HOST=west.hostname, enforce_csrf_checks=True)
    address = url("unsubscribe_newsletter", token)
    page = mail_program.get(address, headers={"Accept-Language": "en"})
    assert "sam@example.org" in page.text
    assert "It all goes when you stop" in page.text
    assert Subscription.objects.exists(), "looking ends nothing"
    mail_program.cookies.clear()
    for _ in range(2):
        answer = mail_program.post(
            address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
        assert not answer.cookies
    assert not Subscription.objects.exists()
    assert not Message.objects.exists()
    assert "sam@example.org" not in mail_program.get(address).text


def test_an_old_link_confirms_nothing(west: Portal) -> None:
    subscription = make_subscriber(west, "sam@example.org")
    unsubscribe(actor=visitor_of(west), token=subscription.token, now=NOW)
    with pytest.raises(NotFound):
        confirm_subscription(actor=visitor_of(west), token=subscription.token, now=NOW)
    assert client_for(None, west).get(url("confirm_newsletter", subscription.token)).status_code == 404


def test_a_link_is_of_one_portal(west: Portal) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    subscription = make_subscriber(west, "sam@example.org")
    browser = client_for(None, elsewhere)
    browser.post(url("unsubscribe_newsletter", subscription.token))
    assert browser.post(url("confirm_newsletter", subscription.token)).status_code == 404
    assert Subscription.objects.count() == 1


def test_who_is_signed_in_needs_one_button(west: Portal) -> None:
    person = make_person(west, email="fatima@example.org")
    confirm_address(person)
    browser = client_for(person, west)
    assert "It goes to fatima@example.org" in browser.get(url("newsletter")).text
    for _ in range(2):
        browser.post(url("newsletter"), {"wanted": "ja"})
    assert Subscription.objects.get().person_id == person.pk
    assert "You get it at fatima@example.org" in browser.get(url("newsletter")).text
    assert not Message.objects.exists()
    browser.post(url("newsletter"), {"wanted": "nee"})
    assert not Subscription.objects.exists()


def test_an_address_nobody_confirmed_gets_the_mail_with_a_link_first(west: Portal) -> None:
    """Somebody may be signed in without having shown that they read that mail."""
    person = make_person(west, email="fatima@example.org")
    with pytest.raises(NoConfirmedAddress):
        subscribe(actor=actor_of(person, west), portal=west, language="nl", now=NOW)
    browser = client_for(person, west)
    assert 'name="email"' in browser.get(url("newsletter")).text
    browser.post(url("newsletter"), {"wanted": "ja"})
    assert not Subscription.objects.exists()


def test_no_assistant_and_no_visitor_subscribes(west: Portal) -> None:
    for actor in (visitor_of(west), system_of(west)):
        with pytest.raises(NotAllowed):
            subscribe(actor=actor, portal=west, language="nl", now=NOW)
        with pytest.raises(NotAllowed):
            end_subscription(actor=actor, now=NOW)


def test_an_account_takes_over_what_its_address_asked_for(west: Portal) -> None:
    subscription = make_subscriber(west, "fatima@example.org")
    person = make_person(west, email="fatima@example.org")
    confirm_address(person)
    browser = client_for(person, west)
    assert "You get it at" in browser.get(url("newsletter")).text
    subscribe(actor=actor_of(person, west), portal=west, language="nl", now=NOW)
    taken_over = Subscription.objects.get()
    assert (taken_over.person_id, taken_over.email) == (person.pk, "")
    assert taken_over.token == subscription.token, "links in earlier mails keep working"


def test_a_mailbox_gets_it_once_and_ends_it_once(west: Portal) -> None:
    """Somebody moved their account to an address that was subscribed by itself."""
    person = make_person(west, email="oud@example.org")
    mine = subscribe_person(west, person)
    make_subscriber(west, "nieuw@example.org")
    Person.objects.filter(pk=person.pk).update(email="nieuw@example.org")
    assert [each.pk for each in subscribers(west.pk, at=NOW)] == [mine.pk]
    unsubscribe(actor=visitor_of(west), token=mine.token, now=NOW)
    assert not Subscription.objects.exists()


def test_nobody_gets_it_who_did_not_confirm_or_has_no_address(west: Portal) -> None:
    ask(west, "nog-niet@example.org")
    make_subscriber(west, "later@example.org", at=NOW + timedelta(seconds=1))
    paused = make_subscriber(west, "stuk@example.org")
    Subscription.objects.filter(pk=paused.pk).update(paused_at=NOW)
    gone = make_person(west)
    subscribe_person(west, gone)
    Person.objects.filter(pk=gone.pk).update(email=None)
    other = make_portal("noord")
    make_subscriber(other, "elders@example.org")
    assert list(subscribers(west.pk, at=NOW)) == []


def test_what_nobody_confirmed_is_forgotten_at_night(west: Portal) -> None:
    make_clocks(subscriptions=7)
    ask(west, "nooit@example.org")
    make_subscriber(west, "wel@example.org")
    list(clean_up(now=NOW + timedelta(days=7)))
    assert Subscription.objects.count() == 2
    list(clean_up(now=NOW + timedelta(days=7, seconds=1)))
    assert [each.email for each in Subscription.objects.all()] == ["wel@example.org"]


def test_two_accounts_of_one_person_have_one_newsletter(west: Portal) -> None:
    other = make_portal("noord")
    into, origin = make_person(west), make_person(west)
    subscribe_person(west, into)
    subscribe_person(west, origin)
    subscribe_person(other, origin)
    move_subscriptions(from_person_id=origin.pk, into_person_id=into.pk)
    rows = Subscription.objects.order_by("portal_id").values_list("portal_id", "person_id")
    assert sorted(rows) == sorted([(west.pk, into.pk), (other.pk, into.pk)])


def test_who_leaves_is_forgotten_also_by_address_alone(west: Portal) -> None:
    person = make_person(west, email="fatima@example.org")
    confirm_address(person)
    subscribe_person(west, person)
    make_subscriber(make_portal("noord"), "fatima@example.org")
    make_subscriber(west, "blijft@example.org")
    held = next(held for held in personal_data.registered() if held.slug == "subscriptions")
    assert len(list(held.rows(person.pk))) == 2
    assert "blijft" not in str([dict(row) for row in held.rows(person.pk)])
    erase_person(actor=system_of(west), person_id=person.pk, now=NOW)
    assert [each.email for each in Subscription.objects.all()] == ["blijft@example.org"]


def test_the_record_says_that_somebody_chose_and_never_who_by_address(west: Portal) -> None:
    subscription = make_subscriber(west, "sam@example.org")
    unsubscribe(actor=visitor_of(west), token=subscription.token, now=NOW)
    rows = list(Entry.objects.filter(action__startswith="notifications.newsletter").order_by("pk"))
    assert [row.action.rpartition("_")[2] for row in rows] == ["wanted", "ended"]
    assert {(row.person_id, row.target_id, str(row.details)) for row in rows} == {(None, None, "{}")}


def test_somebody_without_an_address_is_asked_for_one(west: Portal) -> None:
    person = new_person(origin=Origin.LETTER, language="nl", now=NOW)
    assert 'name="email"' in client_for(person, west).get(url("newsletter")).text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_confirming_while_unsubscribing_ends_in_one_of_the_two(west: Portal, turn: int) -> None:
    ask(west)
    token, visitor = Subscription.objects.get().token, visitor_of(west)
    jobs = [
        partial(confirm_subscription, actor=visitor, token=token, now=NOW),
        partial(unsubscribe, actor=visitor, token=token, now=NOW),
    ] * 2
    answers = at_once(jobs, threads=4, municipality_id=west.municipality_id)
    assert all(answer is None or isinstance(answer, NotFound) for answer in answers), answers
    assert not Subscription.objects.exists(), "nobody comes back who said stop"


@pytest.mark.django_db(transaction=True)
def test_eight_times_the_same_address_at_once_is_one_mail(west: Portal) -> None:
    answers = at_once([partial(ask, west)] * 8, municipality_id=west.municipality_id)
    assert answers == [None] * 8
    assert (Subscription.objects.count(), Message.objects.count()) == (1, 1)
    with in_municipality(west.municipality_id):
        walk(NOW)
    assert len(mail.outbox) == 1


def send_a_newsletter(portal: Portal, *, comes_back: bool, at: datetime, number: int) -> None:
    """Hand one over to a mail server, which may not know the address."""
    newsletter = send(make_newsletter(portal, subject=f"Nieuws {number}", at=at), at=at)
    for message in Message.objects.filter(subject=f"newsletter:{newsletter.pk}"):
        deliver(message.pk, at)
        if comes_back:
            conclude(message.pk, Delivery.RETURNED, among=[Delivery.SENT], now=at)


@pytest.mark.parametrize("by", ["address", "account"])
@pytest.mark.parametrize(
    ("came_back", "is_paused"),
    [("y", False), ("yy", False), ("yyy", True), ("yynyy", False), ("nyyy", True), ("yyny", False)],
)
def test_three_in_a_row_that_come_back_pause_it_and_one_does_not(
    west: Portal, by: str, came_back: str, is_paused: bool
) -> None:
    if by == "address":
        make_subscriber(west, "sam@example.org")
    else:
        subscribe_person(west, make_person(west, email="sam@example.org"))
    for number, sign in enumerate(came_back):
        at = NOW + timedelta(days=number)
        send_a_newsletter(west, comes_back=sign == "y", at=at, number=number)
    subscription = Subscription.objects.get()
    assert (subscription.paused_at is not None) is is_paused
    assert subscription.confirmed_at is not None
    if is_paused:
        mail.outbox.clear()
        send_a_newsletter(west, comes_back=False, at=NOW + timedelta(days=30), number=30)
        assert not mail.outbox
        confirm_subscription(actor=visitor_of(west), token=subscription.token, now=NOW)
        assert list(subscribers(west.pk, at=NOW)) == [subscription]


def test_a_server_that_knows_no_such_address_three_times_pauses_it(west: Portal) -> None:
    make_subscriber(west, "weg@example.org")
    Message.objects.all().delete()
    with post_office() as office:
        office.refuses = {"weg@example.org"}
        for number in range(3):
            send_a_newsletter(west, comes_back=False, at=NOW + timedelta(days=number), number=number)
    assert set(Message.objects.values_list("delivery", flat=True)) == {Delivery.REFUSED}
    assert Subscription.objects.get().paused_at == NOW + timedelta(days=2)


def test_who_was_paused_reads_why_on_the_page(west: Portal) -> None:
    person = make_person(west)
    mine = subscribe_person(west, person)
    Subscription.objects.filter(pk=mine.pk).update(paused_at=NOW)
    browser = client_for(person, west)
    assert "came back three times" in browser.get(url("newsletter")).text
    browser.post(url("newsletter"), {"wanted": "ja"})
    assert Subscription.objects.get().paused_at is None
