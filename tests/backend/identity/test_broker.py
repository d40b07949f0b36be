"""Signing in by a broker that does as it should."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from backend.identity.models import Person, ResidencyProof
from backend.identity.states import Origin, ProofKind, ProofLevel
from backend.identity.web import broker as views
from backend.places.models import Portal, Postcode
from tests.builders.brokers import come_back, connected_provider, leave, sign_in, signed_in_as
from tests.builders.hostile_provider import NOOR, Provider
from tests.builders.people import make_person
from tests.builders.threads import at_once
from tests.builders.web import client_for, url

NUMBER = NOOR["sub"]


@pytest.fixture
def provider(west: Portal, settings: Any) -> Iterator[Provider]:
    with connected_provider(west, settings) as running:
        yield running


@pytest.fixture
def browser(west: Portal) -> Client:
    return client_for(None, west)


def test_the_button_goes_to_the_broker_with_all_that_makes_it_safe(
    west: Portal, provider: Provider, browser: Client
) -> None:
    address = urlsplit(leave(browser))
    asked = dict(parse_qsl(address.query))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{provider.issuer}/authorise"
    assert asked["redirect_uri"] == f"http://{west.hostname}/aanmelden/via/digid/terug/"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid")
    assert (asked["acr_values"], asked["prompt"]) == ("midden hoog", "login")
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    again = dict(parse_qsl(urlsplit(leave(browser)).query))
    assert not {asked[name] for name in ("state", "nonce", "code_challenge")} & set(again.values())


def test_behind_a_proxy_people_come_back_over_https(west: Portal, provider: Provider, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    browser = Client(HTTP_HOST=west.hostname, HTTP_X_FORWARDED_PROTO="https")
    asked = dict(parse_qsl(urlsplit(leave(browser)).query))
    assert asked["redirect_uri"] == f"https://{west.hostname}/aanmelden/via/digid/terug/"


def test_what_a_visitor_writes_in_the_address_goes_to_no_broker(provider: Provider, browser: Client) -> None:
    for hostile in (
        "scope=email",
        "auth_params=acr_values%3Dlaag",
        "process=connect",
        "action=reauthenticate",
    ):
        answer = browser.post(f"{url('broker_login', 'digid')}?{hostile}")
        page = answer.content.decode()
        assert "acr_values=midden+hoog" in page
        assert "email" not in page.split('content="0;')[1].split('"')[0]


def test_a_newcomer_signs_in_and_has_proved_where_they_live(
    west: Portal, provider: Provider, browser: Client
) -> None:
    answer = sign_in(browser, provider, following="/mijn/stemmen/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mijn/stemmen/")
    person = signed_in_as(browser)
    assert person is not None
    assert (person.origin, person.email, person.name) == (Origin.BROKER, None, "")
    (proof,) = ResidencyProof.objects.filter(person=person)
    assert (proof.kind, proof.level, proof.reached_age) == (ProofKind.BROKER, ProofLevel.STRONG, 18)
    assert proof.district_id == west.district_id
    page = browser.get("/mijn/stem-telt/").content.decode()
    assert "You have shown with DigiD that you live here." in page
    assert "None" not in page


def test_the_second_time_it_is_the_same_person(provider: Provider, west: Portal) -> None:
    first, second = client_for(None, west), client_for(None, west)
    sign_in(first, provider)
    sign_in(second, provider)
    assert signed_in_as(first) == signed_in_as(second) is not None
    assert Person.objects.count() == SocialAccount.objects.count() == ResidencyProof.objects.count() == 1


def test_a_session_key_from_before_is_worth_nothing(provider: Provider, browser: Client) -> None:
    address = leave(browser)
    before = browser.cookies["sessionid"].value
    come_back(browser, provider.authorise(address))
    assert browser.cookies["sessionid"].value != before
    thief = Client(HTTP_HOST="west.localhost")
    thief.cookies["sessionid"] = before
    assert thief.get("/mijn/").status_code == 302


@pytest.mark.parametrize(
    "following",
    [
        "//kwaad.example",
        "https://kwaad.example/",
        "/\\kwaad.example",
        "javascript:x",
        "http://oost.localhost/",
    ],
)
def test_coming_back_leads_nowhere_else(provider: Provider, browser: Client, following: str) -> None:
    assert sign_in(browser, provider, following=following).headers["Location"] == "/"


def test_an_address_of_mail_is_not_looked_at(west: Portal, provider: Provider, browser: Client) -> None:
    known = make_person(west, email="noor@example.org", verified=False)
    provider.person |= {"email": "noor@example.org", "email_verified": True}
    sign_in(browser, provider)
    person = signed_in_as(browser)
    assert person not in {None, known}
    assert not EmailAddress.objects.filter(user=person).exists()


def test_nothing_of_what_was_told_is_kept_or_logged(
    provider: Provider, west: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """A broker of which the subject is a citizen's number, in good days and bad."""
    caplog.set_level(logging.DEBUG)
    sign_in(client_for(None, west), provider)
    sign_in(client_for(make_person(west, verified=False), west), provider)
    for bad in ({"acr": "laag"}, {"nonce": "x"}, {"aud": "ander"}, {"exp": 1}):
        provider.claims = bad
        sign_in(client_for(None, west), provider)
    provider.claims, provider.person["birthdate"] = {}, "geen datum 1991"
    sign_in(client_for(None, west), provider)
    tables = {
        model._meta.label: list(getattr(model.objects, "all_municipalities", model.objects.all)().values())
        for model in apps.get_models()
        if model not in {Postcode, Session}
    }
    sessions = [session.get_decoded() for session in Session.objects.all()]
    kept = repr(tables) + repr(sessions) + caplog.text
    assert tables["socialaccount.SocialAccount"][0]["extra_data"] == {}
    assert not SocialToken.objects.exists()
    assert "broker_failed" in caplog.text
    assert "identity.broker_connected" in kept
    # Four digits alone also stand in moments.
    told = ("Vos", "1991-02", "geen datum", "1055 TK", "1055TK")
    for secret in (NUMBER, *told, "at-1", "eyJ", "tests-only-tests-only"):
        assert secret not in kept, secret


