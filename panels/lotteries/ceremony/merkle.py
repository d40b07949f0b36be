"""A tree of hashes: one short fingerprint for a long list, of which one line can be shown without the rest.

The tree is that of RFC 6962 (certificate transparency), with SHA-256:

- a leaf over the bytes d is SHA-256(0x00 || d), and a node over two others is SHA-256(0x01 || left ||
  right);
- pairs are made from the left, level by level; one left over goes up as it is.

The two first bytes keep leaves and nodes apart, so that no node can be passed off as a line of the list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput

_SIZE = 32


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """All levels of a tree, kept as plain bytes: 64 MB for a million lines."""

    def __init__(self, contents: Iterable[bytes]) -> None:
        self._levels = [b"".join(map(leaf_hash, contents))]
        if not self._levels[0]:
            raise InvalidInput(_("There is nothing to take a fingerprint of: the list is empty."))
        while len(self._levels[-1]) > _SIZE:
            self._levels.append(_level_above(self._levels[-1]))

    @property
    def size(self) -> int:
        return len(self._levels[0]) // _SIZE

    @property
    def root(self) -> str:
        """The fingerprint of the whole list, in hexadecimal."""
        return self._levels[-1].hex()

    def path(self, place: int) -> list[str]:
        """What it takes to compute the root from the line at this place, counted from 0."""
        if not 0 <= place < self.size:
            raise InvalidInput(_("This place is not in the list."))
        steps = []
        for level in self._levels[:-1]:
            neighbour = place ^ 1
            if neighbour * _SIZE < len(level):
                steps.append(level[neighbour * _SIZE : (neighbour + 1) * _SIZE].hex())
            place //= 2
        return steps


def root_of_path(content: bytes, *, place: int, size: int, path: Sequence[str]) -> str | None:
    """The root that follows from one line and its path, or None when the path does not fit the place."""
    if not 0 <= place < size:
        return None
    current, steps = leaf_hash(content), [bytes.fromhex(step) for step in path]
    while size > 1:
        if place ^ 1 < size:
            if not steps:
                return None
            neighbour = steps.pop(0)
            current = node_hash(neighbour, current) if place & 1 else node_hash(current, neighbour)
        place, size = place // 2, (size + 1) // 2
    return None if steps else current.hex()


def _level_above(level: bytes) -> bytes:
    pairs, double = len(level) // (2 * _SIZE), 2 * _SIZE
    above = [hashlib.sha256(b"\x01" + level[at * double : (at + 1) * double]).digest() for at in range(pairs)]
    return b"".join(above) + level[pairs * double :]
