"""What is published before a lot is drawn, so that nobody can pick the chance afterwards.

A manifest names what the lot is for, the list it will order if that is known already, and where the chance
comes from. There are two kinds of source, and a manifest may combine them:

- a committed secret: its fingerprint is published now, the secret itself after the draw. Nobody can swap it,
  but its holder knows it early. Secrets of several witnesses leave no single one who knows the outcome;
- a public source: something nobody knows yet, such as a numbered round of a public randomness service or
  dice thrown at a meeting.

Nothing here draws; that is `drawing`.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ..errors import InvalidInput

ALGORITHM = "meebeslissen-lot/1"
SECRET_BYTES = 32
_HEX_64 = re.compile(r"[0-9a-f]{64}\Z")


def new_secret() -> str:
    """A fresh secret for one lot, as 64 hexadecimal digits. Use it once and keep it until the draw."""
    return secrets.token_hex(SECRET_BYTES)


def commitment_of(secret: str) -> str:
    """The fingerprint that is published before the draw: SHA-256 of the secret's 32 bytes, in hexadecimal."""
    if not _HEX_64.match(secret):
        raise InvalidInput(_("This is not a secret of 64 hexadecimal digits in lower case."))
    return hashlib.sha256(bytes.fromhex(secret)).hexdigest()


def joined(parts: Iterable[str]) -> bytes:
    """Texts one after the other as bytes, each behind its length, so that no two lists look the same.

    A part is its length in UTF-8 bytes as a decimal number, a colon, and those bytes: "é" is `2:é`.
    """
    try:
        encoded = [part.encode("utf-8") for part in parts]
    except UnicodeEncodeError as error:
        raise InvalidInput(_("A text in this list cannot be written as UTF-8.")) from error
    return b"".join(b"%d:%s" % (len(part), part) for part in encoded)


def canonical_list(items: Sequence[str]) -> list[str]:
    """The items in the one order that everyone starts from: by code point. Refuses empty and double ones."""
    if not items:
        raise InvalidInput(_("A lot needs at least one name to draw from."))
    if len(set(items)) != len(items):
        raise InvalidInput(_("A name stands in the list twice. Everyone gets one chance."))
    return sorted(items)


def fingerprint_of_list(items: Sequence[str]) -> str:
    """The fingerprint of a list, whatever order it was given in: SHA-256 over its canonical form."""
    return hashlib.sha256(joined(canonical_list(items))).hexdigest()


def fingerprint_of_json(announcement: Mapping[str, object]) -> str:
    """SHA-256 over an announcement as JSON: keys sorted, no spaces, letters as themselves, UTF-8."""
    text = json.dumps(announcement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return hashlib.sha256(text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise InvalidInput(_("A text in this announcement cannot be written as UTF-8.")) from error


@dataclass(frozen=True, slots=True)
class CommittedSecret:
    """A secret somebody keeps until the draw. `holder` says who: the platform, or a witness by name."""

    holder: str
    commitment: str

    def __post_init__(self) -> None:
        if not _HEX_64.match(self.commitment):
            raise InvalidInput(_("A commitment is 64 hexadecimal digits in lower case."))

    def to_json(self) -> dict[str, str]:
        return {"kind": "secret", "holder": self.holder, "commitment": self.commitment}


@dataclass(frozen=True, slots=True)
class PublicSource:
    """Something that becomes public later, said so exactly that nobody can choose which value counts."""

    name: str
    reference: str
    """Which value of the source: the number of a round, or the meeting and how the dice are read."""

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.reference.strip():
            raise InvalidInput(_("Say which public source it is, and which of its values will count."))

    def to_json(self) -> dict[str, str]:
        return {"kind": "public", "name": self.name, "reference": self.reference}


Source = CommittedSecret | PublicSource


@dataclass(frozen=True, slots=True)
class Manifest:
    """The announcement of a lot. What it says can no longer change: the seed covers its fingerprint."""

    purpose: str
    sources: tuple[Source, ...]
    list_fingerprint: str | None = None
    """Empty while the list is not known yet, as with a tie. Then only a secret or a later source is fair."""
    algorithm: str = ALGORITHM

    def __post_init__(self) -> None:
        if not self.purpose.strip():
            raise InvalidInput(_("Say what is drawn."))
        if not self.sources:
            raise InvalidInput(_("A lot needs a source of chance: a secret, a public source, or both."))
        if self.algorithm != ALGORITHM:
            raise InvalidInput(_("This way of drawing is not known here."))
        if self.list_fingerprint is not None and not _HEX_64.match(self.list_fingerprint):
            raise InvalidInput(_("A fingerprint is 64 hexadecimal digits in lower case."))

    def to_json(self) -> dict[str, object]:
        """What to publish, before the draw and again with its result."""
        return {
            "algorithm": self.algorithm,
            "purpose": self.purpose,
            "list_fingerprint": self.list_fingerprint,
            "sources": [source.to_json() for source in self.sources],
        }

    def fingerprint(self) -> str:
        """What the seed covers, so that nothing in the manifest can change afterwards."""
        return fingerprint_of_json(self.to_json())
