"""What a message is known by outside this platform, and the key in a mail with which it is stopped."""

from __future__ import annotations

import re

from django.core import signing
from django.utils.crypto import salted_hmac

from .states import Kind

_SALT = "backend.notifications.reference"
_UNSUBSCRIBING = "backend.notifications.unsubscribing"
_MESSAGE_ID = re.compile(r"\s*<([0-9a-f]{40})@[^<>@\s]+>\s*")


def reference_of(reader: int | str, template: str, subject: str, version: str) -> str:
    """The same for the same message, always, and nobody can read from it who or what it is about.

    The reader is the number of a person, or the word for a subscription.

    Kept with the message, so that a bounce is still recognised after the secret key was replaced.
    """
    key = "\0".join((str(reader), template, subject, version))
    return salted_hmac(_SALT, key, algorithm="sha256").hexdigest()[:40]


def reference_in(message_id: str) -> str:
    """The reference in the Message-ID of a mail of ours, or nothing when it is not ours."""
    found = _MESSAGE_ID.fullmatch(message_id)
    return found.group(1) if found else ""


def unsubscribe_token(person_id: int, kind: Kind) -> str:
    """Says who stops which kind of messages, and nothing else. It works as long as the mail is kept."""
    return signing.dumps([person_id, kind.value], salt=_UNSUBSCRIBING)


def read_unsubscribe_token(token: str) -> tuple[int, Kind] | None:
    try:
        person_id, kind = signing.loads(token, salt=_UNSUBSCRIBING)
        return int(person_id), Kind(kind)
    except (signing.BadSignature, ValueError, TypeError):
        return None
