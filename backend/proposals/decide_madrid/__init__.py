"""Discussions in the export of Decide Madrid: two CSV files, read strictly, row by row, and without Django.

`check` reads both files whole and says what they hold and what is wrong with them; `comments` reads the
second one again, one comment at a time.
"""

from .checking import Report, check, comments
from .export import Comment, Proposal, Status
from .findings import File, Finding, Problem
from .words import in_words

__all__ = [
    "Comment",
    "File",
    "Finding",
    "Problem",
    "Proposal",
    "Report",
    "Status",
    "check",
    "comments",
    "in_words",
]
