"""What can be wrong with a file. The words for it are in `proposals.pabulib_words`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# A file with a million faults still gives a report that can be read. All are counted, the first are listed.
LISTED_PER_PROBLEM = 200


class Level(StrEnum):
    """What a finding means: nothing is read, this part is not read, or good to know."""

    ERROR = "error"
    REFUSED = "refused"
    NOTE = "note"


class Problem(StrEnum):
    # The file as a whole
    EMPTY_FILE = "empty_file"
    NOT_TEXT = "not_text"
    NOT_UTF8 = "not_utf8"
    LONG_LINE = "long_line"
    BAD_QUOTES = "bad_quotes"
    NO_SECTION_YET = "no_section_yet"
    MISSING_SECTION = "missing_section"
    MISPLACED_SECTION = "misplaced_section"
    MISSING_COLUMN = "missing_column"
    REPEATED_COLUMN = "repeated_column"
    MALFORMED_ROW = "malformed_row"
    # What the file says of itself
    MISSING_META = "missing_meta"
    REPEATED_META = "repeated_meta"
    META_NOT_A_NUMBER = "meta_not_a_number"
    UNKNOWN_VOTE_TYPE = "unknown_vote_type"
    NUMBER_OF_PROJECTS = "number_of_projects"
    NUMBER_OF_BALLOTS = "number_of_ballots"
    # Projects
    BAD_REFERENCE = "bad_reference"
    DUPLICATE_PROJECT = "duplicate_project"
    NO_TITLE = "no_title"
    TITLE_TOO_LONG = "title_too_long"
    COST_NOT_A_NUMBER = "cost_not_a_number"
    VOTES_NOT_A_NUMBER = "votes_not_a_number"
    # Ballots, or a choice on one
    BAD_VOTER = "bad_voter"
    DUPLICATE_VOTER = "duplicate_voter"
    UNKNOWN_PROJECT = "unknown_project"
    # Good to know
    RANKED_OR_POINTS = "ranked_or_points"
    TITLE_SHORTENED = "title_shortened"
    DESCRIPTION_SHORTENED = "description_shortened"
    SEVERAL_CATEGORIES = "several_categories"
    EMPTY_BALLOT = "empty_ballot"
    CHOSEN_TWICE = "chosen_twice"
    VOTES_DIFFER = "votes_differ"
    LIMIT_NOT_READ = "limit_not_read"
    OVER_LIMIT = "over_limit"


_REFUSED = frozenset({Problem.BAD_VOTER, Problem.DUPLICATE_VOTER, Problem.UNKNOWN_PROJECT})
_NOTES = frozenset(
    {
        Problem.RANKED_OR_POINTS,
        Problem.TITLE_SHORTENED,
        Problem.DESCRIPTION_SHORTENED,
        Problem.SEVERAL_CATEGORIES,
        Problem.EMPTY_BALLOT,
        Problem.CHOSEN_TWICE,
        Problem.VOTES_DIFFER,
        Problem.LIMIT_NOT_READ,
        Problem.OVER_LIMIT,
    }
)


def level_of(problem: Problem) -> Level:
    if problem in _REFUSED:
        return Level.REFUSED
    return Level.NOTE if problem in _NOTES else Level.ERROR


@dataclass(frozen=True)
class Finding:
    """One thing that was found, with the row it stands in (None when it is about the whole file)."""

    problem: Problem
    row: int | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return level_of(self.problem)


class BrokenFile(Exception):
    """Reading cannot go on after this."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.problem.value)
        self.finding = finding


class Findings:
    """A growing list of what was found, bounded in memory."""

    def __init__(self) -> None:
        self.listed: list[Finding] = []
        self.counts: Counter[Problem] = Counter()

    def add(self, problem: Problem, row: int | None = None, **values: str | int) -> None:
        self.put(Finding(problem, row, values))

    def put(self, finding: Finding) -> None:
        self.counts[finding.problem] += 1
        if self.counts[finding.problem] <= LISTED_PER_PROBLEM:
            self.listed.append(finding)

    def count(self, level: Level) -> int:
        return sum(number for problem, number in self.counts.items() if level_of(problem) is level)
