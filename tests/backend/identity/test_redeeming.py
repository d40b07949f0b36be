"""Using a code from a letter: once, by anybody, and never for a second voice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import DomainError, NotFound
from backend.core.tenancy import in_municipality
from backend.identity.errors import (
    AlreadyProved,
    CodeExpired,
    CodeMistyped,
    CodeOfOtherPortal,
    CodeReplaced,
    CodeRevoked,
    CodeUnknown,
    CodeUsed,
    HomeAlreadyProved,
    ProvingImpossible,
)
from backend.identity.models import IdentityKey, Letter, Person, ResidencyProof
from backend.identity.rules import home_claim, resident_claim
from backend.identity.selectors.residency import has_proof
from backend.identity.services.counter import confirm_at_counter
from backend.identity.services.letters import replace_letter, revoke_letter, revoke_run
from backend.identity.services.own_lists import prove_by_own_list
from backend.identity.services.redeeming import Redeemed, redeem_letter_code
from backend.identity.services.roles import give_role
from backend.identity.states import KeyKind, ListKind, ListPurpose, Origin, ProofKind, ProofLevel, Role
from backend.places.models import Portal
from tests.builders.letters import (
    ADDRESS_HEADINGS,
    PEOPLE_HEADINGS,
    codes_of,
    import_list,
    make_letters,
    organiser_of,
    people_csv,
    print_letters,
    print_on,
)
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.threads import at_once
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
NOOR = f"{PEOPLE_HEADINGS}\nVos;Noor;1991-02-03;1055TK;12;hs;Kade;Amsterdam\n"
REDEEM_QUERIES = 14
NOOR_CLAIMS = [
    resident_claim(surname="Vos", given_name="Noor", birth_date=date(1991, 2, 3)),
    home_claim(postcode="1055TK", house_number="12", addition="hs"),
]
OMAR_CLAIMS = [
    resident_claim(surname="Vos", given_name="Omar", birth_date=date(1990, 2, 3)),
    home_claim(postcode="1055TK", house_number="12", addition="hs"),
]


def redeem(portal: Portal, code: str, *, actor: Actor | None = None, at: datetime = NOW) -> Redeemed:
    with in_municipality(portal.municipality_id):
        return redeem_letter_code(actor=actor or visitor_of(portal), portal=portal, code=code, now=at)


def replaced(run: Any, *, number: int = 1, at: datetime = NOW) -> str:
    """The code of a letter that takes the place of another."""
    new = replace_letter(
        actor=organiser_of(run.portal, at=at),
        run_public_id=run.public_id,
        number=number,
        reason="Kwijt",
        valid_until=(at + timedelta(weeks=8)).date(),
        now=at,
    )
    return codes_of(print_on(new, at=at))[0]


def test_a_code_opens_the_vote_without_an_account(west: Portal) -> None:
    run, (code,) = make_letters(west, at=NOW, content=NOOR)
    redeemed = redeem(west, code)
    person = redeemed.person
    assert (person.origin, person.email, redeemed.is_new) == (Origin.LETTER, None, True)
    proof = redeemed.proof
    assert (proof.kind, proof.level, proof.reached_age) == (ProofKind.LETTER, ProofLevel.CONFIRMED, 16)
    assert has_proof(person.pk, district_id=west.district_id, level=2, age=16, at=NOW)
    assert not has_proof(person.pk, district_id=west.district_id, level=2, age=18, at=NOW)
    assert Letter.objects.get(run=run).used_on == date(2027, 1, 12)


def test_signed_in_the_proof_is_added_to_that_account(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=NOW)
    person = make_person(west, verified=False)
    redeemed = redeem(west, code, actor=actor_of(person, west))
    assert (redeemed.person, redeemed.is_new) == (person, False)
    assert ResidencyProof.objects.get().person_id == person.pk


def test_an_assistant_uses_it_for_somebody_on_the_phone(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=NOW)
    person, assistant = make_person(west, verified=False), make_person(west, roles=[Role.ASSISTANT])
    helping = replace(actor_of(person, west), assistant_id=assistant.pk, mandate_id=1)
    redeemed = redeem(west, code, actor=helping)
    assert redeemed.person == person
    assert redeemed.proof.recorded_by_id == assistant.pk
    entry = Entry.objects.get(action="identity.letter_redeemed")
    assert entry.details["assistant"] == assistant.pk


def test_the_record_tells_no_letter_and_no_code(west: Portal) -> None:
    run, (code,) = make_letters(west, at=NOW)
    redeem(west, code)
    entry = Entry.objects.get(action="identity.letter_redeemed")
    assert (entry.target_type, entry.target_id, entry.details) == (
        "identity.residentlist",
        run.resident_list_id,
        {},
    )


@pytest.mark.parametrize("by", ["another", "the same"])
def test_a_used_code_is_used(west: Portal, by: str) -> None:
    _run, (code,) = make_letters(west, at=NOW)
    first = redeem(west, code)
    again = actor_of(first.person, west) if by == "the same" else visitor_of(west)
    with pytest.raises(CodeUsed):
        redeem(west, code, actor=again)
    assert Person.objects.filter(origin=Origin.LETTER).count() == 1


def test_what_is_no_code_is_said_and_costs_nothing(west: Portal) -> None:
    make_letters(west, at=NOW)
    for typed in ("", "ABCD", "UUUU-UUUU", "x" * 100):
        with pytest.raises(CodeMistyped):
            redeem(west, typed)
    with pytest.raises(CodeUnknown):
        redeem(west, "ABCD-1234")


def test_a_code_works_until_the_end_of_its_last_day(west: Portal) -> None:
    _run, codes = make_letters(west, 2, at=NOW, valid_until=date(2027, 2, 1))
    redeem(west, codes[0], at=datetime(2027, 2, 1, 22, 59, 59, tzinfo=UTC))
    with pytest.raises(CodeExpired):
        redeem(west, codes[1], at=datetime(2027, 2, 1, 23, 0, 1, tzinfo=UTC))


def test_a_revoked_code_says_so(west: Portal) -> None:
    run, codes = make_letters(west, 2, at=NOW)
    organiser = organiser_of(west, at=NOW)
    revoke_letter(actor=organiser, run_public_id=run.public_id, number=1, reason="Fout", now=NOW)
    with pytest.raises(CodeRevoked):
        redeem(west, codes[0])
    used = redeem(west, codes[1])
    revoke_run(actor=organiser, run_public_id=run.public_id, reason="Fout", now=NOW)
    with pytest.raises(CodeUsed):
        redeem(west, codes[1])
    # Who used a code keeps the voice.
    assert has_proof(used.person.pk, district_id=west.district_id, level=2, age=16, at=NOW)


def test_a_newer_letter_takes_the_place_of_the_former(west: Portal) -> None:
    run, (code,) = make_letters(west, at=NOW)
    newer = replaced(run)
    with pytest.raises(CodeReplaced):
        redeem(west, code)
    assert redeem(west, newer).is_new


@pytest.mark.parametrize("kind", ListKind)
def test_a_newer_letter_gives_the_former_voice_back_and_no_second(west: Portal, kind: ListKind) -> None:
    run, (code,) = make_letters(west, at=NOW, kind=kind)
    first = redeem(west, code)
    again = redeem(west, replaced(run))
    assert (again.person, again.is_new) == (first.person, False)
    assert ResidencyProof.objects.count() == 1


@pytest.mark.parametrize("why", ["account", "role", "left"])
def test_a_newer_letter_opens_no_account_that_somebody_made_their_own(west: Portal, why: str) -> None:
    run, (code,) = make_letters(west, at=NOW)
    person = redeem(west, code).person
    if why == "account":
        Person.objects.filter(pk=person.pk).update(email="noor@example.org")
    elif why == "left":
        Person.objects.filter(pk=person.pk).update(left_at=NOW)
    else:
        give_role(actor=system_of(west), person=person, role=Role.CLERK, portal=west, reason="test", now=NOW)
    newer = replaced(run)
    with pytest.raises(AlreadyProved):
        redeem(west, newer)
    assert Letter.objects.filter(used_on=None).count() == 1


def test_who_holds_another_voice_gets_no_second_and_the_code_stays_unused(west: Portal) -> None:
    confirm_at_counter(
        actor=system_of(west), portal=west, email="noor@example.org", age=18, claims=NOOR_CLAIMS, now=NOW
    )
    _run, (code,) = make_letters(west, at=NOW, content=NOOR)
    people = Person.objects.count()
    with pytest.raises(AlreadyProved):
        redeem(west, code)
    assert (Person.objects.count(), Letter.objects.get().used_on) == (people, None)
    # With the account that holds the voice it is a second proof, and no second voice.
    noor = Person.objects.get(email="noor@example.org")
    redeem(west, code, actor=actor_of(noor, west))
    assert ResidencyProof.objects.filter(person=noor).count() == 2


def test_a_letter_to_an_address_beside_somebody_who_lives_there(west: Portal) -> None:
    content = "Postcode;Huisnummer;Toevoeging\n1055TK;12;hs\n"
    _run, (code,) = make_letters(west, at=NOW, content=content, kind=ListKind.ADDRESSES)
    confirm: Any = partial(confirm_at_counter, actor=system_of(west), portal=west, email="", age=18, now=NOW)
    confirm(claims=NOOR_CLAIMS)
    with pytest.raises(HomeAlreadyProved):
        redeem(west, code)


def test_a_used_letter_to_an_address_holds_off_a_login_of_who_lives_there(west: Portal) -> None:
    content = "Postcode;Huisnummer;Toevoeging\n1055TK;12;hs\n"
    _run, (code,) = make_letters(west, at=NOW, content=content, kind=ListKind.ADDRESSES)
    redeem(west, code)
    confirm: Any = partial(confirm_at_counter, actor=system_of(west), portal=west, email="", age=18, now=NOW)
    with pytest.raises(HomeAlreadyProved):
        confirm(claims=OMAR_CLAIMS)
    confirm(claims=OMAR_CLAIMS, is_housemate=True)


def test_a_code_of_one_municipality_is_unknown_at_another(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=NOW)
    other = make_portal("oosterpark", code="GM0014")
    with pytest.raises(CodeUnknown):
        redeem(other, code)
    with pytest.raises(NotFound):
        redeem(other, code, actor=visitor_of(west))


def test_another_portal_of_the_municipality_says_where_to_go(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=NOW)
    other = make_portal("noord")
    with pytest.raises(CodeOfOtherPortal, match=r"Stem van West.*west\.localhost:8000/brief"):
        redeem(other, code)
    assert redeem(west, code).is_new


def test_a_new_key_finds_codes_of_the_former(west: Portal, settings: Any) -> None:
    settings.IDENTITY_KEYS = ["old"]
    _run, codes = make_letters(west, 3, at=NOW)
    settings.IDENTITY_KEYS = ["new", "old"]
    redeem(west, codes[0])
    settings.IDENTITY_KEYS = ["new"]
    # Who a letter was to is hashed with a key that is gone: nobody could tell a second voice from the first.
    with pytest.raises((ProvingImpossible, CodeUnknown)):
        redeem(west, codes[1])
    assert set(IdentityKey.objects.values_list("person_id", flat=True).distinct()).__len__() == 1


def test_redeeming_takes_so_many_queries(west: Portal) -> None:
    """The letter, the keys, who holds the hashes, the person, the hashes, the proof and the record."""
    _run, codes = make_letters(west, 2, at=NOW, content=NOOR + "Berg;Bo;1990-01-01;1055TL;1;;;\n")
    for code in codes:
        with CaptureQueriesContext(connection) as asked:
            redeem(west, code)
        # PostgreSQL also waits for whoever else is at the same address, which SQLite need not.
        ours = [query for query in asked if not re.search("SAVEPOINT|pg_advisory", query["sql"])]
        assert len(ours) == REDEEM_QUERIES


# Races.


@pytest.mark.django_db(transaction=True)
def test_eight_requests_with_one_code_give_one_person_and_one_voice(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=NOW)
    answers = at_once([partial(redeem, west, code)] * 8, municipality_id=west.municipality_id)
    assert len([answer for answer in answers if isinstance(answer, Redeemed)]) == 1, answers
    assert all(isinstance(answer, Redeemed | CodeUsed) for answer in answers), answers
    assert Person.objects.filter(origin=Origin.LETTER).count() == 1
    assert ResidencyProof.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_accounts_with_one_code_give_one_voice(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=NOW)
    actors = [actor_of(make_person(west, verified=False), west) for _ in range(8)]
    jobs = [partial(redeem, west, code, actor=actor) for actor in actors]
    answers = at_once(jobs, municipality_id=west.municipality_id)
    assert len([answer for answer in answers if isinstance(answer, Redeemed)]) == 1
    assert ResidencyProof.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_used_and_revoked_at_once_is_one_of_the_two(west: Portal) -> None:
    run, (code,) = make_letters(west, at=NOW)
    revoke = partial(
        revoke_letter,
        actor=organiser_of(west, at=NOW),
        run_public_id=run.public_id,
        number=1,
        reason="Fout",
        now=NOW,
    )
    answers = at_once([partial(redeem, west, code), revoke], threads=2, municipality_id=west.municipality_id)
    assert not [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, DomainError)
    ]
    letter = Letter.objects.get()
    assert bool(letter.used_on) == isinstance(answers[0], Redeemed)


@pytest.mark.django_db(transaction=True)
def test_a_code_and_the_counter_at_once_give_one_voice(west: Portal) -> None:
    _run, (code,) = make_letters(west, at=NOW, content=NOOR)
    counter = partial(
        confirm_at_counter,
        actor=system_of(west),
        portal=west,
        email="noor@example.org",
        age=18,
        claims=NOOR_CLAIMS,
        now=NOW,
    )
    answers = at_once([partial(redeem, west, code), counter], threads=2, municipality_id=west.municipality_id)
    # The counter comes first, or brings along what the letter did just before it.
    assert not [
        answer
        for answer in answers
        if isinstance(answer, Exception) and not isinstance(answer, AlreadyProved)
    ]
    assert ResidencyProof.objects.values("person_id").distinct().count() == 1
    telling = IdentityKey.objects.filter(kind=KeyKind.RESIDENT)
    assert telling.values("person_id").distinct().count() == 1


# The municipality's own list.

OWN = "Achternaam;Voornaam;Geboortedatum;E-mail\nVos;Noor;1991-02-03;Noor@Example.org\n"


def test_who_signs_in_with_an_address_of_the_own_list_is_recognised(west: Portal) -> None:
    import_list(west, OWN, at=NOW, purpose=ListPurpose.OWN_LIST)
    noor = make_person(west, email="noor@example.org", verified=False)
    assert prove_by_own_list(actor=actor_of(noor, west), portal=west, now=NOW) is None
    EmailAddress.objects.filter(user=noor).update(verified=True)
    proof = prove_by_own_list(actor=actor_of(noor, west), portal=west, now=NOW)
    assert proof is not None
    assert (proof.kind, proof.level) == (ProofKind.LIST, ProofLevel.CONFIRMED)
    # By name and birth date it is the same person as at the counter.
    with pytest.raises(AlreadyProved):
        confirm_at_counter(
            actor=system_of(west), portal=west, email="x@example.org", age=18, claims=NOOR_CLAIMS, now=NOW
        )


def test_a_second_account_of_somebody_on_the_own_list_gets_nothing(west: Portal) -> None:
    confirm_at_counter(
        actor=system_of(west), portal=west, email="x@example.org", age=18, claims=NOOR_CLAIMS, now=NOW
    )
    import_list(west, OWN, at=NOW, purpose=ListPurpose.OWN_LIST)
    noor = make_person(west, email="noor@example.org", verified=False)
    EmailAddress.objects.filter(user=noor).update(verified=True)
    assert prove_by_own_list(actor=actor_of(noor, west), portal=west, now=NOW) is None


def test_letters_and_an_own_list_know_the_same_person(west: Portal) -> None:
    import_list(west, OWN, at=NOW, purpose=ListPurpose.OWN_LIST)
    noor = make_person(west, email="noor@example.org", verified=False)
    EmailAddress.objects.filter(user=noor).update(verified=True)
    prove_by_own_list(actor=actor_of(noor, west), portal=west, now=NOW)
    _run, (code,) = make_letters(west, at=NOW, content=NOOR)
    with pytest.raises(AlreadyProved):
        redeem(west, code)
    assert redeem(west, code, actor=actor_of(noor, west)).person == noor


def test_two_lists_of_two_municipalities_do_not_meet(west: Portal) -> None:
    other = make_portal("oosterpark", code="GM0014")
    print_letters(import_list(west, people_csv(2), at=NOW), at=NOW)
    this = import_list(other, people_csv(2), at=NOW)
    assert (this.new_count, this.known_count) == (2, 0)


def test_two_who_share_a_tablet_do_not_become_one_voice(west: Portal) -> None:
    _run, (first, second, *_more) = make_letters(west, 3, at=timezone.now())
    tablet = client_for(None, west)
    tablet.post(url("redeem_code"), {"code": first})
    answer = tablet.post(url("redeem_code"), {"code": second})
    assert answer.status_code == 409
    assert "this letter is to somebody else" in answer.text
    assert Letter.objects.filter(used_on=None).count() == 2
    client_for(None, west).post(url("redeem_code"), {"code": second})
    assert ResidencyProof.objects.values("person_id").distinct().count() == 2


@pytest.mark.parametrize(
    ("row", "opens"),
    [
        # The same person at the same door gets in again.
        ("Bakker;Jan;1990-01-01;1055TK;1;;;", True),
        # A namesake elsewhere does not get in as somebody else.
        ("Bakker;Joris;1990-01-01;1055TL;9;;;", False),
    ],
)
def test_a_new_letter_opens_a_voice_only_to_whom_it_is(west: Portal, row: str, opens: bool) -> None:
    one = f"{PEOPLE_HEADINGS}\nBakker;Jan;1990-01-01;1055TK;1;;;\n"
    _run, (code,) = make_letters(west, 1, at=NOW, content=one)
    first = redeem(west, code)
    later = NOW + timedelta(days=300)
    _run, (code,) = make_letters(west, 1, at=later, content=f"{PEOPLE_HEADINGS}\n{row}\n\n")
    if opens:
        assert redeem(west, code, at=later).person == first.person
    else:
        with pytest.raises(AlreadyProved):
            redeem(west, code, at=later)
    assert Person.objects.filter(origin=Origin.LETTER).count() == 1


def test_who_lives_there_now_does_not_get_the_voice_of_who_left(west: Portal) -> None:
    door = f"{ADDRESS_HEADINGS}\n1055TK;7;;;\n"
    _run, (code,) = make_letters(west, 1, at=NOW, content=door, kind=ListKind.ADDRESSES)
    redeem(west, code)
    later = NOW + timedelta(days=300)
    _run, (code,) = make_letters(west, 1, at=later, content=door + "\n", kind=ListKind.ADDRESSES)
    with pytest.raises(AlreadyProved):
        redeem(west, code, at=later)
