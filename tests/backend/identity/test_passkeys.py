"""Passkeys as the server sees them: what it accepts, and what nobody gets past it."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from backend.audit.models import Entry
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.passkeys import Device, add_passkey, options_on
from tests.builders.people import make_person
from tests.builders.portals import make_portal
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db


def asked_of(browser: Client) -> dict[str, Any]:
    """What the script of the page for signing in fetches."""
    answer = browser.get(url("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"})
    options: dict[str, Any] = answer.json()["request_options"]
    return options


def is_in(browser: Client) -> bool:
    return browser.get(url("my_page")).status_code == 200


def test_a_passkey_alone_signs_in_and_is_a_second_factor(west: Portal) -> None:
    clerk = make_person(west, roles=[Role.CLERK])
    device = add_passkey(client_for(clerk, west), west)
    browser = client_for(None, west)
    answer = browser.post(
        url("mfa_login_webauthn"), {"credential": device.show(asked_of(browser)), "next": "/werk/"}
    )
    assert answer.headers["Location"] == "/werk/"
    assert browser.get("/werk/").status_code == 200


def test_a_new_passkey_is_on_record_and_told(
    west: Portal, django_capture_on_commit_callbacks: object, caplog: pytest.LogCaptureFixture
) -> None:
    person = make_person(west, language="en")
    with (
        caplog.at_level(logging.DEBUG),
        django_capture_on_commit_callbacks(execute=True),  # type: ignore[operator]  # a fixture
    ):
        add_passkey(client_for(person, west), west)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([person.email], "A passkey was added")
    assert "127.0.0.1" not in str(mail.outbox[-1].body)
    entry = Entry.objects.get(action="identity.passkey_added")
    assert (entry.person_id, entry.details) == (person.pk, {})
    # Which passkey it was stands in no log.
    assert "redential" not in caplog.text


def test_after_a_code_a_passkey_is_the_second_step(west: Portal) -> None:
    clerk = make_person(west, roles=[Role.CLERK])
    device = add_passkey(client_for(clerk, west), west)
    browser = client_for(None, west)
    browser.post(url("account_request_login_code"), {"email": clerk.email})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    browser.post(url("account_confirm_login_code"), {"code": found[1]})
    assert not is_in(browser)
    page = browser.get(url("mfa_authenticate")).text
    browser.post(url("mfa_authenticate"), {"credential": device.show(options_on(page))})
    assert browser.get("/werk/").status_code == 200


def refused(west: Portal, device: Device) -> bool:
    browser = client_for(None, west)
    answer = browser.post(url("mfa_login_webauthn"), {"credential": device.show(asked_of(browser))})
    assert answer.status_code == 200
    assert "It did not work with this passkey" in answer.text
    return not is_in(browser)


def test_without_the_finger_of_its_owner_it_is_refused(west: Portal) -> None:
    device = add_passkey(client_for(make_person(west), west), west)
    device.is_owner = False
    assert refused(west, device)


def test_a_passkey_without_a_finger_cannot_be_added(west: Portal) -> None:
    browser = client_for(make_person(west), west)
    device = Device(west.hostname)
    device.is_owner = False
    options = options_on(browser.get(url("mfa_add_webauthn")).text)
    browser.post(url("mfa_add_webauthn"), {"name": "x", "credential": device.make(options)})
    assert not Authenticator.objects.exists()


def test_a_passkey_shown_to_another_site_is_refused(west: Portal) -> None:
    device = add_passkey(client_for(make_person(west), west), west)
    device.hostname = "kwaad.example"
    assert refused(west, device)


def test_only_our_own_page_may_ask_for_a_passkey(west: Portal) -> None:
    browser = client_for(make_person(west), west)
    for origin, is_added in [
        ("http://kwaad.example", False),
        ("http://west.example", False),
        ("https://noord.localhost", False),
        ("https://kwaad.example", False),
        ("https://west.localhost.kwaad.example", False),
        ("https://west.localhost", True),
    ]:
        device = Device(west.hostname)
        device.origin = origin
        options = options_on(browser.get(url("mfa_add_webauthn")).text)
        browser.post(url("mfa_add_webauthn"), {"name": "x", "credential": device.make(options)})
        assert Authenticator.objects.filter(type="webauthn").exists() is is_added, origin


def test_another_key_with_the_same_name_is_refused(west: Portal) -> None:
    device = add_passkey(client_for(make_person(west), west), west)
    thief = Device(west.hostname)
    thief.id, thief.user_handle = device.id, device.user_handle
    assert refused(west, thief)


def test_a_passkey_does_not_open_the_account_of_somebody_else(west: Portal) -> None:
    device = add_passkey(client_for(make_person(west), west), west)
    other = add_passkey(client_for(make_person(west), west), west)
    device.user_handle = other.user_handle
    assert refused(west, device)


def test_an_answer_works_once(west: Portal) -> None:
    device = add_passkey(client_for(make_person(west), west), west)
    browser = client_for(None, west)
    answer = device.show(asked_of(browser))
    browser.post(url("mfa_login_webauthn"), {"credential": answer})
    assert is_in(browser)
    browser.post(url("account_logout"))
    browser.post(url("mfa_login_webauthn"), {"credential": answer})
    assert not is_in(browser)
    other = client_for(None, west)
    asked_of(other)
    other.post(url("mfa_login_webauthn"), {"credential": answer})
    assert not is_in(other)


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "x",
        "{}",
        "[]",
        "null",
        "1",
        '"x"',
        '{"id": 1}',
        '{"response": null}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA"}}',
    ],
)
@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"])
def test_what_is_no_answer_of_a_device_is_refused(west: Portal, name: str, credential: str) -> None:
    person = make_person(west)
    signed_in = client_for(person, west)
    add_passkey(signed_in, west)
    browser = client_for(None, west) if name == "mfa_login_webauthn" else signed_in
    if name == "mfa_login_webauthn":
        asked_of(browser)
    else:
        browser.get(url(name))
    answer = browser.post(url(name), {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_blocked_person_does_not_get_in_with_a_passkey(west: Portal) -> None:
    person = make_person(west)
    device = add_passkey(client_for(person, west), west)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    browser = client_for(None, west)
    answer = browser.post(url("mfa_login_webauthn"), {"credential": device.show(asked_of(browser))})
    assert answer.headers["Location"] == url("account_inactive")
    assert not is_in(browser)


def test_at_another_portal_a_passkey_is_not_offered_and_a_code_is_asked(west: Portal) -> None:
    north = make_portal("noord")
    person = make_person(west)
    add_passkey(client_for(person, west), west)
    browser = client_for(None, north)
    browser.post(url("account_request_login_code"), {"email": person.email})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    browser.post(url("account_confirm_login_code"), {"code": found[1]})
    # The second step is asked there too: an account is one account.
    assert not is_in(browser)
    page = browser.get(url("mfa_authenticate")).text
    assert "data-passkey" not in page
    assert 'name="code"' in page


def test_looking_at_the_page_for_signing_in_starts_no_session(west: Portal) -> None:
    """What a device has to sign is asked for when somebody presses the button, not before."""
    browser = client_for(None, west)
    browser.get(url("account_request_login_code"))
    assert "sessionid" not in browser.cookies
    assert json.dumps(asked_of(browser))
    assert "sessionid" in browser.cookies
