"""Passwords are for who wants one. A wrong one tells nothing about anybody, and nobody is locked out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from backend.audit.models import Entry
from backend.config.settings import base
from backend.identity.models import Person
from backend.identity.services.people import person_for_address
from backend.identity.services.sign_in import change_address
from backend.places.models import Portal
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal
from tests.builders.second_factors import App
from tests.builders.threads import at_once
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


def ask_for_address(browser: Client, email: str) -> object:
    return browser.post(url("change_address"), {"email": email})


def last_code() -> str:
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_somebody_changes_their_address_with_a_code_to_the_new_one(
    west: Portal, django_capture_on_commit_callbacks: Committing
) -> None:
    person = make_person(west, email="oud@example.org", language="en")
    browser, elsewhere = client_for(person, west), client_for(person, west)
    asked = browser.post(url("change_address"), {"email": "Nieuw@Example.org"})
    assert asked.headers["Location"] == url("confirm_address")
    assert mail.outbox[-1].to == ["nieuw@example.org"]
    person.refresh_from_db()
    assert person.email == "oud@example.org"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        browser.post(url("confirm_address"), {"code": last_code()})
    person.refresh_from_db()
    assert person.email == "nieuw@example.org"
    addresses = EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")
    assert list(addresses) == [("nieuw@example.org", True, True)]
    # The former address hears of it, and what was open elsewhere is closed.
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["oud@example.org"],
        "Your e-mail address was changed",
    )
    assert is_in(browser)
    assert not is_in(elsewhere)


def test_nobody_learns_whether_an_address_is_in_use(west: Portal) -> None:
    make_person(west, email="bekend@example.org")
    pages = []
    for email in ("bekend@example.org", "nieuw@example.org"):
        browser = client_for(make_person(west), west)
        answer = browser.post(url("change_address"), {"email": email}, follow=True)
        text = re.sub(r'value="\w{64}"', "", answer.text).replace(email, "")
        text = re.sub(r"bewoner\d+@example.org", "", text)
        pages.append((answer.redirect_chain, text, mail.outbox[-1].subject, mail.outbox[-1].to == [email]))
    assert pages[0] == pages[1]


def test_an_address_of_somebody_else_is_not_taken_from_them(west: Portal) -> None:
    other = make_person(west, email="bekend@example.org")
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west)
    ask_for_address(browser, "bekend@example.org")
    answer = browser.post(url("confirm_address"), {"code": last_code()})
    assert answer.status_code == 409
    assert "another account with this address" in answer.text
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.email, other.email) == ("sam@example.org", "bekend@example.org")


def test_an_account_that_nobody_ever_signed_in_to_makes_place(west: Portal) -> None:
    """Such as one that came from trying to sign in with the new address first."""
    person_for_address(email="nieuw@example.org", language="nl", now=timezone.now())
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west)
    ask_for_address(browser, "nieuw@example.org")
    browser.post(url("confirm_address"), {"code": last_code()})
    assert Person.objects.get(email="nieuw@example.org").pk == person.pk


@pytest.mark.django_db(transaction=True)
def test_two_people_who_take_one_address_at_once_do_not_share_it() -> None:
    west = make_portal("west")
    people = [make_person(west) for _ in range(4)]
    now = timezone.now()
    answers = at_once(
        [
            partial(change_address, actor=actor_of(person, west), email="nieuw@example.org", now=now)
            for person in people
        ],
        threads=4,
        municipality_id=west.municipality_id,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["AddressInUse"] * 3 + ["str"]
    assert Person.objects.filter(email="nieuw@example.org").count() == 1
    assert EmailAddress.objects.filter(email="nieuw@example.org").count() == 1


def test_a_code_for_an_address_is_guessed_five_times_at_most(west: Portal) -> None:
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west)
    ask_for_address(browser, "nieuw@example.org")
    right = last_code()
    statuses = [browser.post(url("confirm_address"), {"code": "BCDF"}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 302]
    browser.post(url("confirm_address"), {"code": right})
    person.refresh_from_db()
    assert person.email == "sam@example.org"


def test_a_code_for_one_thing_does_not_work_for_another(west: Portal) -> None:
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west, seconds_ago=3600)
    browser.post(url("reauthenticate_by_code"), {"action": "send"})
    code = last_code()
    assert browser.post(url("confirm_address"), {"code": code}).status_code == 302
    assert browser.get(url("my_password")).status_code == 302
    actor_of(person, west)
    assert Person.objects.get(pk=person.pk).email == "sam@example.org"


def test_somebody_without_an_address_can_give_one(west: Portal) -> None:
    person = Person.objects.create(joined_at=timezone.now(), password="!")
    browser = client_for(person, west)
    assert "You have no e-mail address here." in browser.get(url("my_sign_in")).text
    ask_for_address(browser, "nieuw@example.org")
    browser.post(url("confirm_address"), {"code": last_code()})
    person.refresh_from_db()
    assert person.email == "nieuw@example.org"
