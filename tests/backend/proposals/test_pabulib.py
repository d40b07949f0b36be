"""Reading files of elections: every real one we have, and every way we could think of to break one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backend.proposals.pabulib import Level, Problem, ballots, check
from backend.proposals.pabulib.findings import LISTED_PER_PROBLEM, level_of
from backend.proposals.pabulib_words import WORDS, in_words
from tests.builders.elections import DATA, REAL_DATA, election_text, write_election

REAL_FILES = sorted(REAL_DATA.glob("*/*.pb"))
needs_real_files = pytest.mark.skipif(
    not REAL_FILES, reason="The real elections in ../shared/data are not here."
)
TWO_BALLOTS = [("a", ["1"]), ("b", ["1", "2"])]

# One ballot of Amsterdam 604 names four projects twice, and what was published counts them twice.
PUBLISHED_TOO_MANY = {"Netherlands_Amsterdam_604.pb": {"42360", "42346", "42350", "42355"}}
BALLOTS_IN = {
    "Netherlands_Amsterdam_309.pb": 14_411,
    "Netherlands_Amsterdam_332.pb": 4_984,
    "Poland_Wroclaw_2015_150_-_500.pb": 131_778,
}


@needs_real_files
@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_recount_of_a_real_election_gives_what_was_published(path: Path) -> None:
    report = check(path)
    assert (report.errors, report.refused) == (0, 0)
    assert report.ballots == report.ballots_in_file == int(report.election.meta["num_votes"])
    assert report.ballots == BALLOTS_IN.get(path.name, report.ballots)
    different = {
        project.reference: (project.votes, report.recount[project.reference])
        for project in report.election.projects
        if project.votes != report.recount[project.reference]
    }
    assert different.keys() == PUBLISHED_TOO_MANY.get(path.name, set())
    assert all(published == counted + 1 for published, counted in different.values())


@needs_real_files
def test_limits_that_ballots_break_are_counted() -> None:
    report = check(REAL_DATA / "nl" / "Netherlands_Amsterdam_332.pb")
    (over,) = [finding for finding in report.findings if finding.problem is Problem.OVER_LIMIT]
    assert over.values == {"limit": "max_sum_cost_per_category", "number": 324, "ballots": 4_984}


@needs_real_files
def test_ranked_ballots_are_read_as_support() -> None:
    report = check(REAL_DATA / "other" / "Poland_Krakow_2019_Czyzyny.pb")
    assert report.counts == {Problem.RANKED_OR_POINTS: 1}
    assert report.recount["21"] == 838


def test_small_election() -> None:
    report = check(DATA / "small.pb")
    assert report.findings == ()
    assert report.recount == {"103": 8, "105": 6, "101": 4, "104": 3, "106": 2, "102": 1}
    assert report.election.by_reference["102"].title == 'Verf de fietstunnel: "licht in het donker"'
    assert report.election.by_reference["104"].cost == 65_000
    first = next(ballots(DATA / "small.pb", report.election))
    assert (first.voter, first.choices, first.row) == ("v01", ("101", "103"), 28)


def test_small_tie() -> None:
    report = check(DATA / "small-tie.pb")
    assert report.findings == ()
    assert report.recount["103"] == report.recount["105"] == max(report.recount.values())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\n\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("PROJECTS", "projects;;").encode(),
    ],
    ids=["crlf", "bom", "blank lines", "no last newline", "section from a spreadsheet"],
)
def test_harmless_differences_are_read(tmp_path: Path, change: Callable[[str], bytes]) -> None:
    report = check(write_election(tmp_path, change(election_text(TWO_BALLOTS))))
    assert report.findings == ()
    assert report.recount == {"1": 2, "2": 1, "3": 0}


def _without_section(name: str, until: str | None) -> str:
    text = election_text(TWO_BALLOTS)
    return text[: text.index(name)] + (text[text.index(until) :] if until else "")


@pytest.mark.parametrize(
    ("content", "problem", "row"),
    [
        (b"", Problem.EMPTY_FILE, None),
        (b"\n\n", Problem.MISSING_SECTION, None),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Problem.NOT_UTF8, 1),
        (b"META\n\x01\x02\x00\x03", Problem.NOT_TEXT, 2),
        (election_text(TWO_BALLOTS).encode("utf-16"), Problem.NOT_TEXT, 1),
        (
            election_text(TWO_BALLOTS, projects={"1": "Café", "2": "Boom"}).encode("latin-1"),
            Problem.NOT_UTF8,
            9,
        ),
        ("<html>\n", Problem.NO_SECTION_YET, 1),
        (b"META" * 400_000, Problem.LONG_LINE, 1),
        (_without_section("META", "PROJECTS"), Problem.MISSING_SECTION, None),
        (_without_section("PROJECTS", "VOTES"), Problem.MISSING_SECTION, None),
        (_without_section("VOTES", None), Problem.MISSING_SECTION, None),
        (election_text(TWO_BALLOTS) + "META\nkey;value\n", Problem.MISPLACED_SECTION, 16),
        (election_text(TWO_BALLOTS).replace("voter_id;vote", "voter_id;votes"), Problem.MISSING_COLUMN, 13),
        (
            election_text(TWO_BALLOTS).replace("project_id;cost;name", "project_id;cost;cost"),
            Problem.REPEATED_COLUMN,
            8,
        ),
        (election_text(TWO_BALLOTS).replace("a;1", "a;1;2"), Problem.MALFORMED_ROW, 14),
        (election_text(TWO_BALLOTS).replace("1;1000;Een", '1;1000;"Een'), Problem.BAD_QUOTES, 9),
        (election_text(TWO_BALLOTS, meta={"num_votes": 3}), Problem.NUMBER_OF_BALLOTS, None),
        (election_text(TWO_BALLOTS, meta={"num_projects": 4}), Problem.NUMBER_OF_PROJECTS, None),
        (election_text(TWO_BALLOTS, meta={"num_votes": "two"}), Problem.META_NOT_A_NUMBER, None),
        (election_text(TWO_BALLOTS, meta={"num_votes": None}), Problem.MISSING_META, None),
        (election_text(TWO_BALLOTS, meta={"vote_type": "shouting"}), Problem.UNKNOWN_VOTE_TYPE, None),
        (election_text(TWO_BALLOTS).replace("META\nkey;value", "META\nkey;value\nnum_votes;2"),
         Problem.REPEATED_META, 6),
        (election_text(TWO_BALLOTS).replace("2;1000", "1;1000"), Problem.DUPLICATE_PROJECT, 10),
        (election_text(TWO_BALLOTS).replace("2;1000", ";1000"), Problem.BAD_REFERENCE, 10),
        (election_text(TWO_BALLOTS).replace("2;1000", "2;-5"), Problem.COST_NOT_A_NUMBER, 10),
        (election_text(TWO_BALLOTS, projects={"1": "Bank", "2": " "}), Problem.NO_TITLE, 10),
        (election_text(TWO_BALLOTS, projects={"1": "x" * 100_000, "2": "Boom"}), Problem.TITLE_TOO_LONG, 9),
        (election_text(TWO_BALLOTS, projects={"1": "x" * 200_000, "2": "Boom"}), Problem.BAD_QUOTES, 9),
    ],
)  # fmt: skip
def test_broken_files(tmp_path: Path, content: str | bytes, problem: Problem, row: int | None) -> None:
    report = check(write_election(tmp_path, content))
    assert report.is_broken
    assert (problem, row) in {(finding.problem, finding.row) for finding in report.findings}


@needs_real_files
@pytest.mark.parametrize("part", [0.2, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_broken(tmp_path: Path, part: float) -> None:
    whole = (REAL_DATA / "nl" / "Netherlands_Amsterdam_604.pb").read_bytes()
    report = check(write_election(tmp_path, whole[: int(len(whole) * part)]))
    assert report.is_broken


@pytest.mark.parametrize(
    ("given", "problem", "counted"),
    [
        ([("a", ["1"]), ("b", ["9", "2"])], Problem.UNKNOWN_PROJECT, {"1": 1, "2": 1, "3": 0}),
        ([("a", ["1"]), ("a", ["2"])], Problem.DUPLICATE_VOTER, {"1": 1, "2": 0, "3": 0}),
        ([("a", ["1"]), ("", ["2"])], Problem.BAD_VOTER, {"1": 1, "2": 0, "3": 0}),
        ([("a", ["1"]), ("\x1b[2J", ["2"])], Problem.BAD_VOTER, {"1": 1, "2": 0, "3": 0}),
        ([("a", ["1"]), ("v" * 81, ["2"])], Problem.BAD_VOTER, {"1": 1, "2": 0, "3": 0}),
    ],
)
def test_refused_ballots_and_choices(
    tmp_path: Path, given: list[tuple[str, list[str]]], problem: Problem, counted: dict[str, int]
) -> None:
    path = write_election(tmp_path, election_text(given))
    report = check(path)
    assert not report.is_broken
    assert [(finding.problem, finding.row) for finding in report.findings] == [(problem, 15)]
    assert report.refused == 1
    assert report.recount == counted
    assert report.ballots_in_file == 2
    again = list(ballots(path, report.election))
    assert len(again) == report.ballots
    assert sum(len(ballot.choices) for ballot in again) == report.choices


def test_a_ballot_is_read_as_a_set(tmp_path: Path) -> None:
    path = write_election(tmp_path, election_text([("a", ["2", "1", "2"]), ("b", [])]))
    report = check(path)
    assert (report.errors, report.refused) == (0, 0)
    assert report.counts == {Problem.CHOSEN_TWICE: 1, Problem.EMPTY_BALLOT: 1}
    assert [ballot.choices for ballot in ballots(path, report.election)] == [("2", "1"), ()]


@pytest.mark.parametrize(
    ("meta", "over"),
    [
        ({"max_length": 1}, 1),
        ({"min_length": 2}, 1),
        ({"max_length": 2, "min_length": 1}, 0),
        ({"max_sum_cost": "1500.50"}, 1),
        ({"max_sum_cost": 2_000}, 0),
    ],
)
def test_limits_are_notes(tmp_path: Path, meta: dict[str, str | int | None], over: int) -> None:
    report = check(write_election(tmp_path, election_text(TWO_BALLOTS, meta=meta)))
    assert (report.errors, report.refused) == (0, 0)
    assert [finding.values["number"] for finding in report.findings] == [over] * bool(over)


def test_a_limit_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    meta: dict[str, str | int | None] = {"max_length": "many", "max_length_per_category": "1,2"}
    report = check(write_election(tmp_path, election_text(TWO_BALLOTS, meta=meta)))
    assert report.counts == {Problem.LIMIT_NOT_READ: 2}


def test_a_flood_of_faults_gives_a_report_of_bounded_size(tmp_path: Path) -> None:
    flood = [(f"v{number}", ["nowhere"]) for number in range(LISTED_PER_PROBLEM * 3)]
    report = check(write_election(tmp_path, election_text(flood)))
    assert report.refused == LISTED_PER_PROBLEM * 3
    assert len(report.findings) == LISTED_PER_PROBLEM


def test_long_titles_fit_with_a_note(tmp_path: Path) -> None:
    report = check(write_election(tmp_path, election_text([("a", ["1"])], projects={"1": "Boom " * 40})))
    assert report.counts == {Problem.TITLE_SHORTENED: 1}
    assert len(report.election.projects[0].title) == 199


def test_every_problem_has_words_and_a_level(tmp_path: Path) -> None:
    assert set(WORDS) == set(Problem)
    assert {level_of(problem) for problem in Problem} == set(Level)
    report = check(write_election(tmp_path, election_text([("a", ["9"])])))
    assert in_words(report.findings[0]) == (
        "Row 14: There is no project 9. The ballot counts without this choice."
    )
