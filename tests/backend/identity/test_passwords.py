"""Passwords are for who wants one. A wrong one tells nothing about anybody, and nobody is locked out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from backend.audit.models import Entry
from backend.config.settings import base
from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.second_factors import App
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db
GOOD = "vier woorden die ik verzin"
Committing = Callable[..., object]


def with_password(portal: Portal, email: str = "sam@example.org", password: str = GOOD) -> Person:
    person = make_person(portal, email=email)
    person.set_password(password)
    person.save()
    return person


def try_in(browser: Client, email: str, password: str, **more: str) -> object:
    return browser.post(url("password_sign_in"), {"login": email, "password": password, **more})


def is_in(browser: Client) -> bool:
    return browser.get(url("my_page")).status_code == 200


def test_somebody_chooses_a_password_and_signs_in_with_it(
    west: Portal, django_capture_on_commit_callbacks: Committing
) -> None:
    person = make_person(west, email="sam@example.org", language="en")
    browser, elsewhere = client_for(person, west), client_for(person, west)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        chosen = browser.post(url("my_password"), {"password": GOOD})
    assert chosen.headers["Location"] == url("my_sign_in")
    assert "Your password is set." in browser.get(url("my_sign_in")).text
    assert is_in(browser)
    assert not is_in(elsewhere)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (["sam@example.org"], "A password was chosen")
    assert Entry.objects.filter(action="identity.password_set", person_id=person.pk).count() == 1
    other = client_for(None, west)
    answer = other.post(
        url("password_sign_in"), {"login": " Sam@Example.org", "password": GOOD, "next": "/mijn/stemmen/"}
    )
    assert answer.headers["Location"] == "/mijn/stemmen/"
    assert is_in(other)


def test_a_password_can_be_changed_and_removed(west: Portal) -> None:
    person = with_password(west)
    browser = client_for(person, west)
    browser.post(url("my_password"), {"password": "een heel ander wachtwoord"})
    person.refresh_from_db()
    assert person.check_password("een heel ander wachtwoord")
    browser.post(url("remove_password"))
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert is_in(browser)
    other = client_for(None, west)
    try_in(other, "sam@example.org", "een heel ander wachtwoord")
    assert not is_in(other)


def test_a_session_of_before_the_password_does_not_come_back_when_it_is_removed(west: Portal) -> None:
    person = make_person(west)
    old, browser = client_for(person, west), client_for(person, west)
    browser.post(url("my_password"), {"password": GOOD})
    browser.post(url("remove_password"))
    assert not is_in(old)


@pytest.mark.parametrize(
    "password", ["kort", "elfletters1", "administrator", "123456789012", "sam.devries@example.org", ""]
)
def test_a_password_that_is_easily_guessed_is_refused(west: Portal, password: str) -> None:
    person = make_person(west, email="sam.devries@example.org")
    answer = client_for(person, west).post(url("my_password"), {"password": password})
    assert answer.status_code == 422
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_passwords_are_kept_with_argon2(west: Portal) -> None:
    with override_settings(PASSWORD_HASHERS=base.PASSWORD_HASHERS):
        person = make_person(west)
        client_for(person, west).post(url("my_password"), {"password": GOOD})
        person.refresh_from_db()
        assert identify_hasher(person.password).algorithm == "argon2"


def test_a_forgotten_password_is_set_anew_after_a_code_by_mail(west: Portal) -> None:
    with_password(west)
    browser = client_for(None, west)
    assert url("account_request_login_code") in browser.get(url("password_sign_in")).text
    browser.post(url("account_request_login_code"), {"email": "sam@example.org"})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    browser.post(url("account_confirm_login_code"), {"code": found[1]})
    browser.post(url("my_password"), {"password": "een heel ander wachtwoord"})
    other = client_for(None, west)
    try_in(other, "sam@example.org", "een heel ander wachtwoord")
    assert is_in(other)


def test_pasting_a_password_is_never_prevented(west: Portal) -> None:
    for page in (
        client_for(None, west).get(url("password_sign_in")).text,
        client_for(make_person(west), west).get(url("my_password")).text,
    ):
        assert "onpaste" not in page
        assert re.search(r'type="password"[^>]* autocomplete="(current|new)-password"', page)


def test_a_wrong_password_gets_the_same_answer_whoever_it_is_for(west: Portal) -> None:
    """Known, unknown, without a password, blocked and with a second step: one page, one status."""
    with_password(west, "bekend@example.org")
    make_person(west, email="zonder@example.org")
    blocked = with_password(west, "geblokkeerd@example.org")
    Person.objects.filter(pk=blocked.pk).update(is_active=False)
    App(with_password(west, "app@example.org"))
    pages = []
    for who in ("bekend", "onbekend", "zonder", "geblokkeerd", "app"):
        browser = client_for(None, west)
        answer = browser.post(
            url("password_sign_in"), {"login": f"{who}@example.org", "password": "niet dit wachtwoord"}
        )
        text = re.sub(r'value="\w{64}"', "", answer.text).replace(f"{who}@example.org", "")
        pages.append((answer.status_code, text, sorted(answer.cookies)))
        assert not is_in(browser)
    assert "do not belong together" in pages[0][1]
    assert all(page == pages[0] for page in pages)


def test_who_tries_too_often_gets_the_same_answer_whoever_it_is_for(west: Portal) -> None:
    with_password(west, "bekend@example.org")
    pages = []
    for who in ("bekend", "onbekend"):
        browser = client_for(None, west)
        for _ in range(6):
            answer = browser.post(
                url("password_sign_in"), {"login": f"{who}@example.org", "password": "niet dit wachtwoord"}
            )
        text = re.sub(r'value="\w{64}"', "", answer.text).replace(f"{who}@example.org", "")
        pages.append((answer.status_code, text))
    assert pages[0] == pages[1]
    assert "Nothing is blocked" in pages[0][1]


def test_after_many_wrong_passwords_a_code_by_mail_still_works_and_others_get_on(west: Portal) -> None:
    """A household or a library shares one network; a limit passes by itself."""
    with_password(west)
    with_password(west, "buur@example.org")
    attacker = client_for(None, west)
    for _ in range(8):
        try_in(attacker, "sam@example.org", "niet dit wachtwoord")
    neighbour, sam = client_for(None, west), client_for(None, west)
    try_in(neighbour, "buur@example.org", GOOD)
    assert is_in(neighbour)
    sam.post(url("account_request_login_code"), {"email": "sam@example.org"})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    sam.post(url("account_confirm_login_code"), {"code": found[1]})
    assert is_in(sam)


def test_a_limit_passes_by_itself(west: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(west)
    browser = client_for(None, west)
    for _ in range(8):
        try_in(browser, "sam@example.org", "niet dit wachtwoord")
    try_in(browser, "sam@example.org", GOOD)
    assert not is_in(browser)
    now = timezone.now().timestamp()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: now + 5 * 60 + 1)
    try_in(browser, "sam@example.org", GOOD)
    assert is_in(browser)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "limited"),
    [
        # Nobody is in front: what a visitor says about their address is not believed.
        (0, ["203.0.113.1", "203.0.113.2"], True),
        # One proxy of ours wrote the last address; what stands before it may be made up.
        (1, ["203.0.113.1", "203.0.113.2"], False),
        (1, ["203.0.113.1, 198.51.100.9", "203.0.113.2, 198.51.100.9"], True),
    ],
)
def test_whose_network_it_is_behind_a_proxy(
    west: Portal, proxies: int, forwarded: list[str], limited: bool
) -> None:
    limits = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=proxies, ACCOUNT_RATE_LIMITS=limits):
        statuses = []
        for number in range(4):
            answer = client_for(None, west).post(
                url("password_sign_in"),
                {"login": f"n{number}@example.org", "password": "x"},
                headers={"X-Forwarded-For": forwarded[number // 3]},
            )
            statuses.append(answer.status_code)
    assert statuses == [200, 200, 200, 429 if limited else 200]
    assert ("Nothing is blocked" in answer.text) is limited
