"""How an entry is written down to be hashed. Seals that stand depend on every byte of this."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Protocol

# Most entries say one of a few things besides their numbers.
KINDS_OF_DETAILS = 4_096


class Recorded(Protocol):
    """An entry as far as it is hashed."""

    pk: Any
    at: datetime
    person_id: int | None
    roles: str
    reason: str
    action: str
    target_type: str
    target_id: int | None
    details: Any


def chain_hash(previous_hash: str, entries: Iterable[Recorded]) -> str:
    """SHA-256 over the hash before and every entry, one line of canonical JSON each."""
    digest = hashlib.sha256(previous_hash.encode())
    for entry in entries:
        digest.update(b"\n" + canonical(entry))
    return digest.hexdigest()


def canonical(entry: Recorded) -> bytes:
    """What an entry is hashed as: this is the meaning, `line_of` below is the same thing faster."""
    row = [
        entry.pk,
        entry.at.isoformat(),
        entry.person_id,
        entry.roles,
        entry.reason,
        entry.action,
        entry.target_type,
        entry.target_id,
        entry.details,
    ]
    return _as_json(row).encode()


def line_of(
    pk: int,
    at: str,
    person_id: int | None,
    roles: str,
    reason: str,
    action: str,
    target_type: str,
    target_id: int | None,
    details: str,
) -> bytes:
    """The same bytes as `canonical`, from values as the database gives them: the moment in ISO form and the
    details as JSON in any spelling. Never fails on what somebody wrote over it: that just does not fit."""
    line = (
        f'[{pk},"{at}",{"null" if person_id is None else person_id},{encode_basestring(roles)}'
        f",{encode_basestring(reason)},{encode_basestring(action)},{encode_basestring(target_type)}"
        f",{'null' if target_id is None else target_id},{'{}' if details == '{}' else _respelled(details)}]"
    )
    return line.encode("utf-8", "surrogatepass")


@lru_cache(KINDS_OF_DETAILS)
def _respelled(details: str) -> str:
    try:
        return _as_json(json.loads(details))
    except ValueError:
        # No JSON, so nothing of ours: no seal was ever made over it.
        return details


def _as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
