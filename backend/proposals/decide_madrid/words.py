"""What was found, in words for the clerk who reads it in. Commands speak English."""

from __future__ import annotations

from collections.abc import Mapping

from .findings import Finding, Problem

WORDS: Mapping[Problem, str] = {
    Problem.EMPTY_FILE: "The file is empty.",
    Problem.NOT_TEXT: "There is a NUL sign here. This is not a text file.",
    Problem.NOT_UTF8: "Byte %(position)s of this line is not UTF-8. Save the file as UTF-8 and try again.",
    Problem.TOO_LONG: "This value is longer than %(longest)s characters. Is the quote at its end missing?",
    Problem.BAD_QUOTES: "The quotes do not match. Every quote in a value must be written twice.",
    Problem.MISSING_COLUMN: "The file has no column of this name.",
    Problem.REPEATED_COLUMN: "The file has this column twice.",
    Problem.NO_PROPOSALS: "The file has no proposals.",
    Problem.MALFORMED_ROW: "A row must have %(expected)s values. This one has %(found)s.",
    Problem.BAD_ID: "“%(text)s” is no number of at most 18 digits.",
    Problem.DUPLICATE_ID: "Number %(id)s was in the file before, in row %(before)s.",
    Problem.BAD_MOMENT: "“%(text)s” is no %(wanted)s.",
    Problem.NOT_YET: "This moment has not come yet: “%(text)s”.",
    Problem.TEXT_TOO_LONG: "This text has %(length)s characters. At most %(longest)s fit.",
    Problem.BAD_CODE: "A code must have 1 to %(longest)s visible characters.",
    Problem.DUPLICATE_CODE: "Code %(code)s was in the file before.",
    Problem.NO_TITLE: "This proposal has no title.",
    Problem.UNKNOWN_STATUS: "“%(text)s” is no status that we know. We know open and archived.",
    Problem.UNKNOWN_PROPOSAL: "There is no proposal %(id)s in proposals.csv.",
    Problem.CYCLE: "The comments that this one answers go round in a circle.",
    Problem.VOTES_NOT_A_NUMBER: "“%(text)s” is no number of votes. The text is read in without its votes.",
    Problem.VOTES_DO_NOT_ADD_UP: (
        "%(positive)s votes for and %(negative)s against are not %(all)s. "
        "The text is read in without its votes."
    ),
    Problem.NO_TEXT: "There is no text. The comment is left out.",
    Problem.NO_PARENT: "It answers comment %(parent)s, which the file lacks. It stands on its own.",
    Problem.PARENT_ELSEWHERE: (
        "It answers comment %(parent)s, which is about another proposal. It stands on its own."
    ),
    Problem.PARENT_LEFT_OUT: ("It answers comment %(parent)s, which is left out. It stands on its own."),
    Problem.STEERING_SIGNS: "Signs that steer a screen or printer are taken out.",
    Problem.TITLE_SHORTENED: "The title has %(length)s characters. It is shown whole above the text.",
    Problem.COUNT_DIFFERS: "The file says %(published)s comments on proposal %(code)s. There are %(found)s.",
}


def in_words(finding: Finding) -> str:
    """One finding as a sentence, with the file, and with the row and column as far as there is one."""
    parts: list[str] = [finding.file]
    if finding.row is not None:
        parts.append(f"row {finding.row}")
    if finding.column:
        parts.append(f"column {finding.column}")
    return f"{', '.join(parts)}: {WORDS[finding.problem] % finding.values}"
