"""What the two files hold, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """How a proposal stood there: it still gathered support, or its year was over without enough of it."""

    OPEN = "open"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something people argued about. `reference` is its code there, `number` what comments call it by."""

    number: int
    reference: str
    title: str
    text: str
    status: Status
    placed_at: datetime
    published_comments: int | None
    row: int


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote, as far as it can be read in. `parent` is the comment that it answers, if any."""

    number: int
    parent: int | None
    proposal: int
    text: str
    placed_at: datetime
    positive: int
    """Votes for it. None count when what the file says of its votes cannot be right."""


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A row of comments.csv that has a number. Without a comment it is left out, yet others may answer it."""

    row: int
    number: int
    parent: int | None
    proposal: int
    comment: Comment | None
    positive: int
    negative: int
    has_user_type: bool
