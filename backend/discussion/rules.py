"""The rules of a discussion, over plain values."""

from __future__ import annotations

from datetime import datetime, timedelta

# Our defaults. The page with the rules says them too.
EDIT_WITHIN = timedelta(minutes=30)
MOST_PINNED = 3
# The same text sent again this soon is one click too many, or a page that was sent again.
SAME_TEXT_WITHIN = timedelta(minutes=1)


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
