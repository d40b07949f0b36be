"""What can be wrong with the two files. The words for it are in `words`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..pabulib import Level

# A file with a million faults still gives a report that can be read. All are counted, the first are listed.
LISTED_PER_PROBLEM = 200


class File(StrEnum):
    """The two files of an export, by the names they must have."""

    PROPOSALS = "proposals.csv"
    COMMENTS = "comments.csv"


class Problem(StrEnum):
    # A file as a whole
    EMPTY_FILE = "empty_file"
    NOT_TEXT = "not_text"
    NOT_UTF8 = "not_utf8"
    TOO_LONG = "too_long"
    BAD_QUOTES = "bad_quotes"
    MISSING_COLUMN = "missing_column"
    REPEATED_COLUMN = "repeated_column"
    NO_PROPOSALS = "no_proposals"
    # A row
    MALFORMED_ROW = "malformed_row"
    BAD_ID = "bad_id"
    DUPLICATE_ID = "duplicate_id"
    BAD_MOMENT = "bad_moment"
    NOT_YET = "not_yet"
    TEXT_TOO_LONG = "text_too_long"
    # A proposal
    BAD_CODE = "bad_code"
    DUPLICATE_CODE = "duplicate_code"
    NO_TITLE = "no_title"
    UNKNOWN_STATUS = "unknown_status"
    # A comment
    UNKNOWN_PROPOSAL = "unknown_proposal"
    CYCLE = "cycle"
    VOTES_NOT_A_NUMBER = "votes_not_a_number"
    VOTES_DO_NOT_ADD_UP = "votes_do_not_add_up"
    # Good to know
    NO_TEXT = "no_text"
    NO_PARENT = "no_parent"
    PARENT_ELSEWHERE = "parent_elsewhere"
    PARENT_LEFT_OUT = "parent_left_out"
    STEERING_SIGNS = "steering_signs"
    TITLE_SHORTENED = "title_shortened"
    COUNT_DIFFERS = "count_differs"


_WHOLE_FILE = frozenset(
    {
        Problem.EMPTY_FILE,
        Problem.NOT_TEXT,
        Problem.NOT_UTF8,
        Problem.TOO_LONG,
        Problem.BAD_QUOTES,
        Problem.MISSING_COLUMN,
        Problem.REPEATED_COLUMN,
    }
)
_NOTES = frozenset(
    {
        Problem.NO_TEXT,
        Problem.NO_PARENT,
        Problem.PARENT_ELSEWHERE,
        Problem.PARENT_LEFT_OUT,
        Problem.STEERING_SIGNS,
        Problem.TITLE_SHORTENED,
        Problem.COUNT_DIFFERS,
    }
)


def level_of(problem: Problem, file: File) -> Level:
    """A wrong comment is left out. A wrong proposal would take its discussion along, so it stops all."""
    if problem in _NOTES:
        return Level.NOTE
    return Level.ERROR if file is File.PROPOSALS or problem in _WHOLE_FILE else Level.REFUSED


@dataclass(frozen=True)
class Finding:
    """One thing that was found, and where. The row is the one a spreadsheet shows; the first is 1."""

    problem: Problem
    file: File
    row: int | None = None
    column: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return level_of(self.problem, self.file)


class BrokenFile(Exception):
    """Reading cannot go on after this."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.problem.value)
        self.finding = finding


class Findings:
    """A growing list of what was found, bounded in memory."""

    def __init__(self) -> None:
        self.listed: list[Finding] = []
        self.counts: Counter[tuple[Problem, File]] = Counter()

    def add(
        self, problem: Problem, file: File, row: int | None = None, column: str = "", **values: str | int
    ) -> None:
        self.put(Finding(problem, file, row, column, values))

    def put(self, finding: Finding) -> None:
        self.counts[finding.problem, finding.file] += 1
        if self.counts[finding.problem, finding.file] <= LISTED_PER_PROBLEM:
            self.listed.append(finding)

    def count(self, level: Level) -> int:
        return sum(
            number for (problem, file), number in self.counts.items() if level_of(problem, file) is level
        )
