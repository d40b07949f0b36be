"""The record for auditors: paging, filters, saving and having it checked. Nobody else gets any of it."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client

from backend.audit.models import Entry, Seal, Verification
from backend.audit.selectors import entries
from backend.audit.services import ask_for_verification, record, seal, verify_as_asked
from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.errors import NotAllowed
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.threads import at_once
from tests.builders.web import client_for

NOON = datetime(2027, 1, 12, 11, tzinfo=UTC)
PAGES = [
    "/werk/logboek/",
    "/werk/logboek/controle/",
    "/werk/logboek/opslaan.csv",
    "/werk/logboek/opslaan.jsonl",
]


@pytest.fixture
def auditor(west: Portal) -> Person:
    return make_person(west, roles=[Role.AUDITOR], name="Olga Geheim")


@pytest.fixture
def reader(west: Portal, auditor: Person) -> Client:
    return client_for(auditor, west)


def enter(portal: Portal, number: int = 1, *, at: datetime = NOON, action: str = "test.done") -> list[int]:
    for _ in range(number):
        with transaction.atomic():
            record(actor=system_of(portal), action=action, target=portal, at=at)
    return sorted(Entry.objects.filter(action=action).values_list("pk", flat=True))


def text_of(response: HttpResponseBase) -> str:
    content: Iterator[bytes] = getattr(response, "streaming_content", iter(()))
    return b"".join(content).decode()


def lines_of(response: HttpResponseBase) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text_of(response).splitlines()]


@pytest.mark.parametrize("role", [None, *(role for role in Role if role != Role.AUDITOR)])
def test_only_auditors_read_it(west: Portal, role: Role | None) -> None:
    reader = client_for(make_person(west, roles=[role] if role else []), west)
    assert {reader.get(path).status_code for path in PAGES} == {403}
    assert reader.post("/werk/logboek/controle/").status_code == 403


def test_a_visitor_is_asked_to_sign_in(west: Portal) -> None:
    for path in PAGES:
        assert client_for(None, west).get(path).headers["Location"].startswith("/aanmelden/?next=")


def test_signing_in_comes_back_to_what_was_looked_for(west: Portal) -> None:
    for path in PAGES:
        to = client_for(None, west).get(f"{path}?wat=test.done&wie=3").headers["Location"]
        assert parse_qs(urlsplit(to).query)["next"] == [f"{path}?wat=test.done&wie=3"]


def test_what_was_saved_is_kept_by_no_browser_or_proxy(west: Portal, reader: Client) -> None:
    for path in PAGES[2:]:
        assert reader.get(path).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("number", "told"), [(4, "4 entries"), (5, "5 entries"), (6, "More than 5 entries")])
def test_counting_stops_where_nobody_needs_to_know(
    west: Portal, reader: Client, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    monkeypatch.setattr(entries, "MOST_COUNTED", 5)
    enter(west, number)
    assert f">{told}<" in reader.get("/werk/logboek/?soort=places.portal").text


def test_it_shows_numbers_and_words_and_no_names(west: Portal, auditor: Person, reader: Client) -> None:
    person = make_person(west, name="Wilhelmina Geheim", email="wilhelmina@example.org", roles=[Role.CLERK])
    with transaction.atomic():
        record(actor=actor_of(person, west), action="proposals.rules_set", target=west, at=NOON, version=3)
        record(actor=actor_of(person, west), action="unknown.code", target=None, at=NOON)
    page = reader.get("/werk/logboek/")
    for text in ("Changed the rules of play", f"person {person.pk}, Clerk", "unknown.code", "version: 3"):
        assert text in page.text
    assert f"Portal {west.pk}" in page.text
    inside = page.text.split("<main", 1)[1]
    for secret in ("Geheim", "wilhelmina"):
        assert secret not in inside


def test_another_municipality_is_not_in_it(west: Portal, reader: Client) -> None:
    other = make_portal("oosterpark", code="GM0014")
    enter(other, action="elsewhere.done")
    enter(west, action="here.done")
    for path in PAGES:
        answer = reader.get(path)
        text = text_of(answer) if answer.streaming else answer.text
        assert "elsewhere.done" not in text
    assert "here.done" in reader.get("/werk/logboek/").text
    assert client_for(make_person(west, roles=[Role.AUDITOR]), other).get("/werk/logboek/").status_code == 403


def paged(page: str) -> list[int]:
    return [int(part.split("<dd>", 1)[1].split(",", 1)[0]) for part in page.split("<dt>Entry</dt>")[1:]]


def link(page: str, rel: str) -> str:
    before = page.split(f'rel="{rel}"', 1)[1]
    return before.split('href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")


def test_paging_shows_everything_once_while_others_write(west: Portal, reader: Client) -> None:
    """Also when entries come in between, which each look does itself."""
    ids = enter(west, 120)
    address, seen, looks = "/werk/logboek/?soort=places.portal", [], 0
    while True:
        page = reader.get(address).text
        seen += paged(page)
        looks += 1
        enter(west, 3, action="test.meanwhile")
        if 'rel="next"' not in page:
            break
        address = "/werk/logboek/" + link(page, "next")
    wanted = [pk for pk in seen if pk in set(ids)]
    assert wanted == ids[::-1]
    assert looks == 3
    back = reader.get("/werk/logboek/" + link(page, "prev")).text
    assert paged(back) == seen[50:100]


def test_filters_stand_in_the_address_and_are_counted(west: Portal, auditor: Person, reader: Client) -> None:
    clerk = make_person(west, roles=[Role.CLERK, Role.OFFICIAL])
    with transaction.atomic():
        for at, action, target in [
            (NOON, "proposals.rules_set", west),
            (NOON + timedelta(days=1), "proposals.rules_set", None),
            (NOON + timedelta(days=2), "proposals.meeting_planned", west),
        ]:
            record(actor=actor_of(clerk, west), action=action, target=target, at=at)
    for query, count in [
        (f"wie={clerk.pk}", 3),
        (f"wie={clerk.pk}&wat=proposals.rules_set", 2),
        (f"wie={clerk.pk}&van=2027-01-13", 2),
        (f"wie={clerk.pk}&tot=2027-01-13", 2),
        (f"wie={clerk.pk}&van=2027-01-13&tot=2027-01-13", 1),
        (f"wie={clerk.pk}&rol=official", 3),
        (f"wie={clerk.pk}&rol=clerk", 3),
        (f"wie={clerk.pk}&rol=councillor", 0),
        (f"wie={clerk.pk}&soort=places.portal&nummer={west.pk}", 2),
        (f"wie={clerk.pk}&soort=places.portal&nummer={west.pk + 1}", 0),
    ]:
        page = reader.get(f"/werk/logboek/?{query}").text
        words = "1 entry" if count == 1 else f"{count} entries"
        assert f'id="found">{words}<' in page, query
        assert len(lines_of(reader.get(f"/werk/logboek/opslaan.jsonl?{query}"))) == count


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        (datetime(2027, 1, 12, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 12, 23, tzinfo=UTC), True),
        (datetime(2027, 1, 13, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 1, 13, 23, tzinfo=UTC), False),
    ],
)
def test_a_day_is_a_day_in_amsterdam(west: Portal, reader: Client, at: datetime, is_in: bool) -> None:
    enter(west, at=at)
    page = reader.get("/werk/logboek/?van=2027-01-13&tot=2027-01-13").text
    assert ("test.done" in page) is is_in


@pytest.mark.parametrize(
    "query",
    [
        "van=31-12-2027",
        "van=9999-99-99",
        "tot=0001-01-01",
        "wie=-1",
        "wie=99999999999999999999999",
        "wat=%00",
        "rol=.*",
        "soort=x",
        "nummer=abc",
        "voor=zzz",
        "voor=99999999999999999999",
        "na=-5",
        "na=%C2%B2",
        "voor=&na=",
    ],
)
def test_nothing_in_an_address_breaks_it(west: Portal, reader: Client, query: str) -> None:
    enter(west)
    for path in (PAGES[0], PAGES[2], PAGES[3]):
        answer = reader.get(f"{path}?{query}")
        assert answer.status_code == 200
        assert text_of(answer) if answer.streaming else answer.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_entry_and_three(
    west: Portal, reader: Client, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    enter(west, rows)
    seal(municipality_id=west.municipality_id, now=NOON)
    # Session, person, roles, entries, their count, the portal, and the record of the look in its transaction.
    with django_assert_num_queries(9):
        page = reader.get("/werk/logboek/?soort=places.portal")
    assert page.text.count("test.done") == rows


def test_looking_saving_and_asking_are_on_record(west: Portal, auditor: Person, reader: Client) -> None:
    reader.get("/werk/logboek/?rol=clerk&van=2027-01-12")
    text_of(reader.get("/werk/logboek/opslaan.csv?wie=7"))
    reader.post("/werk/logboek/controle/")
    rows = Entry.objects.filter(person_id=auditor.pk).order_by("pk").values_list("action", "roles", "details")
    assert list(rows) == [
        ("audit.read", "auditor", {"by_role": "clerk", "by_from_day": "2027-01-12"}),
        ("audit.exported", "auditor", {"by_person_id": 7}),
        ("audit.verification_asked", "auditor", {}),
    ]


def test_a_file_holds_what_stands_on_record(west: Portal, reader: Client) -> None:
    with transaction.atomic():
        record(actor=system_of(west), action="test.done", target=west, at=NOON, word='x "y"\n;=1', number=3)
    seal(municipality_id=west.municipality_id, now=NOON)
    entry = Entry.objects.get(action="test.done")
    answer = reader.get("/werk/logboek/opslaan.csv")
    assert "logboek.csv" in answer.headers["Content-Disposition"]
    (row,) = [row for row in csv.DictReader(io.StringIO(text_of(answer))) if row["action"] == "test.done"]
    assert (row["id"], row["seal__number"], row["person_id"]) == (str(entry.pk), "1", "")
    assert json.loads(row["details"]) == entry.details
    (line,) = [row for row in lines_of(reader.get("/werk/logboek/opslaan.jsonl")) if row["id"] == entry.pk]
    assert (line["at"], line["details"], line["reason"]) == (NOON.isoformat(), entry.details, "the clock")


def test_another_kind_of_file_does_not_exist(west: Portal, reader: Client) -> None:
    assert reader.get("/werk/logboek/opslaan.xlsx").status_code == 404


def test_a_long_record_is_saved_in_little_memory(west: Portal, reader: Client) -> None:
    for _ in range(15):
        Entry.objects.bulk_create(
            Entry(municipality_id=west.municipality_id, at=NOON, action="test.many", target_type="")
            for _ in range(2_000)
        )
    answer = reader.get("/werk/logboek/opslaan.jsonl?soort=")
    tracemalloc.start()
    lines = sum(piece.count(b"\n") for piece in answer.streaming_content)  # type: ignore[attr-defined]
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines > 30_000
    assert peak < 8_000_000


def test_a_check_says_how_the_chain_stands(west: Portal, auditor: Person, reader: Client) -> None:
    enter(west, 3)
    page = reader.get("/werk/logboek/controle/").text
    assert "Nobody had the record checked yet." in page
    assert reader.post("/werk/logboek/controle/").status_code == 302
    reader.post("/werk/logboek/controle/")
    assert Verification.objects.count() == 1
    assert "A check is under way." in reader.get("/werk/logboek/controle/").text
    walk(NOON + timedelta(hours=1))
    page = reader.get("/werk/logboek/controle/").text
    assert "Every seal fits." in page
    assert f"person {auditor.pk}" in page
    check = Verification.objects.get()
    assert (check.finished_at, check.broken) == (NOON + timedelta(hours=1), [])
    assert check.entries == Entry.objects.filter(municipality=west.municipality_id).exclude(seal=None).count()


def test_a_broken_seal_is_named_on_the_page(west: Portal, reader: Client) -> None:
    for _ in range(3):
        enter(west)
        seal(municipality_id=west.municipality_id, now=NOON)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_entry_unchanged")
        last = Seal.objects.get(number=2).pk
        cursor.execute("UPDATE audit_entry SET action = 'test.other' WHERE seal_id = %s", [last])
    reader.post("/werk/logboek/controle/")
    walk(NOON + timedelta(hours=1))
    page = reader.get("/werk/logboek/controle/").text
    assert "The record does not fit." in page
    assert Verification.objects.get().broken == [2]
    assert "<dt>Seals that do not fit</dt><dd>2</dd>" in "".join(page.split("\n"))


@pytest.mark.parametrize("who", ["visitor", "resident", "clerk", "system", "auditor"])
def test_who_may_have_it_checked(west: Portal, who: str) -> None:
    actors: dict[str, Callable[[], Actor]] = {
        "visitor": lambda: visitor_of(west),
        "resident": lambda: make_actor(west),
        "clerk": lambda: make_actor(west, Role.CLERK),
        "system": lambda: system_of(west),
        "auditor": lambda: make_actor(west, Role.AUDITOR),
    }
    actor = actors[who]()
    if who == "auditor":
        assert ask_for_verification(actor=actor, now=NOON).asked_by_id == actor.person_id
    else:
        with pytest.raises(NotAllowed):
            ask_for_verification(actor=actor, now=NOON)


@pytest.mark.django_db(transaction=True)
def test_eight_auditors_at_once_get_one_check(west: Portal) -> None:
    auditors = [make_actor(west, Role.AUDITOR) for _ in range(8)]
    jobs = [lambda actor=actor: ask_for_verification(actor=actor, now=NOON) for actor in auditors]
    found = at_once(jobs, municipality_id=west.municipality_id)
    assert {check.pk for check in found if isinstance(check, Verification)} == {Verification.objects.get().pk}
    assert len([check for check in found if isinstance(check, Verification)]) == 8
    verify_as_asked(verification_id=Verification.objects.get().pk, now=NOON)
    verify_as_asked(verification_id=Verification.objects.get().pk, now=NOON + timedelta(days=1))
    assert Verification.objects.get().finished_at == NOON
