"""The record of who did what: it cannot be changed, and tampering shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from backend.audit import services
from backend.audit.models import Entry, Seal
from backend.audit.selectors.chains import broken_seals
from backend.audit.services import record, seal
from backend.core.actor import Actor
from backend.core.due import walk
from backend.identity.services.people import set_profile
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.services.votes import cast_vote, withdraw_vote
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import make_plan
from tests.builders.portals import make_portal, system_of
from tests.builders.threads import at_once

NOW = datetime(2027, 1, 12, 9, 30, 0, 123456, tzinfo=UTC)


def enter(portal: Portal, number: int = 1) -> None:
    for index in range(number):
        with transaction.atomic():
            record(actor=system_of(portal), action="test.done", target=portal, at=NOW, number=index)


def broken(portal: Portal) -> list[int]:
    return [link.number for link in broken_seals(portal.municipality_id)]


def test_an_act_and_its_record_are_written_together(west: Portal) -> None:
    clerk = make_actor(west, Role.CLERK, Role.OFFICIAL)
    before = Entry.objects.count()
    record(actor=clerk, action="test.done", target=west, at=NOW, number=3)
    entry = Entry.objects.latest("id")
    assert Entry.objects.count() == before + 1
    assert (entry.municipality_id, entry.at, entry.person_id) == (west.municipality_id, NOW, clerk.person_id)
    assert (entry.roles, entry.reason) == ("clerk,official", "")
    assert (entry.target_type, entry.target_id) == ("places.portal", west.pk)
    assert entry.details == {"number": 3}


@pytest.mark.django_db(transaction=True)
def test_no_record_without_a_transaction(west: Portal) -> None:
    with pytest.raises(RuntimeError):
        record(actor=system_of(west), action="test.done", target=None, at=NOW)


CHANGES = [
    "UPDATE audit_entry SET action = 'test.other'",
    "UPDATE audit_entry SET person_id = 4",
    "UPDATE audit_entry SET details = '{}'",
    "UPDATE audit_entry SET seal_id = NULL",
    "UPDATE audit_entry SET seal_id = seal_id",
    "DELETE FROM audit_entry",
    "UPDATE audit_seal SET hash = 'x'",
    "DELETE FROM audit_seal",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_every_change(west: Portal, statement: str) -> None:
    enter(west)
    seal(municipality_id=west.municipality_id, now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Entry.objects.filter(action="test.done").exclude(seal=None).count() == 1


@pytest.mark.parametrize("statement", CHANGES[:4] + CHANGES[5:6])
def test_also_before_it_was_sealed(west: Portal, statement: str) -> None:
    enter(west)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


def test_seals_chain_what_was_recorded_in_order(west: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 4)
    enter(west, 6)
    first = seal(municipality_id=west.municipality_id, now=NOW)
    second = seal(municipality_id=west.municipality_id, now=NOW)
    assert seal(municipality_id=west.municipality_id, now=NOW) is None
    assert first is not None
    assert second is not None
    assert [(s.number, s.entries) for s in (first, second)] == [(1, 4), (2, 2)]
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert broken(west) == []


def test_the_clock_seals_each_municipality_on_its_own(west: Portal) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    enter(west, 2)
    enter(elsewhere)
    record(actor=Actor.system("all"), action="test.all", target=None, at=NOW)
    walk(NOW)
    walk(NOW + timedelta(seconds=5))
    assert not Entry.objects.filter(seal=None).exists()
    numbers = Seal.objects.order_by("id").values_list("municipality_id", "number")
    assert sorted(numbers, key=str) == sorted(
        [(west.municipality_id, 1), (elsewhere.municipality_id, 1), (None, 1)], key=str
    )
    assert not [*broken_seals(None), *broken_seals(west.municipality_id)]


def without_protection(statement: str, *values: object) -> None:
    """What somebody with all rights in the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What waits to be checked at the end of the transaction would hold up the change of the table.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entry SET action = 'test.other' WHERE id = (SELECT MIN(id) FROM audit_entry)", [1]),
        ("UPDATE audit_entry SET person_id = 999 WHERE id = (SELECT MAX(id) FROM audit_entry)", [3]),
        ("DELETE FROM audit_entry WHERE id = (SELECT MIN(id) FROM audit_entry)", [1]),
        ("UPDATE audit_seal SET hash = previous_hash WHERE number = 2", [2, 3]),
        ("UPDATE audit_seal SET number = 9 WHERE number = 3", [9]),
        ("UPDATE audit_seal SET entries = 5 WHERE number = 2", [2]),
    ],
)
def test_tampering_shows(west: Portal, statement: str, found: list[int]) -> None:
    for _ in range(3):
        enter(west)
        seal(municipality_id=west.municipality_id, now=NOW)
    assert broken(west) == []
    without_protection(statement)
    assert broken(west) == found


@pytest.mark.django_db(transaction=True)
def test_eight_sealers_make_one_chain(west: Portal) -> None:
    enter(west, 12)
    jobs = [lambda: seal(municipality_id=west.municipality_id, now=NOW)] * 8
    at_once(jobs, municipality_id=west.municipality_id)
    while seal(municipality_id=west.municipality_id, now=NOW):
        pass
    assert not Entry.objects.filter(seal=None, municipality=west.municipality_id).exists()
    assert broken(west) == []


def test_the_record_holds_no_names_texts_or_choices(west: Portal) -> None:
    person = make_person(west, email="wilhelmina@example.org")
    voter = actor_of(person, west)
    set_profile(actor=voter, name="Wilhelmina van Zuylen", language="nl", now=NOW)
    one = make_plan(west, at=NOW, title="Geheimzinnig plan")
    make_plan(west, at=NOW, title="Ander plan")
    cast_vote(actor=voter, public_id=one.public_id, now=NOW)
    withdraw_vote(actor=voter, public_id=one.public_id, now=NOW)
    everything = " ".join(str(row) for row in Entry.objects.values())
    for text in ("ilhelmina", "Geheimzinnig", "example.org", one.public_id):
        assert text not in everything
    votes = Entry.objects.filter(action__in=["proposals.vote_cast", "proposals.vote_withdrawn"])
    assert {(e.target_type, e.target_id, str(e.details)) for e in votes} == {("places.portal", west.pk, "{}")}
    assert {e.person_id for e in votes} == {person.pk}
