"""Where each chain stood when a day ended, published for everyone to keep."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from backend.audit.heads_file import as_file, read_file
from backend.audit.models import DailyHead, Seal
from backend.audit.selectors.chains import Head, as_heads, published_heads, verify_chain
from backend.audit.services import publish_daily_head, record, seal
from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.walltime import moment, on_wall
from backend.places.models import Portal
from tests.builders.portals import make_portal, system_of
from tests.builders.threads import at_once

# Winter in Amsterdam: the day ends at 23:00 UTC.
NOON = datetime(2027, 1, 12, 11, tzinfo=UTC)
MIDNIGHT = datetime(2027, 1, 12, 23, tzinfo=UTC)
DAY = date(2027, 1, 12)
A_DAY = timedelta(days=1)


def sealed(portal: Portal, at: datetime, number: int = 1) -> None:
    for _ in range(number):
        with transaction.atomic():
            record(actor=system_of(portal), action="test.done", target=portal, at=at)
    seal(municipality_id=portal.municipality_id, now=at)


def heads_of(portal: Portal) -> list[tuple[date, int, int]]:
    rows = DailyHead.objects.filter(municipality=portal.municipality_id).order_by("day")
    return list(rows.values_list("day", "number", "entries"))


@pytest.mark.parametrize(
    ("last_seal", "number"),
    [(MIDNIGHT - timedelta(microseconds=1), 2), (MIDNIGHT, 1), (MIDNIGHT + timedelta(hours=1), 1)],
)
def test_a_head_is_where_the_chain_stood_at_midnight_in_amsterdam(
    west: Portal, last_seal: datetime, number: int
) -> None:
    sealed(west, NOON, 2)
    sealed(west, last_seal, 3)
    publish_daily_head(municipality_id=west.municipality_id, day=DAY, now=MIDNIGHT + A_DAY)
    assert heads_of(west) == [(DAY, number, {1: 2, 2: 5}[number])]
    assert DailyHead.objects.get().hash == Seal.objects.get(number=number).hash


def test_the_clock_publishes_every_day_once_also_an_empty_one(west: Portal) -> None:
    sealed(west, NOON)
    walk(MIDNIGHT - timedelta(seconds=1))
    assert heads_of(west) == []
    # Nobody walked for three days.
    later = MIDNIGHT + 3 * A_DAY
    walk(later)
    assert heads_of(west) == [(DAY + n * A_DAY, 1, 1) for n in range(4)]
    walk(later + timedelta(minutes=1))
    assert len(heads_of(west)) == 4
    hashes = set(DailyHead.objects.values_list("hash", flat=True))
    assert hashes == {Seal.objects.get().hash}


def test_each_chain_has_heads_of_its_own(west: Portal) -> None:
    other = make_portal("oosterpark", code="GM0014")
    sealed(west, NOON, 2)
    sealed(other, NOON + A_DAY)
    with transaction.atomic():
        record(actor=Actor.system("all"), action="test.all", target=None, at=NOON)
    walk(NOON)
    walk(MIDNIGHT + A_DAY)
    assert heads_of(west) == [(DAY, 1, 2), (DAY + A_DAY, 1, 2)]
    assert heads_of(other) == [(DAY + A_DAY, 1, 1)]
    assert DailyHead.objects.filter(municipality=None).count() == 2
    for key in (west.municipality_id, other.municipality_id, None):
        assert verify_chain(key, as_heads(published_heads(key))).fits


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_of_none", [True, False])
def test_eight_workers_publish_one_head(west: Portal, is_of_none: bool) -> None:
    sealed(west, NOON)
    key = None if is_of_none else west.municipality_id
    jobs = [lambda: publish_daily_head(municipality_id=key, day=DAY, now=MIDNIGHT)] * 8
    found = at_once(jobs, municipality_id=west.municipality_id)
    assert {head.pk for head in found if isinstance(head, DailyHead)} == {DailyHead.objects.get().pk}
    assert len([head for head in found if isinstance(head, DailyHead)]) == 8


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_dailyhead SET hash = 'x'", "DELETE FROM audit_dailyhead"]
)
def test_a_published_head_stays_as_it_is(west: Portal, statement: str) -> None:
    publish_daily_head(municipality_id=west.municipality_id, day=DAY, now=MIDNIGHT)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "audit_dailyhead"])
def test_the_record_cannot_be_emptied_at_once(west: Portal, table: str) -> None:
    sealed(west, NOON)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {table} CASCADE")
    assert Seal.objects.count() == 1


def test_everybody_can_read_and_keep_the_heads(west: Portal) -> None:
    sealed(west, NOON, 3)
    walk(MIDNIGHT + 40 * A_DAY)
    browser = Client(HTTP_HOST=west.hostname, HTTP_ACCEPT_LANGUAGE="en")
    page = browser.get("/logboek/")
    assert "41 days" in page.text
    assert Seal.objects.get().hash in page.text
    assert page.text.count('class="hash"') == 31
    code, own, of_installation = read_file(json.loads(browser.get("/logboek/koppen.json?jaar=2027").text))
    assert (code, len(own), of_installation) == ("GM0363", 41, [])
    assert own == as_heads(published_heads(west.municipality_id))


def test_the_file_is_of_400_days_or_of_the_year_that_is_asked_for(
    west: Portal,
) -> None:
    today = on_wall(timezone.now()).date()
    days = [today - timedelta(days=back) for back in (1, 400, 401, 800)]
    for day in days:
        for municipality_id in (west.municipality_id, None):
            DailyHead.objects.create(
                municipality_id=municipality_id, day=day, number=0, entries=0, made_at=timezone.now()
            )
    browser = Client(HTTP_HOST=west.hostname, HTTP_ACCEPT_LANGUAGE="en")
    for query, expected in [
        ("", days[:2]),
        *((f"?jaar={year}", [day for day in days if day.year == year]) for year in {d.year for d in days}),
        ("?jaar=2999", []),
    ]:
        told = browser.get(f"/logboek/koppen.json{query}").json()
        for chain in ("heads", "installation"):
            assert [head["day"] for head in told[chain]] == [day.isoformat() for day in expected], query
    page = browser.get("/logboek/").text
    assert all(f"?jaar={day.year}" in page for day in days)
    for odd in ("0", "1999", "20261", "abcd", "²²²²", "-202"):
        assert browser.get("/logboek/koppen.json", {"jaar": odd}).status_code == 404


def test_others_may_keep_the_file_for_an_hour_and_not_past_midnight(west: Portal) -> None:
    answer = Client(HTTP_HOST=west.hostname).get("/logboek/koppen.json")
    found = re.fullmatch(r"public, max-age=(\d+)", answer.headers["Cache-Control"])
    assert found
    now = timezone.now()
    midnight = moment(on_wall(now).date() + A_DAY, time(0))
    assert int(found[1]) <= min(3600, (midnight - now).total_seconds() + 60)


def test_another_municipality_publishes_its_own(west: Portal) -> None:
    sealed(west, NOON)
    publish_daily_head(municipality_id=west.municipality_id, day=DAY, now=MIDNIGHT)
    other = make_portal("oosterpark", code="GM0014")
    browser = Client(HTTP_HOST=other.hostname, HTTP_ACCEPT_LANGUAGE="en")
    assert "The first fingerprint comes after the first day." in browser.get("/logboek/").text
    assert browser.get("/logboek/koppen.json").json()["heads"] == []


def test_a_file_comes_back_as_it_went() -> None:
    heads = [Head(DAY, 3, "ab" * 32, 17), Head(DAY - A_DAY, 0, "", 0)]
    written = json.loads(json.dumps(as_file("GM0363", own=heads, of_installation=heads[:1])))
    assert read_file(written) == ("GM0363", heads, heads[:1])
