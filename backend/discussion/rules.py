"""The rules of a discussion, over plain values."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

# Our defaults. The page with the rules says them too.
EDIT_WITHIN = timedelta(minutes=30)
MOST_PINNED = 3
# The same text sent again this soon is one click too many, or a page that was sent again.
SAME_TEXT_WITHIN = timedelta(minutes=1)
# Our defaults. An account is new for this long. Its texts wait until this many stand there.
NEW_ACCOUNT = timedelta(hours=24)
FIRST_TEXTS = 2
# Within this time the same text of the same person is a repeat.
REPEAT_WITHIN = timedelta(days=7)

# With http or www, or else only with an ending that people advertise with: "klaar.Nu" is no address. An
# address of mail is none either.
_WEB_ADDRESS = re.compile(
    r"(?i:\b(?:https?://|www\.)\S)"
    r"|(?<![@\w.-])(?:[a-zA-Z0-9][a-zA-Z0-9-]*\.)+(?:nl|com|org|net|eu|info|shop|site|online|store|amsterdam)\b"
)


def readable(text: str) -> str:
    """What somebody typed as it is kept: one kind of line end, nothing around it, no sign without meaning."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def can_still_edit(placed_at: datetime, *, now: datetime) -> bool:
    return now < placed_at + EDIT_WITHIN


def beginning_of(text: str, *, length: int) -> str:
    """As much of a text as stands in a list: all of it, or whole words up to a length."""
    if len(text) <= length:
        return text
    cut = text[:length].rsplit(None, 1)[0].rstrip()
    return cut + "…"


def pages_for(*counts: int, size: int) -> int:
    """How many pages the longest of some lists fills; at least one."""
    return max(1, -(-max(counts) // size))


def has_web_address(text: str) -> bool:
    return _WEB_ADDRESS.search(text) is not None


def is_new_account(*, joined_at: datetime, texts_before: int, now: datetime) -> bool:
    """Whether an account began less than a day ago and has too few texts that everybody can read."""
    return now - joined_at < NEW_ACCOUNT and texts_before < FIRST_TEXTS


def as_compared(text: str) -> str:
    """A text as it is compared with another: capitals and white space make no difference."""
    return " ".join(text.casefold().split())
