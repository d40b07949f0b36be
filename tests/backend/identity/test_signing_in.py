"""Signing in with a code by mail, from the first page to the last."""

from __future__ import annotations

import re
import time

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client, override_settings

from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.portals import make_portal
from tests.builders.web import client_for

ASK = "/aanmelden/"
CONFIRM = "/aanmelden/code/"


def ask(browser: Client, email: str, following: str = "") -> HttpResponse:
    data = {"email": email, **({"next": following} if following else {})}
    return browser.post(ASK, data)  # type: ignore[return-value]


def code_in(message: mail.EmailMessage) -> str:
    found = re.search(r": ([A-Z0-9-]{5,12})\n", str(message.body))
    assert found, message.body
    return found[1]


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.fixture
def browser(west: Portal) -> Client:
    return client_for(None, west)


@pytest.mark.parametrize("known", [True, False])
def test_a_known_and_an_unknown_address_look_the_same(west: Portal, browser: Client, known: bool) -> None:
    if known:
        make_person(west, email="sam@example.org")
    asked = ask(browser, "Sam@Example.org")
    assert (asked.status_code, asked.headers["Location"]) == (302, CONFIRM)
    page = browser.get(CONFIRM)
    assert page.status_code == 200
    (message,) = mail.outbox
    assert message.to == ["sam@example.org"]
    assert message.subject == "Your code to sign in"
    assert west.name in str(message.body)
    answered = browser.post(CONFIRM, {"code": code_in(message)})
    assert answered.status_code == 302
    assert is_signed_in(browser)
    assert Person.objects.filter(email="sam@example.org").count() == 1


def test_the_pages_do_not_tell_whether_an_address_is_known(west: Portal) -> None:
    make_person(west, email="bekend@example.org")
    pages = []
    for email in ("bekend@example.org", "onbekend@example.org"):
        browser = client_for(None, west)
        ask(browser, email)
        text = browser.get(CONFIRM).text.replace(email, "EMAIL")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text))
    assert pages[0] == pages[1]
    bodies = [str(message.body).replace(code_in(message), "CODE") for message in mail.outbox]
    assert bodies[0] == bodies[1]


def test_the_mail_is_in_the_language_of_the_page(west: Portal) -> None:
    dutch = client_for(None, west, language="nl")
    ask(dutch, "sam@example.org")
    ask(client_for(None, west, language="en"), "kim@example.org")
    assert mail.outbox[0].subject != mail.outbox[1].subject
    assert Person.objects.get(email="kim@example.org").language == "en"
    assert Person.objects.get(email="sam@example.org").language == "nl"


def test_a_wrong_code_is_refused_and_a_few_of_them_end_it(browser: Client) -> None:
    ask(browser, "sam@example.org")
    right = code_in(mail.outbox[0])
    for _ in range(4):
        refused = browser.post(CONFIRM, {"code": "ZZZZZZ"})
        assert refused.status_code == 200
        assert not is_signed_in(browser)
    browser.post(CONFIRM, {"code": "ZZZZZZ"})
    browser.post(CONFIRM, {"code": right})
    assert not is_signed_in(browser)


def test_a_code_works_once_and_in_the_browser_that_asked(west: Portal, browser: Client) -> None:
    ask(browser, "sam@example.org")
    code = code_in(mail.outbox[0])
    other = client_for(None, west)
    other.post(CONFIRM, {"code": code})
    assert not is_signed_in(other)
    browser.post(CONFIRM, {"code": code})
    assert is_signed_in(browser)
    browser.post("/afmelden/")
    browser.post(CONFIRM, {"code": code})
    assert not is_signed_in(browser)


def test_an_expired_code_is_refused(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(browser, "sam@example.org")
    code, now = code_in(mail.outbox[0]), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
    response = browser.post(CONFIRM, {"code": code})
    assert not is_signed_in(browser)
    assert response.status_code in {200, 302}


@pytest.mark.parametrize(
    ("following", "arrives"),
    [
        ("/mijn/stemmen/", "/mijn/stemmen/"),
        ("/plannen/abc/stem/?x=1", "/plannen/abc/stem/?x=1"),
        ("https://kwaad.example/", "/"),
        ("//kwaad.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///kwaad.example", "/"),
    ],
)
def test_one_comes_back_where_one_was_and_nowhere_else(browser: Client, following: str, arrives: str) -> None:
    ask(browser, "sam@example.org", following)
    answered = browser.post(CONFIRM, {"code": code_in(mail.outbox[0]), "next": following})
    assert answered.headers["Location"] == arrives


def test_a_page_for_people_who_are_signed_in_asks_and_brings_back(browser: Client) -> None:
    asked = browser.get("/mijn/stemmen/?pagina=2")
    assert asked.headers["Location"] == "/aanmelden/?next=/mijn/stemmen/%3Fpagina%3D2"
    form = browser.get(asked.headers["Location"])
    assert 'value="/mijn/stemmen/?pagina=2"' in form.text


@pytest.mark.parametrize(
    "email",
    [
        "",
        "geen-adres",
        "sam@example.org\nBcc: meer@example.org",
        f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 30}.example.org",
        "a\0@example.org",
    ],
)
def test_what_is_no_address_is_refused(browser: Client, email: str) -> None:
    response = ask(browser, email)
    assert response.status_code == 200
    assert not mail.outbox
    assert not Person.objects.exists()


def test_signing_out_needs_a_button(west: Portal) -> None:
    browser = client_for(make_person(west), west)
    browser.get("/afmelden/")
    assert is_signed_in(browser)
    browser.post("/afmelden/")
    assert not is_signed_in(browser)


def test_a_form_of_another_site_is_refused(west: Portal) -> None:
    strict = Client(enforce_csrf_checks=True, HTTP_HOST=west.hostname)
    response = strict.post(ASK, {"email": "sam@example.org"})
    assert response.status_code == 403
    assert not mail.outbox


def test_a_demo_person_signs_in_with_one_button(west: Portal) -> None:
    make_person(west, email="fatima@example.org")
    browser = client_for(None, west)
    response = browser.post("/aanmelden/als/fatima/", {"next": "https://kwaad.example/"})
    assert response.headers["Location"] == "/"
    assert is_signed_in(browser)


def test_without_the_switch_there_are_no_demo_people(west: Portal) -> None:
    make_person(west, email="fatima@example.org")
    browser = client_for(None, west)
    with override_settings(DEMO_SIGN_IN=False):
        assert browser.post("/aanmelden/als/fatima/").status_code == 404
    assert not is_signed_in(browser)


def test_a_session_is_of_one_person_at_every_portal_but_roles_are_of_one(west: Portal) -> None:
    north = make_portal("noord")
    browser = client_for(make_person(west), west)
    assert browser.get("/werk/", HTTP_HOST=north.hostname).status_code == 403
