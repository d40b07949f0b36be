"""Opaque public ids: they tell neither how many there are nor in what order they came."""

import secrets

# No vowels and no look-alikes, so that an id is no word and can be read out over the phone.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def new_public_id() -> str:
    """Ten characters, 47 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))
