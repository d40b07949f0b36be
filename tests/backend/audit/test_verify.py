"""Recomputing the chains: fast, byte for byte what was sealed, and plain about what it shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from backend.audit import services
from backend.audit.heads_file import FORMAT
from backend.audit.models import Entry, Seal
from backend.audit.rules import canonical, chain_hash, line_of
from backend.audit.selectors.chains import Head, verify_chain
from backend.audit.services import publish_daily_head, record, seal
from backend.core.actor import Actor
from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal, system_of

NOW = datetime(2027, 1, 12, 9, 30, 0, 123456, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.none() | st.integers(-(2**63), 2**63 - 1)
details = st.dictionaries(texts, st.integers() | texts, max_size=4)
moments = st.datetimes(timezones=st.just(UTC))


@given(numbers, moments, numbers, texts, texts, texts, texts, numbers, details, st.booleans())
def test_the_fast_line_is_the_canonical_one(
    pk: int | None,
    at: datetime,
    person_id: int | None,
    roles: str,
    reason: str,
    action: str,
    target_type: str,
    target_id: int | None,
    said: dict[str, Any],
    is_ascii: bool,
) -> None:
    pk = pk or 1
    entry = Entry(
        pk=pk,
        at=at,
        person_id=person_id,
        roles=roles,
        reason=reason,
        action=action,
        target_type=target_type,
        target_id=target_id,
        details=said,
    )
    spelled = json.dumps(said, ensure_ascii=is_ascii)
    fast = line_of(pk, at.isoformat(), person_id, roles, reason, action, target_type, target_id, spelled)
    assert fast == canonical(entry)


def test_a_seal_made_long_ago_still_fits() -> None:
    """Written down when the chain began. A change of this hash breaks every seal there is."""
    entry = Entry(
        pk=7,
        at=NOW,
        person_id=3,
        roles="clerk,official",
        reason="",
        action="proposals.rules_set",
        target_type="proposals.rules",
        target_id=12,
        details={"version": 2, "by": "één “woord”"},
    )
    assert chain_hash("", [entry]) == LONG_AGO


LONG_AGO = "22a7469d73ed014e1868665e8d8bdfbe14d369bfd384e0de98d2e6dc8cb990bd"


def enter(portal: Portal, number: int = 1, *, at: datetime = NOW, **said: int | str) -> None:
    for index in range(number):
        with transaction.atomic():
            record(actor=system_of(portal), action="test.done", target=portal, at=at, number=index, **said)


def sealed(portal: Portal, *, times: int = 1, at: datetime = NOW) -> None:
    for _ in range(times):
        enter(portal, 2, at=at)
        seal(municipality_id=portal.municipality_id, now=at)


@pytest.mark.parametrize("at", [NOW, NOW.replace(microsecond=0), NOW.replace(microsecond=120000)])
def test_what_the_database_gives_back_is_what_was_sealed(west: Portal, at: datetime) -> None:
    """Also moments without fractions, from another time zone, and details that a database spells its way."""
    enter(west, 2, at=at, text='é“\\" \n', b=1, a=2, aa=3)
    enter(west, at=at.astimezone(timezone(timedelta(hours=5))))
    seal(municipality_id=west.municipality_id, now=NOW)
    found = verify_chain(west.municipality_id)
    assert (found.broken, found.seals, found.entries) == ([], 1, Entry.objects.exclude(seal=None).count())
    assert found.entries >= 3
    assert found.head == Seal.objects.get().hash == chain_hash("", Entry.objects.order_by("id"))


def test_every_chain_is_recomputed_on_its_own(west: Portal) -> None:
    other = make_portal("oosterpark", code="GM0014")
    sealed(west, times=3)
    sealed(other)
    with transaction.atomic():
        record(actor=Actor.system("all"), action="test.all", target=None, at=NOW)
    seal(municipality_id=None, now=NOW)
    found = [verify_chain(key) for key in (west.municipality_id, other.municipality_id, None)]
    assert [(chain.number, chain.fits) for chain in found] == [(3, True), (1, True), (1, True)]


def without_triggers(statement: str) -> None:
    """What the owner of the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("audit_entry", "audit_seal", "audit_dailyhead"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement)


FIRST = " WHERE id = (SELECT MIN(id) FROM audit_entry)"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entry SET details = '{\"number\": 5}'", [1]),
        ("UPDATE audit_entry SET at = '2027-01-12 09:30:00.123457'", [1]),
        ("UPDATE audit_entry SET at = '12026-01-12 09:30:00'", [1]),
        ("UPDATE audit_entry SET municipality_id = NULL", [1]),
        ("UPDATE audit_entry SET seal_id = (SELECT MAX(id) FROM audit_seal)", [1, 3]),
        ("UPDATE audit_entry SET roles = 'auditor'", [1]),
        ("UPDATE audit_seal SET number = 7 WHERE number = 2", [7, 3]),
    ],
)
def test_every_change_breaks_the_seal_it_touches(west: Portal, statement: str, found: list[int]) -> None:
    sealed(west, times=3)
    without_triggers(statement if "WHERE" in statement else statement + FIRST)
    assert sorted(link.number for link in verify_chain(west.municipality_id).broken) == sorted(found)


