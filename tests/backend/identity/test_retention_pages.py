"""The page of the privacy officer, the page with one's own data, and what they cost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.audit.models import Entry
from backend.core import retention
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.core.retention import FIXED, LIMITS, Clock
from backend.identity.models import CleanUpReport, CleanUpResult, Person, RetentionClock
from backend.identity.services.clocks import set_clock
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.services.votes import cast_vote
from tests.builders.clocks import make_clocks
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import make_draft, make_plan
from tests.builders.portals import make_portal, visitor_of
from tests.builders.web import client_for

Counting = Callable[..., AbstractContextManager[CaptureQueriesContext]]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _clocks(db: None) -> None:
    make_clocks()


@pytest.mark.parametrize("role", list(Role))
def test_only_the_privacy_officer_sets_clocks(west: Portal, role: Role) -> None:
    actor = make_actor(west, role)
    if role == Role.PRIVACY_OFFICER:
        set_clock(actor=actor, purpose=Clock.MESSAGES, days=200, now=NOW)
        assert RetentionClock.objects.get(purpose="messages").days == 200
        return
    with pytest.raises(NotAllowed):
        set_clock(actor=actor, purpose=Clock.MESSAGES, days=200, now=NOW)


def test_nobody_without_a_role_sets_clocks(west: Portal) -> None:
    at_another_portal = make_person(make_portal("noord"), roles=[Role.PRIVACY_OFFICER])
    for actor in (make_actor(west), visitor_of(west), actor_of(at_another_portal, west)):
        with pytest.raises(NotAllowed):
            set_clock(actor=actor, purpose=Clock.MESSAGES, days=200, now=NOW)


def test_municipalities_that_share_an_installation_only_read_the_clocks(west: Portal) -> None:
    officer = make_person(west, roles=[Role.PRIVACY_OFFICER])
    browser = client_for(officer, west)
    make_portal("noord")
    page = browser.get("/werk/bewaren/").text
    assert "/werk/bewaren/messages/" in page
    assert "share this installation" not in page
    elsewhere = make_portal("oosterpark", code="GM0014")
    officer_elsewhere = make_person(elsewhere, roles=[Role.PRIVACY_OFFICER])
    for person, portal in ((officer, west), (officer_elsewhere, elsewhere)):
        with pytest.raises(NotAllowed):
            set_clock(actor=actor_of(person, portal), purpose=Clock.MESSAGES, days=200, now=NOW)
    page = browser.get("/werk/bewaren/").text
    assert "share this installation" in page
    assert "365 days" in page
    assert "/werk/bewaren/messages/" not in page
    assert "/werk/bewaren/" in browser.get("/werk/").text
    assert browser.get("/werk/bewaren/messages/").status_code == 403
    assert browser.post("/werk/bewaren/messages/", {"days": "100"}).status_code == 403
    assert RetentionClock.objects.get(purpose="messages").days == 365


def test_the_operator_sets_a_clock_that_municipalities_share(
    west: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    make_portal("oosterpark", code="GM0014")
    for dry_run, days in ((True, 365), (False, 200)):
        call_command("set_clock", "messages", "200", reason="afspraak", dry_run=dry_run, json=True)
        told = json.loads(capsys.readouterr().out)
        assert told == {"purpose": "messages", "before": 365, "after": 200, "dry_run": dry_run}
        assert RetentionClock.objects.get(purpose="messages").days == days
    entry = Entry.objects.get(action="identity.clock_set")
    assert (entry.municipality_id, entry.person_id, entry.reason) == (None, None, "afspraak")
    assert entry.details == {"purpose": "messages", "before": 365, "after": 200}


@pytest.mark.parametrize(
    ("purpose", "days", "reason"),
    [
        ("audit_record", "9", "afspraak"),
        ("niets", "9", "afspraak"),
        ("messages", "29", "afspraak"),
        ("messages", "-1", "afspraak"),
        ("messages", "200", " "),
        ("messages", "200", "a" * 201),
    ],
)
def test_the_command_refuses_what_the_page_refuses(
    west: Portal, purpose: str, days: str, reason: str
) -> None:
    with pytest.raises(CommandError):
        call_command("set_clock", f"--reason={reason}", "--", purpose, days)
    assert not Entry.objects.filter(action="identity.clock_set").exists()


@pytest.mark.parametrize("clock", list(Clock))
def test_a_clock_keeps_within_its_limits(west: Portal, clock: Clock) -> None:
    actor = make_actor(west, Role.PRIVACY_OFFICER)
    before = RetentionClock.objects.get(purpose=clock).days
    if clock in FIXED:
        with pytest.raises(NotFound):
            set_clock(actor=actor, purpose=clock, days=before + 1, now=NOW)
        return
    fewest, most = LIMITS[clock]
    assert fewest <= before <= most
    for days in (fewest - 1, most + 1):
        with pytest.raises(InvalidInput):
            set_clock(actor=actor, purpose=clock, days=days, now=NOW)
    for days in (fewest, most):
        set_clock(actor=actor, purpose=clock, days=days, now=NOW)
        assert RetentionClock.objects.get(purpose=clock).days == days


def test_a_change_is_on_record_with_both_numbers(west: Portal) -> None:
    actor = make_actor(west, Role.PRIVACY_OFFICER)
    set_clock(actor=actor, purpose=Clock.MESSAGES, days=200, now=NOW)
    set_clock(actor=actor, purpose=Clock.MESSAGES, days=200, now=NOW)
    entry = Entry.objects.get(action="identity.clock_set")
    assert entry.person_id == actor.person_id
    assert entry.details == {"purpose": "messages", "before": 365, "after": 200}


def test_every_clock_is_fixed_or_has_limits() -> None:
    assert set(FIXED) | set(LIMITS) == set(Clock)
    assert not set(FIXED) & set(LIMITS)


def test_every_clean_up_goes_by_a_clock_that_can_be_set() -> None:
    assert {clean_up.clock for clean_up in retention.registered()} <= set(LIMITS)


def test_the_table_in_the_documentation_is_that_of_the_clocks() -> None:
    text = (settings.ROOT / "docs/privacy/retention.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+|vast) ", text, re.MULTILINE))
    seeded = {
        clock.purpose: "vast" if clock.purpose in FIXED else str(clock.days)
        for clock in RetentionClock.objects.all()
    }
    assert told == seeded


def test_the_officer_sees_the_clocks_and_what_the_nights_came_to(west: Portal) -> None:
    browser = client_for(make_person(west, roles=[Role.PRIVACY_OFFICER]), west)
    assert "No night has passed yet." in browser.get("/werk/bewaren/").text
    report = CleanUpReport.objects.create(day=NOW.date(), started_at=NOW, finished_at=NOW)
    CleanUpResult.objects.create(report=report, slug="messages", found=7, removed=5, failed=2)
    page = browser.get("/werk/bewaren/").text
    assert "2 went wrong" in page
    assert "<td>7</td>" in page
    assert browser.get("/werk/bewaren/messages/").status_code == 200
    for fixed in ("audit_record", "exports", "niets"):
        assert browser.get(f"/werk/bewaren/{fixed}/").status_code == 404
    assert browser.post("/werk/bewaren/messages/", {"days": "1"}).status_code == 422
    assert browser.post("/werk/bewaren/messages/", {"days": "99999999999999999999"}).status_code == 422
    assert browser.post("/werk/bewaren/messages/", {"days": "100"}).status_code == 302
    assert RetentionClock.objects.get(purpose="messages").days == 100


@pytest.mark.parametrize("nights", [1, 3])
def test_the_page_of_the_officer_costs_the_same_after_many_nights(
    west: Portal, nights: int, django_assert_num_queries: Counting
) -> None:
    for number in range(nights):
        report = CleanUpReport.objects.create(day=NOW.date() - timedelta(days=number), started_at=NOW)
        CleanUpResult.objects.create(report=report, slug="messages", found=1, removed=1, failed=0)
    browser = client_for(make_person(west, roles=[Role.PRIVACY_OFFICER]), west)
    with django_assert_num_queries(8):
        assert browser.get("/werk/bewaren/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_with_ones_data_costs_the_same_for_much_and_little(
    west: Portal, rows: int, django_assert_num_queries: Counting
) -> None:
    person = make_person(west)
    actor = actor_of(person, west)
    for _ in range(rows):
        plan = make_plan(west, proposer=actor, at=timezone.now())
        cast_vote(actor=actor, public_id=plan.public_id, now=timezone.now())
    browser = client_for(person, west)
    with django_assert_num_queries(24):
        page = browser.get("/mijn/gegevens/")
    assert page.text.count("Voted on") == rows


def test_the_page_with_ones_data_shows_the_latest_and_leads_to_the_rest(west: Portal) -> None:
    person = make_person(west, name="Fatima")
    for number in range(12):
        make_draft(west, proposer=actor_of(person, west), at=NOW, title=f"Concept {number}")
    page = client_for(person, west).get("/mijn/gegevens/").text
    assert page.count("Concept ") == 10
    assert "There is more." in page
    for name in ("/mijn/instellingen/", "/mijn/toestemmingen/", "/mijn/gegevens/kopie/", "/mijn/weggaan/"):
        assert name in page


def test_nothing_that_somebody_typed_is_obeyed_on_the_page(west: Portal) -> None:
    person = make_person(west, name=HOSTILE)
    make_draft(west, proposer=actor_of(person, west), at=NOW, title=HOSTILE)
    page = client_for(person, west).get("/mijn/gegevens/").text
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


def test_leaving_asks_for_a_tick_and_says_in_advance_what_goes(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    page = browser.get("/mijn/weggaan/").text
    for words in ("This cannot be undone", "This goes", "This stays", "without your name", "list"):
        assert words in page
    assert browser.post("/mijn/weggaan/").status_code == 422
    person.refresh_from_db()
    assert person.left_at is None
    response = browser.post("/mijn/weggaan/", {"understood": "on"})
    assert response.headers["Location"] == "/weggegaan/"
    assert browser.get("/mijn/").headers["Location"].startswith("/aanmelden/")
    assert browser.get("/weggegaan/").status_code == 200
    assert Person.objects.get(pk=person.pk).left_at is not None


def test_the_last_administrator_reads_why_leaving_is_refused(west: Portal) -> None:
    person = make_person(west, roles=[Role.ADMINISTRATOR])
    response = client_for(person, west).post("/mijn/weggaan/", {"understood": "on"})
    assert response.status_code == 409
    assert "Nobody would be left who can give roles here." in response.text
