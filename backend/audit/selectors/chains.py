"""Chains: recomputing them from their entries, and where they stood each day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import DateTimeField, F, Func, Max, Min, QuerySet, TextField, Value
from django.db.models.functions import Cast

from ..models import DailyHead, Entry, Seal
from ..rules import line_of

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class BrokenSeal:
    """A link of the chain that no longer fits what it sealed."""

    municipality_id: int | None
    number: int


@dataclass(frozen=True)
class Head:
    """Where a chain stood at the end of a day, as it was published."""

    day: date
    number: int
    hash: str
    entries: int


@dataclass
class Chain:
    """What was found when a whole chain was recomputed."""

    municipality_id: int | None
    seals: int = 0
    entries: int = 0
    number: int = 0
    head: str = ""
    broken: list[BrokenSeal] = field(default_factory=list)
    heads: int = 0
    """Published heads that were compared."""
    broken_heads: list[Head] = field(default_factory=list)
    waiting: int = 0
    """Entries without a seal: nothing but the database's own refusal guards those."""
    waiting_since: datetime | None = None

    @property
    def fits(self) -> bool:
        return not self.broken and not self.broken_heads


def verify_chain(municipality_id: int | None, heads: Iterable[Head] = ()) -> Chain:
    """Recompute a chain, in one pass over its entries and in constant memory.

    A seal fits when its number and hash follow the one before, and its entries are all there, unchanged and
    of its municipality. Heads that were published must be on the way, with as many entries before them.
    """
    found = Chain(municipality_id)
    waiting = Entry.objects.filter(municipality=municipality_id, seal=None).aggregate(
        first=Min("id"), since=Min("at")
    )
    found.waiting = Entry.objects.filter(municipality=municipality_id, seal=None).count()
    found.waiting_since = waiting["since"]
    # Seals that are made meanwhile are left for the next time; those that stand no longer change.
    last = Seal.objects.filter(municipality=municipality_id).aggregate(last=Max("number"))["last"] or 0
    reached = _recompute(found, _seals(municipality_id, last), _entries(municipality_id, last), heads)
    for head in heads:
        found.heads += 1
        if reached.get(head.number) != (head.hash, head.entries):
            found.broken_heads.append(head)
    return found


def broken_seals(municipality_id: int | None) -> Iterator[BrokenSeal]:
    """Every link whose hash, number or number of entries is not what the entries say."""
    return iter(verify_chain(municipality_id).broken)


def municipalities() -> dict[str, int]:
    """The municipalities that have a chain of their own: code to id."""
    # Places stand above this app, which knows of them by name only.
    rows = apps.get_model("places.Municipality")._default_manager.order_by("code")
    return dict(rows.values_list("code", "pk"))


def code_of(municipality_id: int) -> str:
    return next(code for code, known in municipalities().items() if known == municipality_id)


def published_heads(municipality_id: int | None) -> QuerySet[DailyHead]:
    """Where a chain stood each day, latest first."""
    return DailyHead.objects.filter(municipality=municipality_id).order_by("-day")


def heads_of_days(municipality_id: int | None, first: date, last: date) -> QuerySet[DailyHead]:
    """Where a chain stood on some days, latest first."""
    return published_heads(municipality_id).filter(day__range=(first, last))


def years_with_heads(municipality_id: int) -> list[int]:
    """The years that something was published in, latest first."""
    return [day.year for day in published_heads(municipality_id).dates("day", "year", order="DESC")]


def as_heads(rows: Iterable[DailyHead]) -> list[Head]:
    return [Head(row.day, row.number, row.hash, row.entries) for row in rows]


def _recompute(
    found: Chain, seals: Iterator[Any], entries: Iterator[Any], heads: Iterable[Head]
) -> Mapping[int, tuple[str, int]]:
    """Walk seals and their entries side by side. Gives where the chain stood at the number of each head."""
    wanted = {head.number for head in heads}
    reached = {0: ("", 0)}
    sha256 = hashlib.sha256
    row = next(entries, None)
    for seal_id, number, previous_hash, sealed_hash, expected in seals:
        digest, present, is_ours = sha256(found.head.encode()), 0, True
        while row is not None and row[0] == seal_id:
            digest.update(b"\n" + line_of(*row[2:]))
            present += 1
            is_ours = is_ours and row[1] == found.municipality_id
            row = next(entries, None)
        fits = (
            is_ours
            and number == found.number + 1
            and previous_hash == found.head
            and expected == present
            and sealed_hash == digest.hexdigest()
        )
        if not fits:
            found.broken.append(BrokenSeal(found.municipality_id, number))
        found.seals += 1
        found.entries += present
        found.head, found.number = sealed_hash, number
        if number in wanted:
            reached[number] = (sealed_hash, found.entries)
    return reached


def _seals(municipality_id: int | None, last: int) -> Iterator[Any]:
    rows = Seal.objects.filter(municipality=municipality_id, number__lte=last).order_by("number")
    return rows.values_list("pk", "number", "previous_hash", "hash", "entries").iterator(ROWS_AT_ONCE)


def _entries(municipality_id: int | None, last: int) -> Iterator[Any]:
    """The sealed entries of a chain in the order they were sealed in, as `line_of` takes them.

    What the database has is read as it is: turning each row into Python's own objects and back costs more
    than the hash.
    """
    is_postgresql = connection.vendor == "postgresql"
    rows = (
        Entry.objects.filter(seal__municipality=municipality_id, seal__number__lte=last)
        .order_by("seal__number", "id")
        .annotate(
            moment=_iso_on_postgresql() if is_postgresql else Cast("at", TextField()),
            spelled=Cast("details", TextField()),
        )
        .values_list(
            "seal_id",
            "municipality_id",
            "pk",
            "moment",
            "person_id",
            "roles",
            "reason",
            "action",
            "target_type",
            "target_id",
            "spelled",
        )
        .iterator(ROWS_AT_ONCE)
    )
    as_iso = _from_postgresql if is_postgresql else _from_sqlite
    return ((*row[:3], as_iso(row[3]), *row[4:]) for row in rows)


def _iso_on_postgresql() -> Func:
    in_utc = Func(Value("UTC"), F("at"), function="timezone", output_field=DateTimeField())
    form = Value('YYYY-MM-DD"T"HH24:MI:SS.US')
    return Func(in_utc, form, function="to_char", output_field=TextField())


def _from_postgresql(at: str | None) -> str:
    # Nothing, for a moment that is none: somebody wrote infinity over it.
    return f"{(at or '').removesuffix('.000000')}+00:00"


def _from_sqlite(at: str) -> str:
    """SQLite keeps moments as text in UTC, which is the ISO form but for two signs."""
    return f"{at.replace(' ', 'T', 1)}+00:00"
