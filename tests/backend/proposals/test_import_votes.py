"""Reading elections into a portal: what stands there afterwards, also after things went wrong halfway."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import DomainError, NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.discussion.models import Thread
from backend.feedback.models import Promise
from backend.identity.models import Person, ResidencyProof
from backend.identity.states import Origin, ProofKind, ProofLevel, Role
from backend.places.models import Portal
from backend.proposals.errors import RoundClosed
from backend.proposals.models import AgendaItem, Category, ImportRun, Plan, Round, Vote
from backend.proposals.pabulib import check
from backend.proposals.selectors.rounds import current_round
from backend.proposals.selectors.tallies import recount
from backend.proposals.services.counting import close_round
from backend.proposals.services.imports import (
    BALLOTS_PER_BATCH,
    ImportOutcome,
    ImportReport,
    ImportRunning,
    PlansReadInBefore,
    import_election,
    preview_election,
)
from backend.proposals.services.rounds import ensure_rounds
from backend.proposals.states import PlanState
from backend.proposals.verify_protocol import check as check_protocol
from tests.builders.elections import DATA, REAL_DATA, election_text, make_importing_portal, write_election

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WEST_BEGROOT = REAL_DATA / "nl" / "Netherlands_Amsterdam_309.pb"


def no_progress(done: int, total: int) -> None:
    pass


def system(portal: Portal) -> Actor:
    return Actor.system("test", municipality_id=portal.municipality_id)


def read_in(
    portal: Portal, path: Path, *, now: datetime = NOW, progress: Callable[[int, int], None] = no_progress
) -> ImportReport:
    return import_election(actor=system(portal), portal_id=portal.pk, path=path, now=now, progress=progress)


def counts_of(portal: Portal, *, at: datetime = LATER) -> dict[str, int]:
    """Votes by reference as a recount of the votes themselves gives them; the running totals must agree."""
    with in_municipality(portal.municipality_id):
        round_now = current_round(portal.pk, at=at)
        assert round_now is not None
        votes = {tally.plan_id: tally.votes for tally in recount(portal.pk, round_now.rules, at)}
        plans = list(Plan.objects.filter(portal=portal))
        assert {plan.pk: plan.vote_count for plan in plans} == votes
        return {plan.source_reference: votes[plan.pk] for plan in plans}


def rows_of_everything() -> dict[str, int]:
    scoped = (Plan, Category, Vote, ImportRun, Round, Promise, ResidencyProof)
    counts = {model.__name__: model.objects.all_municipalities().count() for model in scoped}
    return {**counts, "Person": Person.objects.count(), "Entry": Entry.objects.count()}


def many_ballots(number: int) -> str:
    return election_text([(f"v{index}", ["1", "2"] if index % 2 else ["1"]) for index in range(number)])


def test_projects_become_plans_and_ballots_become_votes() -> None:
    portal = make_importing_portal()
    report = read_in(portal, DATA / "small.pb")
    assert (report.outcome, report.plans, report.voters, report.votes) == (ImportOutcome.IMPORTED, 6, 12, 24)
    assert counts_of(portal) == {"103": 8, "105": 6, "101": 4, "104": 3, "106": 2, "102": 1}
    with in_municipality(portal.municipality_id):
        plan = Plan.objects.get(source_reference="102")
        assert (plan.title, plan.state) == ('Verf de fietstunnel: "licht in het donker"', PlanState.COMPETING)
        assert (plan.submitted_at, plan.proposer_id) == (NOW, None)
        assert plan.category is not None
        assert plan.category.slug == "verkeer"
        assert plan.thread is not None
        assert (plan.thread.title, plan.thread.address) == (plan.title, f"/plannen/{plan.public_id}/")
        assert Thread.objects.filter(state="open").count() == 6
        assert list(Category.objects.order_by("position").values_list("name_nl", flat=True)) == [
            "Groen",
            "Verkeer",
            "Samen",
        ]


def test_voters_are_people_whose_votes_count_and_who_are_owed_an_answer() -> None:
    portal = make_importing_portal()
    report = read_in(portal, DATA / "small.pb")
    voter = Person.objects.get(source_reference=f"{report.check.fingerprint[:12]}:v01")
    assert (voter.origin, voter.email, voter.has_usable_password()) == (Origin.IMPORTED, None, False)
    with in_municipality(portal.municipality_id):
        proof = ResidencyProof.objects.get(person=voter)
        assert (proof.kind, proof.level, proof.reached_age) == (ProofKind.IMPORTED, ProofLevel.CONFIRMED, 16)
        assert proof.district_id == portal.district_id
        assert proof.valid_until > NOW + timedelta(days=3_649)
        voted = set(Vote.objects.filter(person=voter).values_list("plan_id", flat=True))
        owed = Promise.objects.filter(
            person=voter, subject__subject_type="proposals.plan", contribution="voted"
        )
        assert set(owed.values_list("subject__subject_id", flat=True)) == voted
        assert len(voted) == 2
        assert Promise.objects.count() == Vote.objects.count() == 24


def test_an_import_is_one_act_on_record() -> None:
    portal = make_importing_portal()
    read_in(portal, DATA / "small.pb")
    entry = Entry.objects.get(action="proposals.votes_imported")
    assert (entry.municipality_id, entry.details["ballots"]) == (portal.municipality_id, 12)
    assert not Entry.objects.exclude(
        action__in=["proposals.votes_imported", "proposals.round_begun"]
    ).exists()


def test_a_second_time_changes_nothing() -> None:
    portal = make_importing_portal()
    read_in(portal, DATA / "small.pb")
    before = rows_of_everything()
    report = read_in(portal, DATA / "small.pb", now=LATER)
    assert report.outcome is ImportOutcome.UNCHANGED
    assert rows_of_everything() == before


def test_the_same_file_goes_into_two_portals() -> None:
    west, east = make_importing_portal("west"), make_importing_portal("east", code="GM0014")
    read_in(west, DATA / "small.pb")
    read_in(east, DATA / "small.pb")
    assert counts_of(west) == counts_of(east)
    assert Person.objects.count() == 24


def test_known_categories_are_used_again() -> None:
    portal = make_importing_portal()
    with in_municipality(portal.municipality_id):
        Category.objects.create(
            municipality_id=portal.municipality_id,
            portal=portal,
            slug="street",
            name_nl="VERKEER",
            name_en="Street",
        )
        Category.objects.create(
            municipality_id=portal.municipality_id,
            portal=portal,
            slug="samen",
            name_nl="Anders",
            name_en="Other",
        )
        read_in(portal, DATA / "small.pb")
        assert set(Category.objects.values_list("slug", flat=True)) == {"street", "samen", "groen", "samen-2"}


def test_long_titles_are_shortened_and_kept_whole_below(tmp_path: Path) -> None:
    title = "Boom " * 39 + "einde"
    portal = make_importing_portal()
    read_in(portal, write_election(tmp_path, election_text([("a", ["1"])], projects={"1": title})))
    with in_municipality(portal.municipality_id):
        plan = Plan.objects.get()
    assert len(plan.title) <= 120
    assert plan.title.endswith("…")
    assert plan.what == title


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n\x00", election_text([("a", ["1"])], meta={"num_votes": 2}).encode()],
    ids=["empty", "picture", "cut off"],
)
def test_a_broken_file_adds_nothing(tmp_path: Path, content: bytes) -> None:
    portal = make_importing_portal()
    before = rows_of_everything()
    report = read_in(portal, write_election(tmp_path, content))
    assert report.outcome is ImportOutcome.BROKEN
    assert rows_of_everything() == before


def test_refused_ballots_make_no_people(tmp_path: Path) -> None:
    given = [("a", ["1"]), ("b", ["9"]), ("c", ["9", "1"]), ("a", ["2"]), ("d", [])]
    portal = make_importing_portal()
    report = read_in(portal, write_election(tmp_path, election_text(given)))
    assert (report.outcome, report.has_refusals, report.check.refused) == (ImportOutcome.IMPORTED, True, 3)
    assert (report.voters, report.votes) == (2, 2)
    assert counts_of(portal) == {"1": 2, "2": 0, "3": 0}


class Killed(BaseException):
    pass


@pytest.mark.parametrize("after", [0, BALLOTS_PER_BATCH, 2 * BALLOTS_PER_BATCH])
def test_a_killed_import_goes_on_where_it_stopped(tmp_path: Path, after: int) -> None:
    def kill(done: int, total: int) -> None:
        if done == after:
            raise Killed

    portal = make_importing_portal()
    path = write_election(tmp_path, many_ballots(2_500))
    with pytest.raises(Killed):
        read_in(portal, path, progress=kill)
    assert counts_of(portal) == {"1": after, "2": after // 2, "3": 0}
    assert preview_election(actor=system(portal), portal_id=portal.pk, path=path).resumed_after == after
    report = read_in(portal, path, now=NOW + timedelta(minutes=5))
    assert (report.resumed_after, report.plans, report.voters) == (after, 0, 2_500 - after)
    assert counts_of(portal) == {"1": 2_500, "2": 1_250, "3": 0}
    assert Person.objects.count() == 2_500


def test_two_imports_of_one_file_do_not_mix(tmp_path: Path) -> None:
    portal = make_importing_portal()
    path = write_election(tmp_path, many_ballots(1_500))

    def start_another(done: int, total: int) -> None:
        if done == 0:
            read_in(portal, path)

    with pytest.raises(ImportRunning):
        read_in(portal, path, progress=start_another)
    assert counts_of(portal) == {"1": 1_500, "2": 750, "3": 0}


def test_another_file_with_the_same_ids_is_refused() -> None:
    portal = make_importing_portal()
    read_in(portal, DATA / "small.pb")
    before = rows_of_everything()
    with pytest.raises(PlansReadInBefore):
        preview_election(actor=system(portal), portal_id=portal.pk, path=DATA / "small-tie.pb")
    with pytest.raises(PlansReadInBefore):
        read_in(portal, DATA / "small-tie.pb")
    assert rows_of_everything() == before


def test_plans_that_stopped_collecting_votes_get_none(tmp_path: Path) -> None:
    portal = make_importing_portal()
    path = write_election(tmp_path, many_ballots(1_200))

    def stop_plan(done: int, total: int) -> None:
        if done == BALLOTS_PER_BATCH:
            Plan.objects.filter(source_reference="1").update(state=PlanState.LAPSED)

    report = read_in(portal, path, progress=stop_plan)
    assert report.too_late == {"1": 200}
    assert report.has_refusals
    with in_municipality(portal.municipality_id):
        assert Plan.objects.get(source_reference="1").vote_count == BALLOTS_PER_BATCH
        assert Plan.objects.get(source_reference="2").vote_count == 600


def test_no_votes_go_into_a_counted_round() -> None:
    portal = make_importing_portal()
    with in_municipality(portal.municipality_id):
        this = ensure_rounds(actor=system(portal), portal_id=portal.pk, now=NOW)
        Round.objects.filter(pk=this.pk).update(counted_at=NOW)
    with pytest.raises(RoundClosed):
        read_in(portal, DATA / "small.pb")
    assert Vote.objects.all_municipalities().count() == 0


@pytest.mark.parametrize(
    ("roles", "error"),
    [(set(), NotAllowed), ({Role.COUNCILLOR, Role.OFFICIAL}, NotAllowed), ({Role.CLERK}, None)],
)
def test_who_may_read_in(roles: set[str], error: type[DomainError] | None) -> None:
    portal = make_importing_portal()
    person = Person.objects.create(joined_at=NOW)
    actor = Actor(portal.municipality_id, portal.pk, person.pk, frozenset(roles))

    def attempt() -> ImportReport:
        return import_election(
            actor=actor, portal_id=portal.pk, path=DATA / "small.pb", now=NOW, progress=no_progress
        )

    if error is None:
        assert attempt().votes == 24
    else:
        with pytest.raises(error):
            attempt()
        assert not Plan.objects.all_municipalities().exists()


def test_a_clerk_of_elsewhere_finds_no_portal() -> None:
    west, other = make_importing_portal("west"), make_importing_portal("east")
    far = make_importing_portal("far", code="GM0014")
    for actor in (
        Actor(west.municipality_id, other.pk, 1, frozenset({Role.CLERK})),
        Actor(far.municipality_id, far.pk, 1, frozenset({Role.CLERK})),
        Actor.system("test", municipality_id=far.municipality_id),
    ):
        with pytest.raises(NotFound):
            preview_election(actor=actor, portal_id=west.pk, path=DATA / "small.pb")


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """The command as typed: its exit status, what it says, and what it says on the side."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_votes", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), err.getvalue() + str(error)
    return 0, out.getvalue(), err.getvalue()


