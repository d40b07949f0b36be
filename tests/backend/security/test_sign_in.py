"""Signing in by code: nobody learns who is known, and nobody makes accounts or mail without end."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db


def ask(browser: Client, email: str) -> int:
    return browser.post(url("account_request_login_code"), {"email": email}).status_code


def code_in_last_mail() -> str:
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_known_new_and_blocked_addresses_look_the_same(west: Portal) -> None:
    make_person(west, email="bekend@example.org")
    blocked = make_person(west, email="geblokkeerd@example.org")
    Person.objects.filter(pk=blocked.pk).update(is_active=False)
    pages = []
    for email in ("bekend@example.org", "nieuw@example.org", "geblokkeerd@example.org"):
        browser = client_for(None, west)
        answer = browser.post(url("account_request_login_code"), {"email": email}, follow=True)
        page = re.sub(r'value="[^"]{64}"', "", answer.content.decode()).replace(email, "")
        pages.append((answer.status_code, page, len(code_in_last_mail())))
    assert pages[0] == pages[1] == pages[2]


def test_a_blocked_person_does_not_get_in(west: Portal) -> None:
    blocked = make_person(west, email="geblokkeerd@example.org")
    Person.objects.filter(pk=blocked.pk).update(is_active=False)
    browser = client_for(None, west)
    ask(browser, "geblokkeerd@example.org")
    browser.post(url("account_confirm_login_code"), {"code": code_in_last_mail()})
    assert browser.get(url("my_page")).status_code == 302


def test_who_asks_too_often_leaves_no_accounts_behind(west: Portal) -> None:
    statuses = [ask(client_for(None, west), f"verzonnen{number}@example.org") for number in range(40)]
    made = Person.objects.filter(email__startswith="verzonnen").count()
    assert made == statuses.count(302) < 40


def test_nobody_is_flooded_with_codes(west: Portal) -> None:
    for _ in range(30):
        ask(client_for(None, west), "buurvrouw@example.org")
    assert len(mail.outbox) <= 3


def test_a_code_works_once_and_gives_a_new_session(west: Portal) -> None:
    browser = client_for(None, west)
    ask(browser, "eens@example.org")
    before = browser.cookies["sessionid"].value
    code = code_in_last_mail()
    browser.post(url("account_confirm_login_code"), {"code": code})
    assert browser.get(url("my_page")).status_code == 200
    assert browser.cookies["sessionid"].value != before
    thief = client_for(None, west)
    thief.cookies["sessionid"] = before
    thief.post(url("account_confirm_login_code"), {"code": code})
    assert thief.get(url("my_page")).status_code == 302


def test_a_code_is_guessed_five_times_at_most(west: Portal) -> None:
    browser = client_for(None, west)
    ask(browser, "raad@example.org")
    for _ in range(5):
        browser.post(url("account_confirm_login_code"), {"code": "BCDF-GHJK"})
    browser.post(url("account_confirm_login_code"), {"code": code_in_last_mail()})
    assert browser.get(url("my_page")).status_code == 302


@pytest.mark.parametrize(
    "following", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(west: Portal, following: str) -> None:
    browser = client_for(None, west)
    browser.post(url("account_request_login_code"), {"email": "a@example.org", "next": following})
    answer = browser.post(url("account_confirm_login_code"), {"code": code_in_last_mail(), "next": following})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]
    make_person(west, email="fatima@example.org")
    demo = client_for(None, west).post(url("demo_sign_in", "fatima"), {"next": following})
    assert demo.headers["Location"] == "/"


def test_signing_out_takes_a_form_of_ours(west: Portal) -> None:
    person = make_person(west)
    browser = Client(HTTP_HOST=west.hostname, enforce_csrf_checks=True)
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    browser.get(url("account_logout"))
    assert browser.post(url("account_logout")).status_code == 403
    assert browser.get(url("my_page")).status_code == 200