def test_erasing_a_person_breaks_nothing(west: Portal) -> None:
    person = make_person(west)
    with transaction.atomic():
        record(actor=actor_of(person, west), action="test.done", target=person, at=NOW)
    seal(municipality_id=west.municipality_id, now=NOW)
    before = verify_chain(west.municipality_id)
    Person.objects.filter(pk=person.pk).delete()
    after = verify_chain(west.municipality_id)
    assert before == after
    assert after.fits
    assert Entry.objects.filter(target_type="identity.person", person_id__isnull=False).exists()


@pytest.mark.parametrize("seals", [1, 3])
def test_verifying_asks_the_same_for_one_seal_and_three(
    west: Portal, seals: int, django_assert_num_queries: Any
) -> None:
    sealed(west, times=seals)
    with django_assert_num_queries(5):
        assert verify_chain(west.municipality_id).seals == seals


def test_a_cut_off_end_shows_only_beside_a_published_head(west: Portal) -> None:
    sealed(west, times=3)
    head = publish_daily_head(municipality_id=west.municipality_id, day=NOW.date(), now=NOW)
    heads = [Head(head.day, head.number, head.hash, head.entries)]
    assert verify_chain(west.municipality_id, heads).fits
    without_triggers("DELETE FROM audit_entry WHERE seal_id = (SELECT MAX(id) FROM audit_seal)")
    without_triggers("DELETE FROM audit_seal WHERE number = 3")
    found = verify_chain(west.municipality_id, heads)
    assert (found.broken, found.broken_heads) == ([], heads)


def run(capsys: pytest.CaptureFixture[str], **options: Any) -> tuple[int, str]:
    status = 0
    try:
        call_command("verify_audit", **options)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, capsys.readouterr().out


def test_the_command_says_what_it_checked_and_what_not(
    west: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed(west, times=2)
    enter(west)
    status, report = run(capsys)
    assert status == 0
    assert "GM0363: 4 entries in 2 seals" in report
    assert "1 entries have no seal yet" in report
    assert "installation: 0 entries" in report
    assert "--heads FILE" in report


def test_the_command_names_broken_seals_and_ends_with_status_1(
    west: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed(west, times=3)
    without_triggers("UPDATE audit_entry SET action = 'x' WHERE seal_id = (SELECT MAX(id) FROM audit_seal)")
    status, report = run(capsys, municipality="GM0363")
    assert (status, "BROKEN: 1 seals do not fit their entries or the seal before: 3" in report) == (1, True)
    status, report = run(capsys, municipality="GM0363", as_json=True)
    assert status == 1
    (chain,) = json.loads(report)["chains"]
    assert (chain["chain"], chain["ok"], chain["broken_seals"]) == ("GM0363", False, [3])


def test_the_command_compares_with_heads_that_somebody_kept(
    west: Portal, capsys: pytest.CaptureFixture[str], tmp_path: Path, client: Any
) -> None:
    sealed(west, times=2)
    publish_daily_head(municipality_id=west.municipality_id, day=NOW.date(), now=NOW)
    kept = tmp_path / "koppen.json"
    kept.write_text(client.get("/logboek/koppen.json", HTTP_HOST=west.hostname).text)
    status, report = run(capsys, heads=str(kept))
    assert (status, "all 1 published heads" in report) == (0, True)
    kept.write_text(kept.read_text().replace(Seal.objects.get(number=2).hash, "0" * 64))
    status, report = run(capsys, heads=str(kept))
    assert (status, "not what was published for 2027-01-12" in report) == (1, True)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "other"}', "\udcff"])
def test_a_file_that_is_something_else_is_refused(west: Portal, tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CommandError, match="is no file of daily heads"):
        call_command("verify_audit", heads=str(file))


def test_an_unknown_municipality_is_refused(west: Portal) -> None:
    with pytest.raises(CommandError, match="GM9999"):
        call_command("verify_audit", municipality="GM9999")


def test_heads_of_elsewhere_are_refused(west: Portal, tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    file.write_text(
        json.dumps(
            {
                "format": FORMAT,
                "municipality": "GM0344",
                "heads": [],
                "installation": [],
            }
        )
    )
    with pytest.raises(CommandError, match="GM0344"):
        call_command("verify_audit", heads=str(file))


def test_nothing_is_written_by_verifying(west: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    sealed(west)
    before = (Entry.objects.count(), Seal.objects.count())
    run(capsys)
    assert (Entry.objects.count(), Seal.objects.count()) == before


def test_sealing_in_batches_gives_the_same_chain_as_before(
    west: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH", 3)
    enter(west, 7)
    while seal(municipality_id=west.municipality_id, now=NOW):
        pass
    found = verify_chain(west.municipality_id)
    assert (found.seals, found.entries, found.fits) == (3, 7, True)
