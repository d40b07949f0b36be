"""Chance that follows from a text, the same on every machine.

Block k, for k = 0, 1, 2 and so on, is SHA-256(key || k as 8 bytes, big-endian), where the key is the
SHA-256 of the tag, the seed and what is drawn, each as its length in UTF-8 bytes in decimal, a colon and
those bytes. The blocks behind each other are read as numbers of 8 bytes, big-endian. A number below n is
the next number x of the stream with x < 2^64 - (2^64 mod n), taken mod n, so that no outcome is favoured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

ALGORITHM = "meebeslissen-fair/1"
_RANGE = 2**64
_Item = TypeVar("_Item")


class Stream:
    """Numbers for one purpose. Another purpose of the same seed has numbers of its own."""

    def __init__(self, seed: str, purpose: str) -> None:
        parts = [part.encode() for part in (ALGORITHM, seed, purpose)]
        self._key = hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).digest()
        self._numbers = self._blocks()

    def below(self, n: int) -> int:
        limit = _RANGE - _RANGE % n
        return next(number for number in self._numbers if number < limit) % n

    def order(self, items: Sequence[_Item]) -> list[_Item]:
        """The items in an order that chance decides. Every order is equally likely."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def _blocks(self) -> Iterator[int]:
        number = 0
        while True:
            block = hashlib.sha256(self._key + number.to_bytes(8, "big")).digest()
            yield from (int.from_bytes(block[at : at + 8], "big") for at in range(0, 32, 8))
            number += 1
