"""What `show-tally` prints: the published numbers of a counted round, a recount of the current one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.places.models import Portal
from backend.proposals.models import Plan, Round, Vote
from backend.proposals.services.counting import close_round
from tests.builders.elections import DATA, make_importing_portal

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def portal() -> Portal:
    portal = make_importing_portal()
    read_in = ("import_votes", str(DATA / "small-tie.pb"), "--portal", "west", "--at", NOW.isoformat())
    call_command(*read_in, stdout=StringIO(), stderr=StringIO())
    return portal


def tally(*arguments: str) -> str:
    out = StringIO()
    call_command("show_tally", "--portal", "west", *arguments, stdout=out)
    return out.getvalue()


def tally_json(*arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(tally("--json", *arguments))
    return report


def votes_in(report: dict[str, Any]) -> list[tuple[str, int]]:
    return sorted((row["reference"], row["votes"]) for row in report["plans"])


SMALL_TIE = [("101", 4), ("102", 1), ("103", 8), ("104", 3), ("105", 8), ("106", 2)]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=3)])
def test_current_round_is_recounted(portal: Portal, later: timedelta) -> None:
    with in_municipality(portal.municipality_id):
        # A running total that went wrong changes nothing here.
        Plan.objects.update(vote_count=999)
    report = tally_json("--round", "current", "--at", (NOW + later).isoformat())
    assert (report["portal"], report["round"], report["is_counted"]) == ("west", 1, False)
    assert votes_in(report) == SMALL_TIE
    assert [row["votes"] for row in report["plans"]] == [8, 8, 4, 3, 2, 1]


def test_counted_round_shows_what_was_published(portal: Portal) -> None:
    with in_municipality(portal.municipality_id):
        this = Round.objects.get()
        actor = Actor.system("test", municipality_id=portal.municipality_id)
        protocol = close_round(actor=actor, round_id=this.pk, now=this.closes_at)
        Vote.objects.all().delete()
    report = tally_json("--round", "1")
    assert (report["round"], report["is_counted"]) == (1, True)
    assert votes_in(report) == SMALL_TIE
    tied = [row["plan"] for row in report["plans"][:2]]
    assert protocol.body["winner"] in tied
    assert sorted(protocol.body["tie"]["order"]) == sorted(tied)


def test_ended_round_that_waits_for_its_count_stands_as_it_ended(portal: Portal) -> None:
    with in_municipality(portal.municipality_id):
        this = Round.objects.get()
        vote = Vote.objects.filter(plan__source_reference="103").earliest("pk")
        vote.withdrawn_at = this.closes_at + timedelta(days=1)
        vote.save()
    assert votes_in(tally_json("--round", "1", "--at", "2027-03-01")) == SMALL_TIE


def test_table(portal: Portal) -> None:
    lines = tally("--at", NOW.isoformat()).splitlines()
    assert lines[0] == "Round 1 of west, recounted now: 6 plans"
    assert lines[4].split()[0] == "4"
    assert lines[4].endswith("101           Een bankje bij de zandbak van het Kadeplein")


def test_nothing_yet() -> None:
    make_importing_portal()
    assert tally_json() == {"portal": "west", "round": None, "is_counted": False, "plans": []}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--round", "9"), "Portal west has no round 9."),
        (("--round", "last"), "Type “current” or the number of a round."),
        (("--at", "tomorrow"), "is no moment"),
    ],
)
def test_wrong_questions(portal: Portal, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        tally(*arguments)
