"""Elections in the Pabulib format (.pb): read strictly, row by row, and without Django.

`check` reads a whole file and says what is wrong with it; `ballots` reads it again, one ballot at a time.
"""

from .checking import Report, check
from .election import Ballot, Election, Project
from .findings import Finding, Level, Problem
from .reading import ballots
from .rows import fingerprint

__all__ = [
    "Ballot",
    "Election",
    "Finding",
    "Level",
    "Problem",
    "Project",
    "Report",
    "ballots",
    "check",
    "fingerprint",
]
