"""One person counts once: not by a second account, a second letter, or a letter and a login."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.core import trials
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.identity.errors import (
    AlreadyProved,
    FormerKeyNeeded,
    HomeAlreadyProved,
    NameKnownElsewhere,
    ProvingImpossible,
)
from backend.identity.models import IdentityKey, Person, ResidencyProof
from backend.identity.rules import (
    Claim,
    age_on,
    comparable_surname,
    digest_of,
    home_claim,
    letter_claim,
    resident_claim,
    subject_claim,
)
from backend.identity.services.counter import confirm_at_counter
from backend.identity.services.keys import people_of_former_keys, retire_former_keys
from backend.identity.services.residency import NewProof, prove_residency
from backend.identity.states import ProofKind, SameName
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.portals import make_portal, system_of
from tests.builders.threads import at_once

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
NOOR = resident_claim(surname="Vos", given_name="Noor", birth_date=date(1991, 2, 3))
OMAR = resident_claim(surname="Vos", given_name="Omar", birth_date=date(1990, 1, 1))
HOME = home_claim(postcode="1055 TK", house_number="12", addition="hs")
LETTER = letter_claim(postcode="1055tk", house_number="12", addition="HS")
DIGID = subject_claim("https://broker.example", "pseudonym-1")


def prove(
    portal: Portal,
    person: Person,
    *claims: Claim,
    kind: ProofKind = ProofKind.LETTER,
    is_housemate: bool = False,
    at: datetime = NOW,
) -> ResidencyProof:
    new = NewProof(
        person_id=person.pk, portal=portal, kind=kind, age=16, claims=claims, is_housemate=is_housemate
    )
    with in_municipality(portal.municipality_id):
        return prove_residency(actor=system_of(portal), new=new, now=at)


def newcomers(portal: Portal, number: int) -> list[Person]:
    return [make_person(portal, verified=False) for _ in range(number)]


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        ([NOOR], [NOOR], AlreadyProved),
        ([DIGID], [DIGID], AlreadyProved),
        ([LETTER], [LETTER], AlreadyProved),
        # A letter with a name, and then a login that tells the same name.
        ([NOOR, HOME], [DIGID, NOOR], AlreadyProved),
        # A letter to an address, and then somebody who lives there: is it the same one? And the other way.
        ([LETTER], [DIGID, NOOR, HOME], HomeAlreadyProved),
        ([NOOR, HOME], [LETTER], HomeAlreadyProved),
        # Two who live together and are known by name.
        ([NOOR, HOME], [OMAR, HOME], None),
        ([NOOR], [OMAR], None),
        ([LETTER], [OMAR], None),
    ],
)
def test_who_proves_after_whom(
    west: Portal, first: list[Claim], second: list[Claim], refusal: type[Exception] | None
) -> None:
    one, two = newcomers(west, 2)
    prove(west, one, *first)
    if refusal is None:
        prove(west, two, *second)
    else:
        with pytest.raises(refusal):
            prove(west, two, *second)
    assert ResidencyProof.objects.count() == (1 if refusal else 2)
    # The same person may always show more.
    prove(west, one, *first)


def test_somebody_may_prove_in_more_ways_with_one_account(west: Portal) -> None:
    (person,) = newcomers(west, 1)
    prove(west, person, LETTER)
    prove(west, person, DIGID, NOOR, HOME, kind=ProofKind.BROKER)
    assert ResidencyProof.objects.filter(person=person).count() == 2


def test_a_clerk_can_say_that_two_live_at_one_address(west: Portal) -> None:
    one, two = newcomers(west, 2)
    prove(west, one, LETTER)
    prove(west, two, NOOR, HOME, kind=ProofKind.COUNTER, is_housemate=True)
    with pytest.raises(AlreadyProved):
        prove(west, newcomers(west, 1)[0], NOOR, HOME, kind=ProofKind.COUNTER, is_housemate=True)


def test_the_counter_finds_somebody_without_an_address_again(west: Portal) -> None:
    confirm: Any = partial(confirm_at_counter, actor=system_of(west), portal=west, age=16, now=NOW)
    first = confirm(email="", claims=[NOOR, HOME])
    again = confirm(email="", claims=[NOOR, HOME])
    other = confirm(email="", claims=[OMAR, HOME])
    assert first.person_id == again.person_id != other.person_id
    assert Person.objects.get(pk=first.person_id).email is None
    confirm(email="omar@example.org", claims=[OMAR, HOME])
    with pytest.raises(AlreadyProved):
        confirm(email="noor@example.org", claims=[OMAR, HOME])


def test_another_municipality_is_another_matter(west: Portal) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    one, two = newcomers(west, 2)
    prove(west, one, NOOR)
    prove(elsewhere, two, NOOR)
    digests = list(IdentityKey.objects.all_municipalities().values_list("digest", flat=True))
    assert len(set(digests)) == 2


def test_another_portal_of_the_municipality_is_not(west: Portal) -> None:
    elsewhere = make_portal("centrum", code="GM0363")
    one, two = newcomers(west, 2)
    prove(west, one, NOOR)
    with pytest.raises(AlreadyProved):
        prove(elsewhere, two, NOOR)


def test_nothing_that_is_kept_says_who_it_was(west: Portal) -> None:
    (person,) = newcomers(west, 1)
    prove(west, person, subject_claim("https://broker.example", "123456782"), NOOR, HOME)
    kept = [str(row) for row in IdentityKey.objects.values_list()]
    assert not [row for row in kept if "123456782" in row or "vos" in row.lower() or "1055" in row]


def test_a_new_key_recognises_who_proved_under_the_old_one(west: Portal, settings: Any) -> None:
    one, two, three = newcomers(west, 3)
    settings.IDENTITY_KEYS = ["old"]
    prove(west, one, NOOR)
    settings.IDENTITY_KEYS = ["new", "old"]
    with pytest.raises(AlreadyProved):
        prove(west, two, NOOR)
    later = NOW + timedelta(days=1)
    prove(west, two, OMAR, at=later)
    system = Actor.system("test")
    assert people_of_former_keys(now=later) == 1
    with pytest.raises(FormerKeyNeeded):
        retire_former_keys(actor=system, now=later)
    # The proof under the old key has ended, and the key with it: OMAR is known by the new one.
    ResidencyProof.objects.filter(person=one).update(valid_until=later)
    settings.IDENTITY_KEYS = ["new"]
    with pytest.raises(ProvingImpossible):
        prove(west, three, OMAR, at=later)
    assert retire_former_keys(actor=system, now=later) == 1
    with pytest.raises(AlreadyProved):
        prove(west, three, OMAR, at=later)


def test_the_command_tells_what_is_missing_and_retires_what_nobody_needs(
    west: Portal, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (person,) = newcomers(west, 1)
    settings.IDENTITY_KEYS = ["old"]
    prove(west, person, NOOR, at=timezone.now())
    settings.IDENTITY_KEYS = ["new"]
    with pytest.raises(CommandError, match="is missing"):
        call_command("identity_keys", json=True)
    assert json.loads(capsys.readouterr().out) == {
        "in_force": 1,
        "missing": 1,
        "people_of_former_keys": 1,
    }
    settings.IDENTITY_KEYS = ["new", "old"]
    with pytest.raises(AlreadyProved):
        prove(west, newcomers(west, 1)[0], NOOR, at=timezone.now())
    prove(west, newcomers(west, 1)[0], OMAR, at=timezone.now())
    settings.IDENTITY_KEYS = ["new"]
    with pytest.raises(CommandError, match="former key"):
        call_command("identity_keys", retire=True)
    ResidencyProof.objects.filter(person=person).update(valid_until=timezone.now())
    call_command("identity_keys", retire=True)
    assert "missing: 0" in capsys.readouterr().out


@pytest.mark.parametrize("keys", [[], ["another"]])
def test_with_a_lost_or_wrong_key_nobody_proves_and_nobody_counts_twice(
    west: Portal, settings: Any, keys: list[str]
) -> None:
    one, two = newcomers(west, 2)
    prove(west, one, NOOR)
    settings.IDENTITY_KEYS = keys
    with pytest.raises(ProvingImpossible):
        prove(west, two, NOOR)
    assert ResidencyProof.objects.count() == 1


def test_another_claim_or_another_municipality_does_not_stand_in_for_the_one_under_a_former_key(
    west: Portal, settings: Any
) -> None:
    """Otherwise the former key would go, and the first claim could be proved by a second account."""
    elsewhere = make_portal("oosterpark", code="GM0014")
    one, two = newcomers(west, 2)
    settings.IDENTITY_KEYS = ["old"]
    prove(west, one, NOOR)
    prove(west, two, OMAR)
    settings.IDENTITY_KEYS = ["new", "old"]
    prove(west, one, HOME)
    prove(elsewhere, two, OMAR)
    assert people_of_former_keys(now=NOW) == 2
    prove(west, one, NOOR)
    prove(west, two, OMAR)
    assert people_of_former_keys(now=NOW) == 0


def test_two_people_of_one_name_are_told_apart_at_the_counter(west: Portal) -> None:
    confirm: Any = partial(confirm_at_counter, actor=system_of(west), portal=west, age=16, now=NOW)
    elsewhere = home_claim(postcode="1055 AB", house_number="3")
    first = confirm(email="", claims=[NOOR, HOME])
    with pytest.raises(NameKnownElsewhere):
        confirm(email="", claims=[NOOR, elsewhere])
    other = confirm(email="", claims=[NOOR, elsewhere], same_name=SameName.OTHER)
    again = confirm(email="", claims=[NOOR, elsewhere], same_name=SameName.OTHER)
    assert other.person_id == again.person_id != first.person_id
    moved = confirm(email="", claims=[NOOR, elsewhere], same_name=SameName.MOVED)
    assert moved.person_id == first.person_id


def test_who_came_without_an_address_brings_it_later(west: Portal) -> None:
    """What they did before comes along into the account."""
    confirm: Any = partial(confirm_at_counter, actor=system_of(west), portal=west, age=16, now=NOW)
    with in_municipality(west.municipality_id):
        before = confirm(email="", claims=[NOOR, HOME])
        after = confirm(email="noor@example.org", claims=[NOOR, HOME])
    assert after.person.email == "noor@example.org"
    assert not Person.objects.filter(pk=before.person_id).exists()
    assert ResidencyProof.objects.count() == 1


def test_check_production_says_that_a_key_is_missing(west: Portal, settings: Any) -> None:
    prove(west, newcomers(west, 1)[0], NOOR)
    trial = next(trial for trial in trials.registered() if trial.name == "identity_keys_complete")
    trial.attempt()
    settings.IDENTITY_KEYS = ["another"]
    with pytest.raises(RuntimeError, match="not in the settings"):
        trial.attempt()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Van der Berg", "berg"),
        ("BERG, VAN DER", "Berg"),
        ("Özil-De Vries", "ozil vries"),
        ("'t Hooft", "Hooft"),
        ("D’Ancona", "ancona"),
        ("de", "De"),
    ],
)
def test_names_compare_as_registers_write_them(one: str, other: str) -> None:
    assert comparable_surname(one) == comparable_surname(other) != ""


def test_one_door_is_not_the_next() -> None:
    doors = [("1", ""), ("11", ""), ("1", "1"), ("11", "1"), ("1", "11"), ("1-a", ""), ("1", "b")]
    homes = {
        home_claim(postcode="1055 TK", house_number=number, addition=addition) for number, addition in doors
    }
    assert len(homes) == len(doors)


def test_addresses_compare_as_people_write_them() -> None:
    written = [("1055 TK", "12", "hs"), ("1055tk", "12-HS", ""), ("1055Tk", "012 h s", "")]
    homes = {
        home_claim(postcode=postcode, house_number=number, addition=addition)
        for postcode, number, addition in written
    }
    assert len(homes) == 1
    digests = {digest_of(claim, key="k", municipality_id=1) for claim in (HOME, LETTER)}
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 5, 5), date(2026, 5, 4), 15),
        (date(2010, 5, 5), date(2026, 5, 5), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_in_full_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("claims", [[NOOR], [DIGID], [LETTER]], ids=["name", "login", "letter"])
def test_eight_accounts_of_one_person_at_once_give_one_proof(west: Portal, claims: list[Claim]) -> None:
    jobs = [partial(prove, west, person, *claims) for person in newcomers(west, 8)]
    answers = at_once(jobs, municipality_id=west.municipality_id)
    assert len([answer for answer in answers if isinstance(answer, ResidencyProof)]) == 1
    assert all(isinstance(answer, ResidencyProof | AlreadyProved) for answer in answers), answers


@pytest.mark.django_db(transaction=True)
def test_a_letter_and_a_login_of_one_address_at_once_give_one_proof(west: Portal) -> None:
    jobs = [
        partial(prove, west, person, *claims)
        for person, claims in zip(newcomers(west, 8), [[LETTER], [NOOR, HOME]] * 4, strict=True)
    ]
    answers = at_once(jobs, municipality_id=west.municipality_id)
    assert len([answer for answer in answers if isinstance(answer, ResidencyProof)]) == 1
