"""One click in a mail stops mails of its kind, without signing in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_string, policy
from email.message import EmailMessage

import pytest
from django.core import signing
from django.test import Client, override_settings
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.due import walk
from backend.core.errors import NotFound
from backend.identity.models import Person
from backend.notifications.keys import unsubscribe_token
from backend.notifications.models import Message
from backend.notifications.selectors import choices_of
from backend.notifications.services import choose
from backend.notifications.services.unsubscribing import unsubscribe
from backend.notifications.states import CAN_UNSUBSCRIBE, CHOICES, Choice, Delivery, Kind
from backend.places.models import Portal
from tests.builders.outbox import tell
from tests.builders.people import actor_of, make_person
from tests.builders.post_office import post_office

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def mail_about(portal: Portal, person: Person, kind: Kind) -> EmailMessage:
    tell(portal, person, kind=kind, title=kind.value, at=NOW)
    with post_office() as office:
        walk(NOW)
    mail = message_from_string(office.received[0], policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def path_in(mail: EmailMessage, portal: Portal) -> str:
    link = str(mail["List-Unsubscribe"]).strip()
    return link.removeprefix(f"<http://{portal.hostname}:8000").removesuffix(">")


def test_a_click_in_a_mail_program_stops_mails_of_that_kind(west: Portal) -> None:
    person = make_person(west)
    mail = mail_about(west, person, Kind.PLANS)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # What mail programs send (RFC 8058): without a cookie, and from nowhere.
    browser = Client(HTTP_HOST=west.hostname, enforce_csrf_checks=True)
    answer = browser.post(path_in(mail, west), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not answer.cookies
    choices = choices_of(actor_of(person, west))
    assert choices[Kind.PLANS] == Choice.PAGE
    assert {choice for kind, choice in choices.items() if kind != Kind.PLANS} == {Choice.AT_ONCE}
    assert Entry.objects.filter(action="notifications.unsubscribed", person_id=person.pk).count() == 1
    (later,) = tell(west, person, title="later", at=NOW)
    assert later.delivery == Delivery.ON_PAGE


def test_looking_at_the_page_stops_nothing_and_its_button_does(west: Portal) -> None:
    person = make_person(west)
    mail = mail_about(west, person, Kind.DISCUSSION)
    browser = Client(HTTP_HOST=west.hostname, enforce_csrf_checks=True)
    page = browser.get(path_in(mail, west))
    assert page.text.count("<button") >= 1
    assert choices_of(actor_of(person, west))[Kind.DISCUSSION] == Choice.AT_ONCE
    assert browser.post(path_in(mail, west)).status_code == 200
    assert choices_of(actor_of(person, west))[Kind.DISCUSSION] == Choice.PAGE


@pytest.mark.parametrize("kind", sorted(set(Kind) - CAN_UNSUBSCRIBE - {Kind.DIGEST, Kind.NEWSLETTER}))
def test_what_the_law_a_promise_or_work_requires_is_not_stopped_by_a_click(west: Portal, kind: Kind) -> None:
    person = make_person(west)
    mail = mail_about(west, person, kind)
    assert "List-Unsubscribe" not in mail
    assert "/afmelden/" not in mail.get_content()
    with pytest.raises(NotFound):
        unsubscribe(token=unsubscribe_token(person.pk, kind), portal=west, now=NOW)
    assert set(choices_of(actor_of(person, west)).values()) == {Choice.AT_ONCE}


def test_every_mail_says_how_to_change_what_one_gets(west: Portal) -> None:
    person = make_person(west)
    for kind in CHOICES:
        assert "/mijn/instellingen/" in mail_about(west, person, kind).get_content()


def test_a_click_in_a_digest_stops_what_may_be_stopped_and_waits(west: Portal) -> None:
    person = make_person(west)
    mine = actor_of(person, west)
    chosen = {
        Kind.ANSWERS: Choice.DAILY,
        Kind.PLANS: Choice.DAILY,
        Kind.DISCUSSION: Choice.LETTER,
        Kind.WORK: Choice.WEEKLY,
    }
    for kind, choice in chosen.items():
        choose(actor=mine, kind=kind, choice=choice, now=NOW)
    (news,) = tell(west, person, title="news", at=NOW)
    (answer,) = tell(west, person, kind=Kind.ANSWERS, title="answer", at=NOW)
    unsubscribe(token=unsubscribe_token(person.pk, Kind.DIGEST), portal=west, now=NOW)
    assert choices_of(mine) == chosen | {Kind.PLANS: Choice.PAGE}
    assert Message.objects.get(pk=news.pk).delivery == Delivery.ON_PAGE
    assert Message.objects.get(pk=answer.pk).delivery == Delivery.QUEUED


def test_a_key_says_who_and_what_and_cannot_be_made_up(west: Portal) -> None:
    person = make_person(west)
    token = unsubscribe_token(person.pk, Kind.PLANS)
    assert signing.b64_decode(token.split(":")[0].encode()) == f'[{person.pk},"plans"]'.encode()
    browser = Client(HTTP_HOST=west.hostname)
    for wrong in (token[:-1], f"x{token}", "x", "a:b:c", signing.dumps([person.pk, "plans"])):
        assert browser.get(f"/afmelden/{wrong}/").status_code == 404
        assert browser.post(f"/afmelden/{wrong}/").status_code == 404
    with override_settings(SECRET_KEY="a new one", SECRET_KEY_FALLBACKS=["tests-only"]):
        assert browser.get(f"/afmelden/{token}/").status_code == 200
    assert re.fullmatch(r"[\w:-]+", token)


def test_a_click_of_somebody_who_left_looks_the_same(west: Portal) -> None:
    person = make_person(west)
    token = unsubscribe_token(person.pk, Kind.PLANS)
    Person.objects.filter(pk=person.pk).update(left_at=timezone.now())
    assert Client(HTTP_HOST=west.hostname).post(f"/afmelden/{token}/").status_code == 200
    assert not Entry.objects.filter(action="notifications.unsubscribed")
