"""Discussions that were held elsewhere, as the two files of an export."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from .elections import DATA, REAL_DATA

SMALL = DATA / "discussions"
REAL_MADRID = REAL_DATA.parent / "madrid"
PROPOSAL: Mapping[str, str] = {
    "id": "1",
    "code": "MAD-1",
    "title": "Bomen",
    "date": "2019-01-31",
    "summary": "Meer bomen.",
    "text": "",
    "numComments": "",
    "status": "open",
}
COMMENT: Mapping[str, str] = {
    "id": "1",
    "parentId": "-1",
    "proposalId": "1",
    "userType": "",
    "date": "2019-02-01",
    "time": "0 days 12:00:00",
    "text": "Goed idee.",
    "numVotes": "0",
    "numPositiveVotes": "0",
    "numNegativeVotes": "0",
}

Changes = Sequence[Mapping[str, str]]


def write_discussions(
    folder: Path, *, proposals: Changes | bytes = ({},), comments: Changes | bytes = ({},)
) -> Path:
    """Both files with these rows, each given by what is not usual about it, or with these bytes."""
    (folder / "proposals.csv").write_bytes(_content(PROPOSAL, proposals))
    (folder / "comments.csv").write_bytes(_content(COMMENT, comments))
    return folder


def _content(usual: Mapping[str, str], rows: Changes | bytes) -> bytes:
    if isinstance(rows, bytes):
        return rows
    made = io.StringIO()
    writer = csv.DictWriter(made, usual.keys())
    writer.writeheader()
    writer.writerows({**usual, **row} for row in rows)
    return made.getvalue().encode()
