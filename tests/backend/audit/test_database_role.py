"""The account the site runs as: it does everything, and cannot change the record. PostgreSQL only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from backend.audit.checks import try_record_is_guarded
from backend.audit.database import ways_to_change_record
from backend.audit.models import DailyHead, Entry, Seal
from backend.audit.selectors.chains import verify_chain
from backend.audit.services import ask_for_verification, record, seal
from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.services.erasing import forget_unused
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.services.votes import cast_vote, withdraw_vote
from tests.builders.people import make_actor, make_person
from tests.builders.plans import again, close, make_plan, make_votes, round_at
from tests.builders.portals import make_portal, system_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no accounts")


@pytest.fixture
def account(db: None) -> str:
    """An account as the command leaves it. It goes when the test's transaction is rolled back."""
    name = f"site of {connection.settings_dict['NAME']}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE ROLE "{name}" LOGIN')
    call_command("database_role", name)
    return name


@contextmanager
def acting_as(account: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        # What waits for the end of the transaction is looked at now, by who may.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'SET ROLE "{account}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


REFUSED = [
    "UPDATE audit_entry SET action = 'test.other'",
    "UPDATE audit_entry SET at = now()",
    "UPDATE audit_entry SET person_id = 3, seal_id = 1",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "TRUNCATE audit_seal CASCADE",
    "TRUNCATE audit_dailyhead",
    "UPDATE audit_seal SET hash = 'x'",
    "DELETE FROM audit_seal",
    "UPDATE audit_dailyhead SET hash = 'x'",
    "DELETE FROM audit_dailyhead",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entry DISABLE TRIGGER USER",
    "DROP TRIGGER audit_entry_kept ON audit_entry",
    "DROP TRIGGER audit_seal_fixed ON audit_seal",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "DROP TABLE audit_dailyhead",
    "DROP FUNCTION audit_refuse() CASCADE",
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "ALTER TABLE audit_entry ADD COLUMN note text",
    "CREATE TABLE mine (id int)",
    "CREATE RULE mine AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "DROP SCHEMA public CASCADE",
    "DELETE FROM django_migrations",
]


@on_postgresql
@pytest.mark.parametrize("statement", REFUSED)
def test_it_cannot_change_the_record(west: Portal, account: str, statement: str) -> None:
    record(actor=system_of(west), action="test.done", target=west, at=NOW)
    seal(municipality_id=west.municipality_id, now=NOW)
    record(actor=system_of(west), action="test.waits", target=west, at=NOW)
    before = list(Entry.objects.order_by("pk").values())
    with acting_as(account):
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            connection.cursor().execute(statement)
        said = str(refused.value)
        assert any(words in said for words in ("permission denied", "must be owner", "no privileges")), said
    assert list(Entry.objects.order_by("pk").values()) == before


@on_postgresql
@pytest.mark.parametrize("right", ["UPDATE", "UPDATE (action)", "DELETE", "ALL"])
def test_it_cannot_give_itself_more(account: str, right: str) -> None:
    with acting_as(account), suppress(DatabaseError), transaction.atomic():
        connection.cursor().execute(f'GRANT {right} ON audit_entry TO "{account}"')
    assert ways_to_change_record(account) == []


@on_postgresql
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET seal_id = NULL", "UPDATE audit_entry SET seal_id = 1"]
)
def test_a_seal_is_given_once(west: Portal, account: str, statement: str) -> None:
    record(actor=system_of(west), action="test.done", target=west, at=NOW)
    seal(municipality_id=west.municipality_id, now=NOW)
    with acting_as(account), pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


