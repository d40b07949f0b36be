"""The fingerprint of a frozen register, and how one person shows that their own line is in it.

Each row gets a salt of its own, 128 random bits, for this draw alone.

- The seal of a row is HMAC-SHA-256 with the salt as key over the row: each column's name and text, joined,
  in the order of the names.
- The ticket key of a row is HMAC-SHA-256 with the salt as key over "ticket key", joined. Tickets in groups
  are made from it (see `sealing`).
- The commitment of a row is SHA-256 over (seal, SHA-256 of the ticket key in hexadecimal), joined. It
  stands for the row wherever something is published.

Without its salt a commitment says nothing about the row: also somebody who knows the birth date and the
address of a person cannot find their line. A commitment has one ticket key: nobody can be given two tickets
in a group. The fingerprint of the register is the root of the tree over all commitments in sorted order;
sorting by random values says nothing about the rows either.

A letter carries the row, its salt and its place. With the path of that place, which is no secret, its
reader computes the fingerprint that was published before the draw. Salts are kept with the register and are
destroyed with it: then what was published can no longer be led back to anybody, except by who kept a
letter.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.core.lots.commitments import joined

from .merkle import Tree

SALT_BYTES = 16
"""Short enough to type over from paper (32 signs), and far too long to guess."""
_SALT = re.compile(r"[0-9a-f]{32}\Z")
_HEX_64 = re.compile(r"[0-9a-f]{64}\Z")


def new_salt() -> str:
    """A fresh salt for one row, as 32 hexadecimal digits. No two rows share one."""
    return secrets.token_hex(SALT_BYTES)


def canonical_row(row: Mapping[str, str]) -> bytes:
    """A row as bytes: each column's name and text, joined, in the order of the names' code points."""
    if not row:
        raise InvalidInput(_("This row is empty."))
    return joined(text for name in sorted(row) for text in (name, row[name]))


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row as its organiser holds it: opened to nobody, unless it gets a seat through a ticket."""

    seal: str
    ticket_key: str

    @property
    def commitment(self) -> str:
        key_hash = hashlib.sha256(bytes.fromhex(self.ticket_key)).hexdigest()
        return hashlib.sha256(joined([self.seal, key_hash])).hexdigest()


def seal_row(row: Mapping[str, str], salt: str) -> SealedRow:
    """A row under its salt. Whoever has both computes the same."""
    if not _SALT.match(salt):
        raise InvalidInput(_("A salt is 32 hexadecimal digits in lower case."))
    key = bytes.fromhex(salt)
    return SealedRow(
        seal=hmac.digest(key, canonical_row(row), "sha256").hex(),
        ticket_key=hmac.digest(key, joined(["ticket key"]), "sha256").hex(),
    )


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that one row is in the register: its place in the sorted list and the path from there."""

    place: int
    path: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {"place": self.place, "path": list(self.path)}


class FrozenRegister:
    """The commitments of all rows that can be drawn. From here on nobody is added and nobody leaves."""

    def __init__(self, commitments: Iterable[str]) -> None:
        given = list(commitments)
        if not all(map(_HEX_64.match, given)):
            raise InvalidInput(_("A commitment is 64 hexadecimal digits in lower case."))
        self._sorted = sorted(map(bytes.fromhex, given))
        if len(set(self._sorted)) != len(self._sorted):
            raise InvalidInput(_("A row stands in the register twice. Everyone gets one chance."))
        self._tree = Tree(self._sorted)

    @property
    def rows(self) -> int:
        return self._tree.size

    @property
    def root(self) -> str:
        """The fingerprint of the register, in hexadecimal."""
        return self._tree.root

    def commitment_at(self, place: int) -> str:
        if not 0 <= place < self.rows:
            raise InvalidInput(_("This place is not in the register."))
        return self._sorted[place].hex()

    def inclusion_of(self, commitment: str) -> Inclusion:
        """Where this row stands and the path that proves it. Refuses a row that is not in the register."""
        wanted = bytes.fromhex(commitment) if _HEX_64.match(commitment) else b""
        place = bisect_left(self._sorted, wanted)
        if place == self.rows or self._sorted[place] != wanted:
            raise InvalidInput(_("This row is not in the register."))
        return Inclusion(place, tuple(self._tree.path(place)))