def run_json(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _err = run(*arguments, "--json")
    return status, json.loads(out)


def test_command_reads_in_and_says_so() -> None:
    portal = make_importing_portal()
    status, out, err = run(DATA / "small.pb", "--portal", "west", "--at", NOW.isoformat())
    assert status == 0
    assert "Read in: 6 plans, 12 voters, 24 votes." in out
    assert "100 %: 12 of 12 ballots" in err
    assert counts_of(portal)["103"] == 8
    status, out, _err = run(DATA / "small.pb", "--portal", "west")
    assert (status, "Nothing was changed." in out) == (0, True)


def test_command_dry_run_changes_nothing() -> None:
    make_importing_portal()
    before = rows_of_everything()
    status, report = run_json(DATA / "small.pb", "--portal", "west", "--dry-run")
    assert (status, report["outcome"], report["is_dry_run"]) == (0, "ready", True)
    assert report["in_file"] == {"projects": 6, "ballots": 12, "accepted_ballots": 12, "votes": 24}
    assert rows_of_everything() == before


def test_command_reads_wall_time_without_an_offset() -> None:
    portal = make_importing_portal()
    run(DATA / "small.pb", "--portal", "west", "--at", "2027-07-01T12:00:00")
    with in_municipality(portal.municipality_id):
        assert Plan.objects.earliest("pk").submitted_at == datetime(2027, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_command_status_says_how_it_went(tmp_path: Path, dry_run: tuple[str, ...]) -> None:
    make_importing_portal()
    broken = write_election(tmp_path, "META\n", "broken.pb")
    refused = write_election(tmp_path, election_text([("a", ["1"]), ("b", ["9"])]), "refused.pb")
    status, report = run_json(broken, "--portal", "west", *dry_run)
    assert (status, report["outcome"], report["errors"] > 0) == (1, "broken", True)
    status, report = run_json(refused, "--portal", "west", *dry_run)
    assert (status, report["refused"], report["findings"][0]["problem"]) == (3, 1, "unknown_project")
    assert report["findings"][0]["words"].startswith("Row 15: There is no project 9.")


@pytest.mark.parametrize(
    ("file", "portal", "words"),
    [
        (DATA / "small.pb", "nowhere", "There is no portal “nowhere”. Portals: west."),
        (DATA / "absent.pb", "west", "No such file"),
        (DATA, "west", "Is a directory"),
    ],
)
def test_command_says_what_is_missing(file: Path, portal: str, words: str) -> None:
    make_importing_portal()
    status, _out, err = run(file, "--portal", portal)
    assert (status, words in err) == (1, True)


@pytest.mark.slow
@pytest.mark.skipif(not WEST_BEGROOT.exists(), reason="The real elections in ../shared/data are not here.")
def test_west_begroot_is_read_in_counted_and_won() -> None:
    portal = make_importing_portal()
    status, report = run_json(WEST_BEGROOT, "--portal", "west", "--at", NOW.isoformat())
    assert (status, report["added"]) == (0, {"plans": 58, "voters": 14_411, "votes": 151_820})
    published = {project.reference: project.votes for project in check(WEST_BEGROOT).election.projects}
    assert counts_of(portal) == published
    with in_municipality(portal.municipality_id):
        this = Round.objects.get()
        after = this.closes_at + timedelta(minutes=1)
        protocol = close_round(actor=system(portal), round_id=this.pk, now=after)
        won = AgendaItem.objects.get(round=this).plan
    assert (won.source_reference, won.vote_count) == ("37827", 6_688)
    assert {row["reference"]: row["votes"] for row in protocol.body["plans"]} == published
    assert {finding.right for finding in check_protocol(protocol.body)} == {True}