@on_postgresql
def test_the_whole_vote_and_the_seal_work_with_it(west: Portal, account: str) -> None:
    with acting_as(account):
        plan = make_plan(west, at=NOW, votes=3)
        voter = make_actor(west, at=NOW)
        cast_vote(actor=voter, public_id=plan.public_id, now=NOW)
        withdraw_vote(actor=voter, public_id=plan.public_id, now=NOW)
        make_votes(make_plan(west, at=NOW), 1, at=NOW)
        round_now = round_at(west, NOW)
        close(round_now)
        auditor = make_actor(west, Role.AUDITOR, at=NOW)
        with in_municipality(west.municipality_id):
            ask_for_verification(actor=auditor, now=NOW)
        later = round_now.closes_at + timedelta(days=2)
        report = walk(later)
        walk(later + timedelta(minutes=1))
        forget_unused(person_id=make_person(west, verified=False).pk, now=later)
        found = verify_chain(west.municipality_id)
    assert report.failed == {}
    assert again(plan).vote_count == 3
    assert found.fits
    assert found.entries > 10
    assert Seal.objects.exists()
    assert DailyHead.objects.exists()


@on_postgresql
def test_a_table_that_is_made_later_can_be_used(account: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id int GENERATED BY DEFAULT AS IDENTITY, word text)")
        with acting_as(account):
            cursor.execute("INSERT INTO later (word) VALUES ('a')")
            cursor.execute("UPDATE later SET word = 'b'")
            cursor.execute("DELETE FROM later RETURNING word")
            assert cursor.fetchall() == [("b",)]


@on_postgresql
def test_check_production_names_an_account_that_could(west: Portal, account: str) -> None:
    with pytest.raises(RuntimeError, match="could change the audit record: it is a superuser"):
        try_record_is_guarded()
    with acting_as(account):
        try_record_is_guarded()


@on_postgresql
@pytest.mark.parametrize(
    ("statement", "way"),
    [
        ("GRANT DELETE ON audit_entry TO {account}", "it may DELETE audit_entry"),
        ("GRANT TRUNCATE ON audit_seal TO {account}", "it may TRUNCATE audit_seal"),
        ("GRANT TRIGGER ON audit_seal TO {account}", "it may TRIGGER audit_seal"),
        ("GRANT UPDATE ON audit_seal TO {account}", "it may UPDATE audit_seal (hash)"),
        ("GRANT UPDATE (action) ON audit_entry TO {account}", "it may UPDATE audit_entry (action)"),
        ("GRANT DELETE ON audit_dailyhead TO PUBLIC", "it may DELETE audit_dailyhead"),
        ("ALTER TABLE audit_entry OWNER TO {account}", "it owns audit_entry"),
        ("ALTER ROLE {account} CREATEROLE", "it can make roles, and so take those of others"),
        ("ALTER ROLE {account} SUPERUSER", "it is a superuser"),
    ],
)
def test_every_way_to_change_it_is_found(account: str, statement: str, way: str) -> None:
    assert ways_to_change_record(account) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format(account=f'"{account}"'))
    assert way in ways_to_change_record(account)


@on_postgresql
def test_running_it_again_takes_away_what_was_too_much(account: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT ALL ON audit_entry, audit_seal TO "{account}"')
    assert ways_to_change_record(account)
    call_command("database_role", account)
    assert ways_to_change_record(account) == []


@on_postgresql
@pytest.mark.parametrize("power", ["SUPERUSER", "CREATEROLE"])
def test_an_account_with_too_much_power_is_refused(account: str, power: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER ROLE "{account}" {power}')
    with pytest.raises(CommandError, match="could still change the record"):
        call_command("database_role", account)


@on_postgresql
def test_an_account_that_does_not_exist_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="createuser --pwprompt nobody here"):
        call_command("database_role", "nobody here")


@on_postgresql
def test_a_dry_run_shows_the_statements_and_gives_nothing(
    account: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'REVOKE ALL ON audit_entry FROM "{account}"')
    call_command("database_role", account, dry_run=True)
    assert f'UPDATE (seal_id) ON "public"."audit_entry" TO "{account}"' in capsys.readouterr().out
    with acting_as(account), pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.exists()


@pytest.mark.skipif(connection.vendor == "postgresql", reason="says what SQLite cannot")
def test_sqlite_has_no_accounts(db: None) -> None:
    make_portal("west")
    try_record_is_guarded()
    with pytest.raises(CommandError, match="Only PostgreSQL"):
        call_command("database_role", "site")
