"""Signing in and proving where one lives by a broker that does as it should."""

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
from django.test import Client
from django.utils import timezone

from backend.identity.models import IdentityKey, Person, ResidencyProof
from backend.identity.rules import home_claim, letter_claim, resident_claim
from backend.identity.services.residency import NewProof, prove_residency
from backend.identity.states import Origin, ProofKind, ProofLevel
from backend.identity.web import broker as views
from backend.places.models import Portal, Postcode
from tests.builders.brokers import HERE, THERE, come_back, leave, map_postcodes, sign_in
from tests.builders.hostile_provider import NOOR, Provider, running_provider
from tests.builders.people import make_person
from tests.builders.portals import make_portal, system_of
from tests.builders.threads import at_once
from tests.builders.web import client_for, url

NUMBER = NOOR["sub"]


@pytest.fixture
def provider(west: Portal, settings: Any) -> Iterator[Provider]:
    map_postcodes(west)
    with running_provider() as running:
        settings.BROKERS = [running.broker()]
        yield running


@pytest.fixture
def browser(west: Portal) -> Client:
    return client_for(None, west)


def signed_in_as(browser: Client) -> Person | None:
    number = browser.session.get("_auth_user_id")
    return Person.objects.get(pk=number) if number else None


def prove_by(portal: Portal, person: Person, *claims: Any, kind: ProofKind = ProofKind.LETTER) -> None:
    new = NewProof(person_id=person.pk, portal=portal, kind=kind, age=18, claims=claims)
    prove_residency(actor=system_of(portal), new=new, now=timezone.now())


def resident_of(person: dict[str, Any]) -> Any:
    return resident_claim(surname=person["family_name"], given_name=person["given_name"], birth_date=BORN)


BORN = timezone.datetime(1991, 2, 3).date()  # type: ignore[attr-defined]


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
    for secret in (NUMBER, "Vos", "1991", "1055", "at-1", "eyJ", "tests-only-tests-only"):
        assert secret not in kept, secret


def test_a_connection_for_signing_in_alone_proves_nothing(
    provider: Provider, browser: Client, settings: Any
) -> None:
    settings.BROKERS = [provider.broker(proves_residency=False)]
    assert sign_in(browser, provider).headers["Location"] == "/"
    assert signed_in_as(browser)
    assert not ResidencyProof.objects.exists()
    page = browser.get("/mijn/stem-telt/").content.decode()
    assert "Prove with DigiD" not in page


@pytest.mark.parametrize(
    "without",
    [
        {"family_name": None},
        {"given_name": ""},
        {"birthdate": "1991"},
        {"birthdate": "19910000"},
        {"birthdate": 19910203.5},
        {"address": None},
        {"address": {"postal_code": "1055", "house_number": 12}},
        {"address": {"postal_code": HERE}},
        {"address": {"postal_code": HERE, "house_number": True}},
        {"family_name": "123"},
        {"family_name": "x" * 300},
    ],
)
def test_a_broker_that_tells_too_little_signs_in_and_proves_nothing(
    provider: Provider, browser: Client, without: dict[str, Any]
) -> None:
    provider.claims = without
    answer = sign_in(browser, provider, following="/agenda/")
    assert answer.headers["Location"] == "/aanmelden/gelukt/missing/?next=%2Fagenda%2F"
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "We did not get your name, date of birth and address." in page
    assert 'href="/agenda/"' in page
    assert signed_in_as(browser)
    assert not ResidencyProof.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        {"birthdate": "19910203"},
        {"address": {"postal_code": "1055tk", "house_number": "12-hs"}},
        {"address": {"postal_code": HERE, "house_number": 12, "addition": "HS"}, "family_name": "VOS"},
    ],
)
def test_brokers_write_the_same_in_other_ways(
    provider: Provider, west: Portal, browser: Client, told: dict[str, Any]
) -> None:
    sign_in(client_for(None, west), provider)
    kept = IdentityKey.objects.count()
    provider.claims = told
    sign_in(browser, provider)
    assert IdentityKey.objects.count() == kept
    assert ResidencyProof.objects.count() == 1


def test_names_and_addresses_may_come_from_userinfo(
    provider: Provider, browser: Client, settings: Any
) -> None:
    settings.BROKERS = [provider.broker(userinfo=True)]
    provider.userinfo = dict(provider.person)
    provider.person = {"sub": NUMBER, "acr": "hoog"}
    sign_in(browser, provider)
    assert ResidencyProof.objects.count() == 1


def test_who_lives_elsewhere_signs_in_and_hears_why_votes_do_not_count(
    provider: Provider, browser: Client
) -> None:
    provider.person["address"] = {"postal_code": THERE, "house_number": 1}
    answer = sign_in(browser, provider)
    assert "/gelukt/elsewhere/" in answer.headers["Location"]
    assert "not in the area of this site" in browser.get(answer.headers["Location"]).content.decode()
    assert not ResidencyProof.objects.exists()


