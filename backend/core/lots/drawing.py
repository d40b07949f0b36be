"""How a lot is drawn: the algorithm "meebeslissen-lot/1". Chance comes in; nothing here makes any.

Anyone can re-implement it from these lines. SHA-256 is that of FIPS 180-4, || puts bytes behind each other,
and hexadecimal is in lower case.

1. Parts. To join texts, write each as its length in UTF-8 bytes in decimal, a colon and those bytes; put them
   behind each other. Texts are taken as they are: no trimming, no Unicode normalisation.
2. List. The items are different texts, at least one, sorted by Unicode code point (the order of their UTF-8
   bytes). The list fingerprint is the SHA-256 of the joined items, in hexadecimal.
3. Promise. For a lot with one secret (a tie in a count) it is the commitment: the SHA-256 of the secret's 32
   bytes. For an announced lot it is the fingerprint of its manifest: SHA-256 over the manifest as JSON with
   sorted keys, no spaces, characters outside ASCII as themselves, in UTF-8. In hexadecimal.
4. Seed. The SHA-256 of the joined texts: "meebeslissen-lot/1", the promise, the list fingerprint, and then
   what was revealed, one text per source in the order of the manifest: a secret as its 64 hexadecimal digits,
   a public value exactly as it was published.
5. Stream. Block k, for k = 0, 1, 2 and so on, is SHA-256(the 32 bytes of the seed || k as 8 bytes,
   big-endian). The stream is block 0 || block 1 || and so on, read in numbers of 8 bytes, big-endian.
6. A number below n. Take the next number x of the stream. When x >= 2^64 - (2^64 mod n), throw it away and
   take the next one, so that no outcome is favoured. The result is x mod n.
7. Order. Start from the sorted list. For i from the last place (counting from 0) down to 1, take a number j
   below i + 1 and swap the items at i and j. What results is the order: the first one won, the others follow.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ..errors import InvalidInput
from .commitments import (
    ALGORITHM,
    CommittedSecret,
    Manifest,
    canonical_list,
    commitment_of,
    fingerprint_of_list,
    joined,
)

DRAW_FORMAT = "meebeslissen-draw/1"
_STREAM_RANGE = 2**64


@dataclass(frozen=True, slots=True)
class Drawn:
    """The outcome of a lot: the first in `order` was drawn first."""

    order: tuple[str, ...]
    list_fingerprint: str
    seed: str


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot with one secret, of which the commitment was published before. It settles the ties of a count."""

    commitment: str
    secret: str

    def __post_init__(self) -> None:
        _require_match(self.secret, self.commitment)

    def order(self, items: Sequence[str]) -> Drawn:
        """The order in which these are drawn. The order they are given in makes no difference."""
        return _drawn(promise=self.commitment, revealed=[self.secret], items=items)


def draw(manifest: Manifest, *, revealed: Sequence[str], items: Sequence[str]) -> Drawn:
    """Draw an announced lot, once everything it waited for is known.

    `revealed` holds one text per source of the manifest, in that order. Refuses a secret that was not
    promised and a list that is not the announced one.
    """
    if len(revealed) != len(manifest.sources):
        raise InvalidInput(_("Give one value for every source of chance, in the order of the announcement."))
    for source, value in zip(manifest.sources, revealed, strict=True):
        if isinstance(source, CommittedSecret):
            _require_match(value, source.commitment)
        elif not value or value != value.strip():
            raise InvalidInput(_("Give the public value without spaces before or after it."))
    if manifest.list_fingerprint not in (None, fingerprint_of_list(items)):
        raise InvalidInput(_("This is not the list that was announced. Nothing was drawn."))
    return _drawn(promise=manifest.fingerprint(), revealed=revealed, items=items)


def published(manifest: Manifest, *, revealed: Sequence[str], drawn: Drawn) -> dict[str, object]:
    """The file that goes online after the draw. `verify_lot.py` recomputes it, and so can anyone."""
    return {
        "format": DRAW_FORMAT,
        "manifest": manifest.to_json(),
        "manifest_fingerprint": manifest.fingerprint(),
        "items": sorted(drawn.order),
        "list_fingerprint": drawn.list_fingerprint,
        "revealed": list(revealed),
        "seed": drawn.seed,
        "order": list(drawn.order),
    }


def seed_of(*, promise: str, list_fingerprint: str, revealed: Sequence[str]) -> str:
    """The one number all chance of a lot follows from (step 4), in hexadecimal."""
    return hashlib.sha256(joined([ALGORITHM, promise, list_fingerprint, *revealed])).hexdigest()


def draw_order(seed: str, items: Sequence[str]) -> list[str]:
    """The items in the order of the lot (steps 5 to 7). Every order is equally likely."""
    order = canonical_list(items)
    stream = numbers_from(seed)
    for last in range(len(order) - 1, 0, -1):
        other = number_below(last + 1, stream)
        order[last], order[other] = order[other], order[last]
    return order


def numbers_from(seed: str) -> Iterator[int]:
    """The stream of a seed in hexadecimal (step 5): numbers of 64 bits, as many as are asked for."""
    start, block_number = bytes.fromhex(seed), 0
    while True:
        block = hashlib.sha256(start + block_number.to_bytes(8, "big")).digest()
        yield from (int.from_bytes(block[at : at + 8], "big") for at in range(0, 32, 8))
        block_number += 1


def number_below(n: int, stream: Iterator[int]) -> int:
    """The next number from 0 up to n (step 6), each as likely. `n` is at least 1 and at most 2^64."""
    limit = _STREAM_RANGE - _STREAM_RANGE % n
    return next(number for number in stream if number < limit) % n


def _drawn(*, promise: str, revealed: Sequence[str], items: Sequence[str]) -> Drawn:
    fingerprint = fingerprint_of_list(items)
    seed = seed_of(promise=promise, list_fingerprint=fingerprint, revealed=revealed)
    return Drawn(order=tuple(draw_order(seed, items)), list_fingerprint=fingerprint, seed=seed)


def _require_match(secret: str, commitment: str) -> None:
    if not hmac.compare_digest(commitment_of(secret).encode(), commitment.encode()):
        raise InvalidInput(_("This secret does not fit the commitment that was published before."))
