"""Reading and verifying the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .models import Entry, Seal
from .services import chain_hash


@dataclass(frozen=True)
class BrokenSeal:
    """A link of the chain that no longer fits what it sealed."""

    municipality_id: int | None
    number: int


def broken_seals(municipality_id: int | None) -> Iterator[BrokenSeal]:
    """Every link whose hash, number or number of entries is not what the entries say."""
    previous_hash, number = "", 0
    for seal in Seal.objects.filter(municipality=municipality_id).order_by("number").iterator():
        entries = list(Entry.objects.filter(seal=seal).order_by("id"))
        number += 1
        fits = (
            seal.number == number
            and seal.previous_hash == previous_hash
            and seal.entries == len(entries)
            and seal.hash == chain_hash(previous_hash, entries)
        )
        if not fits:
            yield BrokenSeal(municipality_id, seal.number)
        previous_hash, number = seal.hash, seal.number