def test_an_unknown_postcode_is_told_to_the_person_and_the_operator(
    provider: Provider, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    provider.person["address"] = {"postal_code": "9999ZZ", "house_number": 1}
    answer = sign_in(browser, provider)
    assert "/gelukt/unknown/" in answer.headers["Location"]
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert "broker_postcode_unknown" in caplog.text
    assert "9999" not in caplog.text


@pytest.mark.parametrize(("born", "age"), [("2012-02-03", 14), ("1950-01-01", 18)])
def test_no_more_of_the_age_is_kept_than_rules_ask(
    provider: Provider, browser: Client, born: str, age: int
) -> None:
    provider.person["birthdate"] = born
    sign_in(browser, provider)
    kept = ResidencyProof.objects.get().reached_age
    assert kept == age if age == 18 else kept >= age


def test_who_is_signed_in_connects_and_stays_who_they_are(west: Portal, provider: Provider) -> None:
    person = make_person(west, verified=False)
    browser = client_for(person, west)
    assert "Prove with DigiD where you live" in browser.get("/mijn/stem-telt/").content.decode()
    answer = sign_in(browser, provider, following="/mijn/stem-telt/")
    assert answer.headers["Location"] == "/mijn/stem-telt/"
    assert signed_in_as(browser) == person
    assert ResidencyProof.objects.get().person == person
    other = client_for(None, west)
    sign_in(other, provider)
    assert signed_in_as(other) == person
    assert Person.objects.count() == 1


def test_a_login_shows_anew_who_is_here_once_it_is_theirs(west: Portal, provider: Provider) -> None:
    """Connecting one's own login to a session of somebody else must not count as being that somebody."""
    browser = client_for(make_person(west, verified=False), west)
    sign_in(browser, provider)
    assert shown_by(browser) == []
    sign_in(browser, provider)
    (shown,) = shown_by(browser)
    assert (shown["method"], shown["provider"]) == ("socialaccount", "digid")


def shown_by(browser: Client) -> list[dict[str, Any]]:
    return list(browser.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []))


def test_a_login_of_somebody_else_changes_nothing(west: Portal, provider: Provider, browser: Client) -> None:
    sign_in(browser, provider)
    second = client_for(make_person(west, verified=False), west)
    answer = sign_in(second, provider)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You took part here before with another account" in page
    assert "See how else you can make your votes count" in page
    assert SocialAccount.objects.get().user == signed_in_as(browser)
    assert ResidencyProof.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("name", "You took part here before with another account"),
        ("letter", "Somebody at your address took part already."),
    ],
)
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_letter_and_a_login_of_one_person_never_count_twice(
    west: Portal, provider: Provider, before: str, said: str, is_signed_in: bool
) -> None:
    by_letter = make_person(west, verified=False)
    home = {"postcode": "1055 tk", "house_number": "12", "addition": "HS"}
    prove_by(
        west,
        by_letter,
        *([resident_of(NOOR), home_claim(**home)] if before == "name" else [letter_claim(**home)]),
    )
    second = make_person(west, verified=False) if is_signed_in else None
    people = Person.objects.count()
    browser = client_for(second, west)
    answer = sign_in(browser, provider)
    assert answer.status_code == 409
    assert said in answer.content.decode()
    assert signed_in_as(browser) == second
    assert (Person.objects.count(), SocialAccount.objects.count()) == (people, 0)
    assert ResidencyProof.objects.count() == 1
    # Signed in the way they did then, it is no second person but the same one.
    first = client_for(by_letter, west)
    assert sign_in(first, provider).status_code == 302
    assert {proof.person for proof in ResidencyProof.objects.all()} == {by_letter}


def test_who_came_before_stays_welcome_when_a_housemate_used_the_letter(
    west: Portal, provider: Provider, browser: Client
) -> None:
    provider.person["address"] = {"postal_code": THERE, "house_number": 1}
    sign_in(browser, provider)
    moved = dict(NOOR["address"])
    prove_by(
        west,
        make_person(west, verified=False),
        letter_claim(postcode=moved["postal_code"], house_number="12", addition="hs"),
    )
    provider.person["address"] = moved
    again = client_for(None, west)
    answer = sign_in(again, provider)
    assert "/gelukt/home-taken/" in answer.headers["Location"]
    assert "Somebody at your address" in again.get(answer.headers["Location"]).content.decode()
    assert signed_in_as(again) == signed_in_as(browser) is not None


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


def test_a_new_key_recognises_who_came_under_the_old_one(
    west: Portal, provider: Provider, settings: Any
) -> None:
    settings.IDENTITY_KEYS = ["old"]
    sign_in(client_for(None, west), provider)
    before = SocialAccount.objects.get().uid
    settings.IDENTITY_KEYS = ["old", "new"]
    sign_in(client_for(None, west), provider)
    assert SocialAccount.objects.get().uid == before
    settings.IDENTITY_KEYS = ["new", "old"]
    sign_in(client_for(None, west), provider)
    renewed = SocialAccount.objects.get().uid
    assert renewed != before
    assert Person.objects.count() == 1
    # A process that has not been restarted yet still knows both.
    settings.IDENTITY_KEYS = ["old", "new"]
    sign_in(client_for(None, west), provider)
    assert Person.objects.count() == 1


