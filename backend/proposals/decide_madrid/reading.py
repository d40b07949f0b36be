"""From rows to proposals and comments."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from ..pabulib.reading import on_one_line
from .export import Comment, CommentRow, Proposal, Status
from .findings import File, Findings, Problem
from .rows import read_rows, shown
from .values import Reader

# What a plan and a text in a discussion can hold, and the longest code that says where a plan came from.
TITLE_LENGTH = 120
PLAN_LENGTH = 10_000
TEXT_LENGTH = 3_000
CODE_LENGTH = 80
NO_PARENT = "-1"


def read_proposals(folder: Path, now: datetime, findings: Findings) -> dict[int, Proposal]:
    """The sound proposals by their number. What is wrong with the others stands in the findings."""
    found: dict[int, Proposal] = {}
    codes: set[str] = set()
    for row in read_rows(folder, File.PROPOSALS, findings):
        read = Reader(row, File.PROPOSALS, findings)
        proposal = _proposal(read, now)
        if proposal is None:
            continue
        if proposal.number in found:
            before = found[proposal.number].row
            read.wrong(Problem.DUPLICATE_ID, "id", id=proposal.number, before=before)
        elif proposal.reference in codes:
            read.wrong(Problem.DUPLICATE_CODE, "code", code=proposal.reference)
        else:
            found[proposal.number] = proposal
            codes.add(proposal.reference)
    if not findings.counts and not found:
        findings.add(Problem.NO_PROPOSALS, File.PROPOSALS)
    return found


def _proposal(read: Reader, now: datetime) -> Proposal | None:
    number, code = read.number("id"), read.plain("code")
    title, status = on_one_line(read.text("title")), read.plain("status")
    text = "\n\n".join(part for part in (read.text("summary"), read.text("text")) if part)
    placed_at = read.moment(now, "date")
    if not (0 < len(code) <= CODE_LENGTH and code.isprintable()):
        read.wrong(Problem.BAD_CODE, "code", longest=CODE_LENGTH)
    if not title:
        read.wrong(Problem.NO_TITLE, "title")
    if len(title) > TITLE_LENGTH:
        read.note(Problem.TITLE_SHORTENED, "title", length=len(title))
        text = f"{title}\n\n{text}".rstrip()
    if len(text) > PLAN_LENGTH:
        read.wrong(Problem.TEXT_TOO_LONG, "text", length=len(text), longest=PLAN_LENGTH)
    if status not in list(Status):
        read.wrong(Problem.UNKNOWN_STATUS, "status", text=shown(status))
    if number is None or placed_at is None or not read.is_sound:
        return None
    published = read.count("numComments")
    return Proposal(number, code, title, text, Status(status), placed_at, published, read.row)


def read_comments(
    folder: Path, proposals: Collection[int], now: datetime, findings: Findings
) -> Iterator[CommentRow]:
    """The rows of comments in order, without those that have no number of their own."""
    for row in read_rows(folder, File.COMMENTS, findings):
        read = Reader(row, File.COMMENTS, findings)
        number, proposal = read.number("id"), read.number("proposalId")
        parent = read.number("parentId", nothing=NO_PARENT)
        if number is None or proposal is None or not read.is_sound:
            continue
        if proposal not in proposals:
            read.wrong(Problem.UNKNOWN_PROPOSAL, "proposalId", id=proposal)
        text, placed_at = read.text("text"), read.moment(now, "date", "time")
        if len(text) > TEXT_LENGTH:
            read.wrong(Problem.TEXT_TOO_LONG, "text", length=len(text), longest=TEXT_LENGTH)
        (positive, negative), comment = _votes(read), None
        if not text:
            read.note(Problem.NO_TEXT, "text")
        elif placed_at is not None and read.is_sound:
            comment = Comment(number, parent, proposal, text, placed_at, positive)
        user_type = bool(read.plain("userType"))
        yield CommentRow(read.row, number, parent, proposal, comment, positive, negative, user_type)


def _votes(read: Reader) -> tuple[int, int]:
    """Votes for and against. None at all when the numbers cannot be right."""
    for column in ("numVotes", "numPositiveVotes", "numNegativeVotes"):
        if read.count(column) is None:
            read.note(Problem.VOTES_NOT_A_NUMBER, column, text=shown(read.plain(column)))
            return 0, 0
    every = read.count("numVotes") or 0
    positive, negative = read.count("numPositiveVotes") or 0, read.count("numNegativeVotes") or 0
    if positive + negative != every:
        read.note(Problem.VOTES_DO_NOT_ADD_UP, "numVotes", all=every, positive=positive, negative=negative)
        return 0, 0
    return positive, negative
