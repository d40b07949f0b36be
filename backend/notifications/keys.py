"""What a message is known by outside this platform."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

_SALT = "backend.notifications.reference"


def reference_of(reader: int | str, template: str, subject: str, version: str) -> str:
    """The same for the same message, always, and nobody can read from it who or what it is about.

    The reader is the number of a person, or the word for a subscription.

    Kept with the message, so that a bounce is still recognised after the secret key was replaced.
    """
    key = "\0".join((str(reader), template, subject, version))
    return salted_hmac(_SALT, key, algorithm="sha256").hexdigest()[:40]