@pytest.mark.parametrize("keys", [[], ["another"]])
def test_with_a_wrong_key_nobody_comes_in_as_somebody_new(
    west: Portal, provider: Provider, settings: Any, keys: list[str]
) -> None:
    sign_in(client_for(None, west), provider)
    settings.IDENTITY_KEYS = keys
    browser = client_for(None, west)
    answer = sign_in(browser, provider)
    assert answer.status_code == 503
    assert "This is our mistake" in answer.content.decode()
    assert signed_in_as(browser) is None
    assert Person.objects.count() == 1


def test_another_municipality_knows_the_login_as_somebody_else(
    west: Portal, provider: Provider, browser: Client, settings: Any
) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    settings.BROKERS = [provider.broker(), provider.broker(id="broker", municipality="GM0014")]
    sign_in(browser, provider)
    other = client_for(None, elsewhere)
    come_back(other, provider.authorise(leave(other, "broker")), "broker")
    assert signed_in_as(other) not in {None, signed_in_as(browser)}
    assert len(set(SocialAccount.objects.values_list("uid", flat=True))) == 2


def test_a_broker_of_one_municipality_is_nowhere_at_another(
    west: Portal, provider: Provider, browser: Client
) -> None:
    elsewhere = client_for(None, make_portal("oosterpark", code="GM0014"))
    assert "Sign in with DigiD" in browser.get("/aanmelden/").content.decode()
    assert "Sign in with DigiD" not in elsewhere.get("/aanmelden/").content.decode()
    assert elsewhere.post(url("broker_login", "digid")).status_code == 404
    said = provider.authorise(leave(browser))
    assert come_back(elsewhere, said).status_code == 404
    assert not Person.objects.exists()


@pytest.mark.parametrize("code", ["GM0363", "GM0014"])
def test_what_was_begun_at_one_portal_cannot_be_finished_at_another(
    west: Portal, provider: Provider, browser: Client, settings: Any, code: str
) -> None:
    """Also of one municipality, and by somebody who takes the session along."""
    other = make_portal("noord", code=code)
    settings.BROKERS = [provider.broker(), provider.broker(municipality="GM0014")]
    said = provider.authorise(leave(browser))
    answer = come_back(browser, said, HTTP_HOST=other.hostname)
    assert answer.status_code == 400
    assert not Person.objects.exists()
    assert come_back(browser, said).status_code == 400, "what was begun works once"


def test_who_signed_in_otherwise_in_the_meantime_starts_again(
    west: Portal, provider: Provider, browser: Client
) -> None:
    said = provider.authorise(leave(browser))
    person = make_person(west, email="fatima@example.org", verified=False)
    browser.post("/aanmelden/als/fatima/")
    assert signed_in_as(browser) == person
    assert come_back(browser, said).status_code == 400
    assert not SocialAccount.objects.exists()


def test_without_a_broker_there_is_no_button(west: Portal, browser: Client, settings: Any) -> None:
    settings.BROKERS = []
    assert "broker" not in browser.get("/aanmelden/").content.decode()
    assert browser.post(url("broker_login", "digid")).status_code == 404


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


def test_signing_in_again_costs_the_same_however_many_people_there_are(
    provider: Provider, west: Portal, django_assert_max_num_queries: Any
) -> None:
    sign_in(client_for(None, west), provider)
    for number in range(3):
        provider.person |= {"sub": f"{number}", "family_name": f"Vos{'x' * number}"}
        provider.person["address"] = {"postal_code": HERE, "house_number": 20 + number}
        sign_in(client_for(None, west), provider)
    browser = client_for(None, west)
    said = provider.authorise(leave(browser))
    with django_assert_max_num_queries(45):
        assert come_back(browser, said).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_eight_tabs_of_a_newcomer_at_once_are_one_person(provider: Provider, west: Portal) -> None:
    browsers = [client_for(None, west) for _ in range(8)]
    said = [provider.authorise(leave(browser)) for browser in browsers]
    jobs = [
        lambda browser=browser, words=words: come_back(browser, words).status_code
        for browser, words in zip(browsers, said, strict=True)
    ]
    answers = at_once(jobs, municipality_id=west.municipality_id)
    assert answers == [302] * 8
    assert Person.objects.count() == SocialAccount.objects.count() == ResidencyProof.objects.count() == 1
    assert len({signed_in_as(browser) for browser in browsers}) == 1


def test_the_page_after_signing_in_is_for_who_is_signed_in(west: Portal, browser: Client) -> None:
    assert browser.get(url("broker_result", "missing")).headers["Location"].startswith("/aanmelden/?next=")
    known = client_for(make_person(west), west)
    assert known.get(url("broker_result", "niets")).status_code == 404
    page = known.get(url("broker_result", "taken") + "?next=https://kwaad.example/").content.decode()
    assert "kwaad" not in page.split("<main")[1].split("</main")[0]


def test_the_session_holds_what_was_begun_and_nothing_of_who_came(
    provider: Provider, west: Portal, browser: Client
) -> None:
    leave(browser)
    begun = json.dumps(dict(browser.session))
    assert "nonce" in begun
    sign_in(browser, provider)
    assert NUMBER not in json.dumps(dict(browser.session))
