"""How the protocol of a count is written as bytes, and the hash that chains it to the one before.

Pure, so that the count and the page that shows it agree. `verify_protocol.py` checks a published file without
this module.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

FORMAT = "meebeslissen-protocol/1"


def canonical(body: Mapping[str, object]) -> bytes:
    """The one way to write a body: keys sorted, no spaces, characters outside ASCII as themselves, UTF-8.

    Only texts, whole numbers, lists, names with values, true, false and null. A fraction has no one way to be
    written, so it is refused with ValueError, and so is half a character.
    """
    _require_plain(body)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def hash_of(body: Mapping[str, object]) -> str:
    """SHA-256 in hexadecimal over the canonical form of everything except the hash itself."""
    return hashlib.sha256(canonical({key: value for key, value in body.items() if key != "hash"})).hexdigest()


def _require_plain(value: object) -> None:
    if isinstance(value, Mapping):
        for key, below in value.items():
            if not isinstance(key, str):
                raise ValueError(f"A name in a protocol is a text, not {key!r}.")
            _require_plain(below)
    elif isinstance(value, list | tuple):
        for below in value:
            _require_plain(below)
    elif not (value is None or isinstance(value, str | int)):
        raise ValueError(f"A protocol cannot hold {value!r}.")
