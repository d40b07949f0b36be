"""Before something that cannot easily be undone, people show once more that it is them."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone

from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.portals import make_portal
from tests.builders.second_factors import App, recovery_codes_of
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db
LONG_AGO = 5 * 60 + 1
GUARDED = [
    "change_address",
    "my_password",
    "remove_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
]


def code_in_mail() -> str:
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def passkey_of(person: Person) -> Authenticator:
    """A row as a passkey has it. What is in it was made up, so nobody signs in with it."""
    data = {"name": "telefoon", "credential": {}, "host": "west.localhost"}
    passkey: Authenticator = Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data=data
    )
    return passkey


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_who_signed_in_long_ago_confirms_first_and_comes_back(west: Portal, name: str, verb: str) -> None:
    browser = client_for(make_person(west), west, seconds_ago=LONG_AGO)
    answer = getattr(browser, verb)(url(name))
    assert answer.headers["Location"] == f"/aanmelden/opnieuw/?next={url(name).replace('/', '%2F')}"


@pytest.mark.parametrize("verb", ["get", "post"])
def test_passkeys_are_guarded_too(west: Portal, verb: str) -> None:
    person = make_person(west)
    passkey = passkey_of(person)
    browser = client_for(person, west, seconds_ago=LONG_AGO)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        answer = getattr(browser, verb)(url(name, passkey.pk), {"name": "weg"})
        assert answer.headers["Location"].startswith("/aanmelden/opnieuw/")
    passkey.refresh_from_db()
    assert passkey.data["name"] == "telefoon"


def test_just_below_five_minutes_nobody_is_asked(west: Portal) -> None:
    browser = client_for(make_person(west), west, seconds_ago=LONG_AGO - 30)
    assert browser.get(url("my_password")).status_code == 200


def test_a_visitor_is_asked_to_sign_in(west: Portal) -> None:
    for name in (*GUARDED, "my_sign_in", "my_devices", "reauthenticate", "reauthenticate_by_code"):
        answer = client_for(None, west).get(url(name))
        assert answer.headers["Location"].startswith("/aanmelden/?next=")


def test_a_form_that_became_stale_says_so_and_changes_nothing(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west, seconds_ago=LONG_AGO)
    asked = browser.post(url("my_password"), {"password": "vier woorden die ik verzin"}, follow=True)
    person.refresh_from_db()
    assert not person.has_usable_password()
    assert "Nothing was changed yet. Fill this in once more." in asked.text


def test_a_code_by_mail_confirms_and_leads_back(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west, seconds_ago=LONG_AGO)
    page = browser.get(url("my_password"), follow=True)
    (*_rest, (here, _status)) = page.redirect_chain
    assert here.startswith(url("reauthenticate_by_code"))
    # Nothing was sent yet: a mail goes out on a button, not because somebody looks at a page.
    assert not mail.outbox
    browser.post(here, {"action": "send"})
    assert mail.outbox[-1].to == [person.email]
    wrong = browser.post(here, {"code": "BCDF-GHJK"})
    assert wrong.status_code == 422
    right = browser.post(here, {"code": code_in_mail()})
    assert right.headers["Location"] == url("my_password")
    assert browser.get(url("my_password")).status_code == 200


def test_such_a_code_works_once_and_is_guessed_five_times_at_most(west: Portal) -> None:
    browser = client_for(make_person(west), west, seconds_ago=LONG_AGO)
    browser.post(url("reauthenticate_by_code"), {"action": "send"})
    here = f"{url('reauthenticate_by_code')}?next={url('my_password')}"
    pages = [browser.post(here, {"code": "BCDF-GHJK"}, follow=True) for _ in range(5)]
    assert ["Ask for a new one" in page.text for page in pages] == [False] * 4 + [True]
    # One click away from another, and still on the way to where they wanted to go.
    assert pages[-1].redirect_chain == [(here, 302)]
    assert "Send me a code" in pages[-1].text
    browser.post(url("reauthenticate_by_code"), {"code": code_in_mail()})
    assert browser.get(url("my_password")).status_code == 302


def test_without_a_code_that_waits_nothing_confirms(west: Portal) -> None:
    browser = client_for(make_person(west), west, seconds_ago=LONG_AGO)
    for code in ("", " ", "-"):
        browser.post(url("reauthenticate_by_code"), {"code": code})
    assert browser.get(url("my_password")).status_code == 302


def test_a_mailbox_is_not_filled(west: Portal) -> None:
    browser = client_for(make_person(west), west, seconds_ago=LONG_AGO)
    pages = [browser.post(url("reauthenticate_by_code"), {"action": "send"}) for _ in range(8)]
    assert len(mail.outbox) == 3
    assert "Nothing is blocked" in pages[-1].text


def test_a_password_confirms_too(west: Portal) -> None:
    person = make_person(west)
    person.set_password("vier woorden die ik verzin")
    person.save()
    browser = client_for(person, west, seconds_ago=LONG_AGO)
    choice = browser.get(url("reauthenticate"), {"next": url("my_password")})
    assert "With a code by mail" in choice.text
    assert "With your password" in choice.text
    here = f"{url('account_reauthenticate')}?next={url('my_password')}"
    assert "This is not your password." in browser.post(here, {"password": "iets anders"}).text
    assert browser.get(url("my_password")).status_code == 302
    answer = browser.post(here, {"password": "vier woorden die ik verzin"})
    assert answer.headers["Location"] == url("my_password")
    assert browser.get(url("my_password")).status_code == 200


def test_who_has_a_second_factor_confirms_with_it_and_not_by_mail(west: Portal) -> None:
    """Somebody who reads the mail, at an open session, may not be able to take the second factor away."""
    person = make_person(west)
    app = App(person)
    person.set_password("vier woorden die ik verzin")
    person.save()
    browser = client_for(person, west, second_factor=False, seconds_ago=LONG_AGO)
    for name in ("reauthenticate_by_code", "account_reauthenticate"):
        answer = browser.post(url(name), {"action": "send", "password": "vier woorden die ik verzin"})
        assert answer.headers["Location"].startswith("/aanmelden/opnieuw/?")
    assert not mail.outbox
    assert browser.get(url("mfa_deactivate_totp")).status_code == 302
    here = f"{url('mfa_reauthenticate')}?next={url('mfa_deactivate_totp')}"
    browser.post(here, {"code": app.code()})
    assert browser.get(url("mfa_deactivate_totp")).status_code == 200


def test_a_recovery_code_confirms_for_who_lost_the_rest(west: Portal) -> None:
    person = make_person(west)
    passkey_of(person)
    code = recovery_codes_of(person)[0]
    browser = client_for(person, west, seconds_ago=LONG_AGO)
    assert "With a recovery code" in browser.get(url("reauthenticate")).text
    browser.post(url("mfa_reauthenticate"), {"code": code})
    assert browser.get(url("mfa_view_recovery_codes")).status_code == 200


def test_somebody_without_any_way_gets_one_and_is_never_sent_out(west: Portal) -> None:
    """Such as who came with a letter or through a login of the municipality, and has no address here."""
    person = Person.objects.create(joined_at=timezone.now(), password="!")
    page = client_for(person, west, seconds_ago=LONG_AGO).get(url("my_password"), follow=True)
    assert url("join_account") in page.text
    assert "sign out and sign in again" not in page.text


@pytest.mark.parametrize("goal", ["https://kwaad.example/", "//kwaad.example/", "/\\kwaad.example"])
def test_confirming_leads_nowhere_else(west: Portal, goal: str) -> None:
    person = make_person(west)
    app = App(person)
    browser = client_for(person, west, seconds_ago=LONG_AGO)
    answer = browser.post(f"{url('mfa_reauthenticate')}?next={goal}", {"code": app.code()})
    assert answer.headers["Location"] == "/"
    assert browser.get(url("reauthenticate"), {"next": goal}).headers["Location"] == "/"


def test_what_one_person_confirmed_does_not_count_for_the_next(west: Portal) -> None:
    browser = client_for(make_person(west), west)
    records = browser.session["account_authentication_methods"]
    browser.post(url("account_logout"))
    other = make_person(west)
    browser.force_login(other, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    session["account_authentication_methods"] = records
    session.save()
    assert browser.get(url("my_password")).status_code == 302


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_a_passkey_of_somebody_else_is_not_there(west: Portal, name: str) -> None:
    passkey = passkey_of(make_person(west))
    browser = client_for(make_person(west), west)
    for verb in ("get", "post"):
        assert getattr(browser, verb)(url(name, passkey.pk), {"name": "van mij"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.data["name"] == "telefoon"


def test_a_passkey_gets_another_name_and_goes(
    west: Portal, django_capture_on_commit_callbacks: object
) -> None:
    person = make_person(west)
    passkey = passkey_of(person)
    browser: Client = client_for(person, west)
    browser.post(url("mfa_edit_webauthn", passkey.pk), {"name": "tablet <b>"})
    page = browser.get(url("my_sign_in")).text
    assert "tablet &lt;b&gt;" in page
    assert "works at west.localhost" in page
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        browser.post(url("mfa_remove_webauthn", passkey.pk))
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].to == [person.email]


def test_the_same_holds_at_every_portal(west: Portal) -> None:
    north = make_portal("noord")
    browser = client_for(make_person(west), north, seconds_ago=LONG_AGO)
    assert browser.get(url("my_password")).status_code == 302
