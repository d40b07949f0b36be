"""What was found in a file of an election, in words for the clerk who reads it in."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .pabulib import Finding, Problem

WORDS: Mapping[Problem, Promise] = {
    Problem.EMPTY_FILE: gettext_lazy("The file is empty."),
    Problem.NOT_TEXT: gettext_lazy("This is not a text file."),
    Problem.NOT_UTF8: gettext_lazy(
        "Byte %(position)s of this row is not UTF-8. Save the file as UTF-8 and try again."
    ),
    Problem.LONG_LINE: gettext_lazy("This row is longer than %(longest)s bytes. That cannot be an election."),
    Problem.BAD_QUOTES: gettext_lazy(
        "The quotes in this row do not match, or a value in it is far too long."
    ),
    Problem.NO_SECTION_YET: gettext_lazy("The file must begin with META. Found instead: “%(text)s”."),
    Problem.MISSING_SECTION: gettext_lazy("The section %(section)s is missing."),
    Problem.MISPLACED_SECTION: gettext_lazy("The section %(section)s is here twice or too late."),
    Problem.MISSING_COLUMN: gettext_lazy("The section %(section)s has no column “%(column)s”."),
    Problem.REPEATED_COLUMN: gettext_lazy("The section %(section)s has the column “%(column)s” twice."),
    Problem.MALFORMED_ROW: gettext_lazy(
        "A row of %(section)s must have %(expected)s values. This one has %(found)s."
    ),
    Problem.MISSING_META: gettext_lazy("META does not say “%(key)s”."),
    Problem.REPEATED_META: gettext_lazy("META says “%(key)s” twice."),
    Problem.META_NOT_A_NUMBER: gettext_lazy("META gives “%(text)s” for %(key)s. That is not a whole number."),
    Problem.UNKNOWN_VOTE_TYPE: gettext_lazy("We do not know the kind of vote “%(vote_type)s”."),
    Problem.NUMBER_OF_PROJECTS: gettext_lazy("META says %(said)s projects. The file has %(found)s."),
    Problem.NUMBER_OF_BALLOTS: gettext_lazy("META says %(said)s ballots. The file has %(found)s."),
    Problem.BAD_REFERENCE: gettext_lazy(
        "A project needs an id of 1 to %(longest)s visible characters without a comma."
    ),
    Problem.DUPLICATE_PROJECT: gettext_lazy("Project %(project)s was in the file before."),
    Problem.NO_TITLE: gettext_lazy("Project %(project)s has no name."),
    Problem.TITLE_TOO_LONG: gettext_lazy(
        "The name of project %(project)s has %(length)s characters. At most %(longest)s fit."
    ),
    Problem.COST_NOT_A_NUMBER: gettext_lazy("The cost of project %(project)s is no amount: “%(text)s”."),
    Problem.VOTES_NOT_A_NUMBER: gettext_lazy("The votes of project %(project)s are no number: “%(text)s”."),
    Problem.BAD_VOTER: gettext_lazy(
        "A voter needs an id of 1 to %(longest)s visible characters. This ballot is left out."
    ),
    Problem.DUPLICATE_VOTER: gettext_lazy(
        "Voter %(voter)s had a ballot before. The first one counts, this one is left out."
    ),
    Problem.UNKNOWN_PROJECT: gettext_lazy(
        "There is no project %(project)s. The ballot counts without this choice."
    ),
    Problem.RANKED_OR_POINTS: gettext_lazy(
        "The ballots give an order or points (%(vote_type)s). Each chosen project counts as one vote."
    ),
    Problem.TITLE_SHORTENED: gettext_lazy(
        "The name of project %(project)s has %(length)s characters. The title shows the first %(longest)s."
    ),
    Problem.DESCRIPTION_SHORTENED: gettext_lazy(
        "The description of project %(project)s is cut off after %(longest)s characters."
    ),
    Problem.SEVERAL_CATEGORIES: gettext_lazy(
        "Project %(project)s has more than one category. Only “%(category)s” is kept."
    ),
    Problem.EMPTY_BALLOT: gettext_lazy("This ballot names no project."),
    Problem.CHOSEN_TWICE: gettext_lazy("This ballot names %(projects)s more than once. Each counts once."),
    Problem.VOTES_DIFFER: gettext_lazy(
        "Project %(project)s: the file publishes %(published)s votes, its ballots give %(counted)s."
    ),
    Problem.LIMIT_NOT_READ: gettext_lazy("We cannot read the limit %(limit)s: “%(text)s”."),
    Problem.OVER_LIMIT: gettext_lazy(
        "%(number)s of %(ballots)s ballots break the limit %(limit)s. They count: our rules know none."
    ),
}


def in_words(finding: Finding) -> str:
    """One finding as a sentence, with its row when it has one."""
    words = str(WORDS[finding.problem]) % finding.values
    if finding.row is None:
        return words
    return _("Row %(row)s: %(words)s") % {"row": finding.row, "words": words}
