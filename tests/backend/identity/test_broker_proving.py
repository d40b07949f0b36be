"""Showing where one lives by a broker, once for each person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.errors import NotAllowed
from backend.identity.models import IdentityKey, Person, ResidencyProof
from backend.identity.oidc.told import Told
from backend.identity.rules import Claim, home_claim, letter_claim, resident_claim
from backend.identity.services.broker import arrive_by_broker
from backend.identity.services.residency import NewProof, prove_residency
from backend.identity.states import ProofKind
from backend.places.models import Portal
from tests.builders.brokers import HERE, THERE, connected_provider, sign_in, signed_in_as
from tests.builders.hostile_provider import NOOR, Provider
from tests.builders.people import make_person
from tests.builders.portals import system_of
from tests.builders.web import client_for, url

BY_NAME = resident_claim(surname="Vos", given_name="Noor", birth_date=date(1991, 2, 3))


def prove_by(portal: Portal, person: Person, *claims: Claim) -> None:
    """Somebody used a letter."""
    new = NewProof(person_id=person.pk, portal=portal, kind=ProofKind.LETTER, age=18, claims=claims)
    prove_residency(actor=system_of(portal), new=new, now=timezone.now())


@pytest.fixture
def provider(west: Portal, settings: Any) -> Iterator[Provider]:
    with connected_provider(west, settings) as running:
        yield running


@pytest.fixture
def browser(west: Portal) -> Client:
    return client_for(None, west)


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
    provider.person = {"sub": NOOR["sub"], "acr": "hoog"}
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
        *([BY_NAME, home_claim(**home)] if before == "name" else [letter_claim(**home)]),
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


def test_the_page_after_signing_in_is_for_who_is_signed_in(west: Portal, browser: Client) -> None:
    assert browser.get(url("broker_result", "missing")).headers["Location"].startswith("/aanmelden/?next=")
    known = client_for(make_person(west), west)
    assert known.get(url("broker_result", "niets")).status_code == 404
    page = known.get(url("broker_result", "taken") + "?next=https://kwaad.example/").content.decode()
    assert "kwaad" not in page.split("<main")[1].split("</main")[0]


def test_a_helper_cannot_put_their_own_login_in_the_name_of_who_they_help(
    west: Portal, provider: Provider
) -> None:
    helper, helped = make_person(west), make_person(west, verified=False)
    actor = Actor(west.municipality_id, west.pk, helped.pk, assistant_id=helper.pk, mandate_id=1)
    with pytest.raises(NotAllowed):
        arrive_by_broker(
            actor=actor,
            portal=west,
            broker=provider.broker(),
            told=Told(issuer=provider.issuer, subject="helper", resident=None),
            language="nl",
            now=timezone.now(),
        )
    assert not SocialAccount.objects.exists()
