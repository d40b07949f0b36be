"""Whole pages kept for visitors who are not signed in. Every change empties them at once; none is personal.

The key carries a word of chance per portal. A change puts another in its place after its commit, so a page
made from older rows is never asked for again, also when it is stored a moment later.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import partial

from django.core.cache import cache
from django.db import transaction

from .ids import new_public_id

LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class StoredPage:
    body: bytes
    compressed: bytes
    content_type: str

    @classmethod
    def of(cls, body: bytes, content_type: str) -> StoredPage:
        return cls(body, gzip.compress(body, compresslevel=6, mtime=0), content_type)


def version_of(portal_id: int) -> str:
    """The word that pages of a portal are stored under now."""
    version: str | None = cache.get_or_set(_version_key(portal_id), new_public_id, timeout=None)
    return version or ""


def empty(portal_id: int) -> None:
    """Forget all pages of a portal as soon as the change that is being made is committed."""
    transaction.on_commit(partial(_change_version, portal_id))


def page_key(portal_id: int, version: str, language: str, address: str) -> str:
    digest = hashlib.sha256(address.encode()).hexdigest()
    return f"page:{portal_id}:{version}:{language}:{digest}"


def _version_key(portal_id: int) -> str:
    return f"page-version:{portal_id}"


def _change_version(portal_id: int) -> None:
    cache.set(_version_key(portal_id), new_public_id(), timeout=None)
