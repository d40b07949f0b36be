"""People, proofs of where they live, and roles from a day to a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.core.errors import NotAllowed
from backend.core.retention import Clock
from backend.identity import permissions
from backend.identity.models import Person, ResidencyProof, RoleAssignment
from backend.identity.rules import resident_claim
from backend.identity.selectors.residency import has_proof, proofs_of
from backend.identity.selectors.roles import people_with_role, roles_at
from backend.identity.services.clocks import set_clock
from backend.identity.services.consents import give_consent
from backend.identity.services.copies import ask_for_copy
from backend.identity.services.counter import confirm_at_counter
from backend.identity.services.imports import import_people
from backend.identity.services.leaving import leave
from backend.identity.services.letter_printing import print_run
from backend.identity.services.people import person_for_address, set_profile
from backend.identity.services.residency import PROOF_LIFE, declare_residency
from backend.identity.services.roles import give_role
from backend.identity.states import ConsentPurpose, Origin, ProofLevel, Role
from backend.places.models import Portal
from tests.builders.clocks import make_clocks
from tests.builders.letters import people_csv, send_in
from tests.builders.people import actor_of, confirm, make_actor, make_person
from tests.builders.portals import make_portal, system_of, visitor_of

DOCUMENT = resident_claim(surname="Vos", given_name="Noor", birth_date=date(1991, 2, 3))
NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def counts(person: Person, portal: Portal, *, age: int = 16, at: datetime, level: int = 2) -> bool:
    return has_proof(person.pk, district_id=portal.district_id, level=level, age=age, at=at)


def test_one_address_is_one_person_however_it_is_typed(west: Portal) -> None:
    one = person_for_address(email=" Sam@Example.ORG ", language="nl", now=NOW)
    two = person_for_address(email="sam@example.org", language="en", now=NOW)
    assert one.pk == two.pk
    assert (one.email, two.language) == ("sam@example.org", "nl")


def test_a_name_is_ones_own_to_give(west: Portal) -> None:
    person = make_person(west)
    set_profile(actor=actor_of(person, west), name="  Sam ", language="en", now=NOW)
    person.refresh_from_db()
    assert (person.name, person.language) == ("Sam", "en")
    with pytest.raises(NotAllowed):
        set_profile(actor=visitor_of(west), name="X", language="nl", now=NOW)


def test_a_proof_holds_from_its_moment_until_it_ends(west: Portal) -> None:
    person = make_person(west, verified=False)
    confirm(person, west, age=18, at=NOW)
    assert not counts(person, west, at=NOW - timedelta(microseconds=1))
    assert counts(person, west, at=NOW)
    assert counts(person, west, age=18, at=NOW + PROOF_LIFE - timedelta(seconds=1))
    assert not counts(person, west, at=NOW + PROOF_LIFE)
    assert not counts(person, west, age=19, at=NOW)
    assert not counts(person, make_portal("noord"), at=NOW)


def test_showing_it_again_prolongs_it_without_forgetting_when_it_began(west: Portal) -> None:
    person = make_person(west, verified=False)
    confirm(person, west, at=NOW)
    later = NOW + timedelta(days=400)
    confirm(person, west, at=later)
    assert counts(person, west, at=NOW)
    assert counts(person, west, at=later + PROOF_LIFE - timedelta(seconds=1))
    assert ResidencyProof.objects.count() == 1


def test_a_proof_that_ended_begins_anew(west: Portal) -> None:
    person = make_person(west, verified=False)
    confirm(person, west, at=NOW)
    much_later = NOW + PROOF_LIFE + timedelta(days=30)
    confirm(person, west, at=much_later)
    assert counts(person, west, at=much_later)
    assert not counts(person, west, at=much_later - timedelta(days=1))


def test_having_grown_older_is_shown_anew_and_never_makes_younger(west: Portal) -> None:
    person = make_person(west, verified=False)
    confirm(person, west, age=15, at=NOW)
    assert not counts(person, west, at=NOW)
    birthday = NOW + timedelta(days=10)
    confirm(person, west, age=16, at=birthday)
    assert counts(person, west, at=birthday)
    confirm(person, west, age=12, at=birthday + timedelta(days=1))
    assert counts(person, west, at=birthday + timedelta(days=1))


def test_ones_own_word_is_a_lower_proof_than_the_counter(west: Portal) -> None:
    person = make_person(west, verified=False)
    declare_residency(actor=actor_of(person, west), portal=west, age=16, now=NOW)
    assert counts(person, west, at=NOW, level=ProofLevel.DECLARED)
    assert not counts(person, west, at=NOW, level=ProofLevel.CONFIRMED)
    confirm(person, west, at=NOW)
    assert counts(person, west, at=NOW, level=ProofLevel.CONFIRMED)
    asked = {"district_id": west.district_id, "age": 16, "at": NOW}
    found = [proofs_of(actor_of(person, west), level=level, **asked).count() for level in ProofLevel]
    assert found == [2, 1, 1]


def test_the_counter_makes_an_account_for_somebody_new_and_keeps_no_document(west: Portal) -> None:
    clerk = make_actor(west, Role.CLERK)
    proof = confirm_at_counter(
        actor=clerk, portal=west, email="Nieuw@example.org", age=16, claims=[DOCUMENT], now=NOW
    )
    person = Person.objects.get(email="nieuw@example.org")
    assert (proof.person_id, proof.recorded_by_id) == (person.pk, clerk.person_id)
    assert person.origin == Origin.COUNTER
    kept = {field.name for field in ResidencyProof._meta.get_fields()}
    assert not kept & {"document", "number", "birth_date", "bsn", "address"}


# + may, - may not.
WHO_MAY = {
    #                   confirm give    declare choose  copy    clocks  letters print   leave
    "visitor": "           -       -       -       -       -       -       -       -       -",
    "resident": "          -       -       +       +       +       -       -       -       +",
    "clerk": "             +       -       +       +       +       -       -       -       +",
    "councillor": "        -       -       +       +       +       -       -       -       +",
    "official": "          -       -       +       +       +       -       -       -       +",
    "moderator": "         -       -       +       +       +       -       -       -       +",
    "organiser": "         -       -       +       +       +       -       +       -       +",
    "assistant": "         +       -       +       +       +       -       -       -       +",
    "auditor": "           -       -       +       +       +       -       -       -       +",
    "privacy_officer": "   -       -       +       +       +       +       -       -       +",
    "administrator": "     -       +       +       +       +       -       -       -       +",
    "system": "            +       +       -       -       -       +       -       +       -",
}


@pytest.mark.parametrize("who", WHO_MAY)
def test_who_may_do_what(west: Portal, who: str) -> None:
    actors = {"visitor": visitor_of(west), "system": system_of(west), "resident": make_actor(west)}
    actor = actors[who] if who in actors else make_actor(west, Role(who))
    person = make_person(west, verified=False)
    tries = [
        lambda: confirm_at_counter(
            actor=actor, portal=west, email="x@example.org", age=16, claims=[DOCUMENT], now=NOW
        ),
        lambda: give_role(
            actor=actor, person=person, role=Role.COUNCILLOR, portal=west, reason="verkozen", now=NOW
        ),
        lambda: declare_residency(actor=actor, portal=west, age=16, now=NOW),
        lambda: give_consent(actor=actor, purpose=ConsentPurpose.RESEARCH, now=NOW),
        lambda: ask_for_copy(actor=actor, now=NOW),
        lambda: set_clock(actor=actor, purpose=Clock.MESSAGES, days=100, now=NOW),
        lambda: send_in(actor, west, people_csv(1), at=NOW),
        lambda: print_run(actor=actor, run_id=0, now=NOW),
        lambda: leave(actor=actor, now=NOW),
    ]
    make_clocks()
    # Nobody is the last one.
    make_person(west, roles=[Role.ADMINISTRATOR])
    found = ""
    for do in tries:
        try:
            do()
            found += "+"
        except NotAllowed:
            found += "-"
    assert found == WHO_MAY[who].replace(" ", "")


def test_every_predicate_stands_in_the_table() -> None:
    known = {"can_confirm_at_counter", "can_give_roles", "can_declare"}
    # In the tables of the tests about helping, joining, letters, roles, and of the pages of the desk.
    known |= {"can_help", "can_join", "can_be_joined", "can_see_desk"}
    known |= {"can_send_letters", "can_do_clock_work", "can_read_findings"}
    known |= {"can_give_roles_at", "can_come_by_broker"}
    # Each role is tried in test_second_factor.
    known |= {"can_reset_second_factor"}
    known |= {"can_choose_consents", "can_ask_for_copy", "can_leave"}
    known |= {"can_see_clocks", "can_set_clocks"}
    assert {name for name in vars(permissions) if name.startswith("can_")} == known


def test_a_role_holds_at_one_portal_from_its_day_to_its_last(west: Portal) -> None:
    person = make_person(west)
    late_evening = datetime(2027, 1, 12, 23, 30, tzinfo=UTC)  # in Amsterdam it is the 13th already
    given = give_role(
        actor=system_of(west),
        person=person,
        role=Role.COUNCILLOR,
        portal=west,
        reason="verkozen",
        affiliation="Buurtlijst",
        now=late_evening,
    )
    assert given.starts_on == date(2027, 1, 13)
    assert roles_at(person.pk, west, now=NOW) == frozenset()
    assert roles_at(person.pk, west, now=late_evening) == {Role.COUNCILLOR}
    assert roles_at(person.pk, make_portal("noord"), now=late_evening) == frozenset()
    assert people_with_role(Role.COUNCILLOR, west, now=late_evening) == [person.pk]
    assert given.affiliation == "Buurtlijst"
    RoleAssignment.objects.update(ends_on=date(2027, 2, 1))
    assert roles_at(person.pk, west, now=datetime(2027, 2, 1, 12, tzinfo=UTC)) == {Role.COUNCILLOR}
    assert roles_at(person.pk, west, now=datetime(2027, 2, 2, 12, tzinfo=UTC)) == frozenset()


def test_roles_of_another_municipality_count_for_nothing(west: Portal) -> None:
    groningen = make_portal("oosterpark", code="GM0014")
    person = make_person(groningen, roles=list(Role))
    assert actor_of(person, west).roles == frozenset()
    assert actor_of(person, groningen).roles == set(Role)


def test_people_of_an_earlier_election_cannot_sign_in(west: Portal) -> None:
    ids = import_people(
        actor=system_of(west),
        references=["a", "b"],
        origin=Origin.IMPORTED,
        district_id=west.district_id,
        reached_age=16,
        now=NOW,
    )
    people = list(Person.objects.filter(pk__in=ids))
    assert {(person.email, person.has_usable_password()) for person in people} == {(None, False)}
    assert all(counts(person, west, at=NOW) for person in people)
    with pytest.raises(NotAllowed):
        import_people(
            actor=make_actor(west),
            references=["c"],
            origin=Origin.IMPORTED,
            district_id=west.district_id,
            reached_age=16,
            now=NOW,
        )