def test_a_login_shows_anew_who_is_here_once_it_is_theirs(west: Portal, provider: Provider) -> None:
    """Connecting one's own login to a session of somebody else must not count as being that somebody."""
    browser = client_for(make_person(west, verified=False), west)
    sign_in(browser, provider)
    assert shown_by(browser) == []
    sign_in(browser, provider)
    (shown,) = shown_by(browser)
    assert (shown["method"], shown["provider"]) == ("socialaccount", "digid")


def shown_by(browser: Client) -> list[dict[str, Any]]:
    shown = browser.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return [way for way in shown if way["method"] == "socialaccount"]


def test_who_is_known_by_the_login_alone_is_found_again(
    west: Portal, provider: Provider, browser: Client
) -> None:
    """The connection was removed; the proof by it still stands."""
    sign_in(browser, provider)
    person = signed_in_as(browser)
    SocialAccount.objects.all().delete()
    again = client_for(None, west)
    sign_in(again, provider)
    assert signed_in_as(again) == person
    assert SocialAccount.objects.count() == 1


def test_who_left_does_not_come_back_as_somebody_new(
    west: Portal, provider: Provider, browser: Client
) -> None:
    sign_in(browser, provider)
    Person.objects.update(left_at=timezone.now())
    again = client_for(None, west)
    assert sign_in(again, provider).status_code == 409
    assert Person.objects.count() == 1


def test_a_blocked_person_does_not_get_in(west: Portal, provider: Provider, browser: Client) -> None:
    sign_in(browser, provider)
    Person.objects.update(is_active=False)
    again = client_for(None, west)
    answer = sign_in(again, provider)
    assert answer.headers["Location"] == "/aanmelden/gesloten/"
    assert signed_in_as(again) is None


def test_who_signed_in_otherwise_in_the_meantime_starts_again(
    west: Portal, provider: Provider, browser: Client
) -> None:
    said = provider.authorise(leave(browser))
    person = make_person(west, email="fatima@example.org", verified=False)
    browser.post("/aanmelden/als/fatima/")
    assert signed_in_as(browser) == person
    assert come_back(browser, said).status_code == 400
    assert not SocialAccount.objects.exists()


def test_a_form_of_another_site_starts_nothing(provider: Provider, west: Portal) -> None:
    strict = Client(HTTP_HOST=west.hostname, enforce_csrf_checks=True)
    assert strict.post(url("broker_login", "digid")).status_code == 403
    assert strict.get(url("broker_login", "digid")).status_code == 405


def test_a_network_that_fails_all_the_time_waits_a_minute_and_no_longer(
    provider: Provider, west: Portal, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "FAILURES", {"broker_failed": "3/m/ip"})
    for _ in range(20):
        assert sign_in(client_for(None, west), provider).status_code == 302
    for _ in range(3):
        assert come_back(browser, {"state": "made-up", "code": "x"}).status_code == 400
    slowed = come_back(browser, {"state": "made-up", "code": "x"})
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "60")
    assert "Wait a minute" in slowed.content.decode()
    elsewhere = Client(HTTP_HOST=west.hostname, REMOTE_ADDR="192.0.2.7")
    assert sign_in(elsewhere, provider).status_code == 302


@pytest.mark.parametrize("others", [0, 3])
def test_signing_in_again_costs_the_same_however_many_people_there_are(
    provider: Provider, west: Portal, others: int, django_assert_num_queries: Any
) -> None:
    sign_in(client_for(None, west), provider)
    noor = dict(provider.person)
    for number in range(others):
        provider.person = {**noor, "sub": f"{number}", "family_name": f"Vos{'x' * (number + 1)}"}
        sign_in(client_for(None, west), provider)
    provider.person = noor
    browser = client_for(None, west)
    said = provider.authorise(leave(browser))
    # Waiting for nobody else to hold the login and the address takes a statement each on PostgreSQL.
    with django_assert_num_queries(34 if connection.vendor == "postgresql" else 32):
        assert come_back(browser, said).status_code == 302
    assert ResidencyProof.objects.count() == others + 1


@pytest.mark.django_db(transaction=True)
def test_eight_tabs_of_a_newcomer_at_once_are_one_person(provider: Provider, west: Portal) -> None:
    # Somebody before them, so that nothing of the first time in a portal has them wait for each other.
    newcomer = provider.person
    provider.person = {**newcomer, "sub": "omar", "given_name": "Omar"}
    sign_in(client_for(None, west), provider)
    provider.person = newcomer
    browsers = [client_for(None, west) for _ in range(8)]
    said = [provider.authorise(leave(browser)) for browser in browsers]
    jobs = [
        lambda browser=browser, words=words: come_back(browser, words).status_code
        for browser, words in zip(browsers, said, strict=True)
    ]
    answers = at_once(jobs, municipality_id=west.municipality_id)
    assert answers == [302] * 8
    assert Person.objects.count() == SocialAccount.objects.count() == ResidencyProof.objects.count() == 2
    assert len({signed_in_as(browser) for browser in browsers}) == 1


def test_the_session_holds_what_was_begun_and_nothing_of_who_came(
    provider: Provider, west: Portal, browser: Client
) -> None:
    leave(browser)
    begun = json.dumps(dict(browser.session))
    assert "nonce" in begun
    sign_in(browser, provider)
    assert NUMBER not in json.dumps(dict(browser.session))
