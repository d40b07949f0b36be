"""Opaque public ids: they tell neither how many there are nor in what order they came."""

import secrets

# No vowels and no look-alikes, so that an id is no word and can be read out over the phone.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def new_public_id() -> str:
    """Ten characters, 47 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def new_token() -> str:
    """A word for an address that nobody guesses, and that opens something without signing in."""
    return secrets.token_urlsafe(32)


def normal_public_id(typed: str) -> str:
    """An id as somebody typed it from paper: capitals, spaces and dashes do not matter."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def readable_public_id(public_id: str) -> str:
    """An id as it stands on paper, in two halves that can be read out."""
    return f"{public_id[:5]} {public_id[5:]}"
