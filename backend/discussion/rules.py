"""Which texts wait for a moderator before anybody reads them: by rule, so that anybody can check it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

# Our defaults. An account is new for this long, and then this many of its texts wait.
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


def has_web_address(text: str) -> bool:
    return _WEB_ADDRESS.search(text) is not None


def is_new_account(*, joined_at: datetime, texts_before: int, now: datetime) -> bool:
    """Whether a text is among the first of an account that began less than a day ago."""
    return now - joined_at < NEW_ACCOUNT and texts_before < FIRST_TEXTS


def as_compared(text: str) -> str:
    """A text as it is compared with another: capitals and white space make no difference."""
    return " ".join(text.casefold().split())
