"""Entries as auditors page through and save them, by their numbers, so that pages stay what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.core.walltime import moment

from ..models import Entry, Verification
from ..permissions import visible_entries, visible_verifications

PAGE_SIZE = 50
# Further than this nobody needs to know how many there are, and counting all of them takes long.
MOST_COUNTED = 10_000
ROWS_AT_ONCE = 2_000
COLUMNS = (
    "id",
    "at",
    "person_id",
    "roles",
    "reason",
    "action",
    "target_type",
    "target_id",
    "details",
    "seal__number",
)


@dataclass(frozen=True, kw_only=True)
class EntryFilter:
    """What an auditor looks for. Days are whole days by the clock in Amsterdam."""

    from_day: date | None = None
    to_day: date | None = None
    action: str = ""
    role: str = ""
    person_id: int | None = None
    target_type: str = ""
    target_id: int | None = None


@dataclass(frozen=True)
class EntryPage:
    """Part of the record. `older` and `newer` are numbers that the pages beside it begin after."""

    entries: list[Entry]
    count: int
    """At most MOST_COUNTED; `has_more` when there are more than that."""
    has_more: bool
    older: int | None
    newer: int | None


def list_entries(actor: Actor, chosen: EntryFilter) -> QuerySet[Entry]:
    """The record as far as it fits what is looked for. NotAllowed for everyone but auditors."""
    rows = visible_entries(actor)
    if chosen.from_day:
        rows = rows.filter(at__gte=_begin_of(chosen.from_day))
    if chosen.to_day:
        rows = rows.filter(at__lt=_begin_of(chosen.to_day + timedelta(days=1)))
    if chosen.action:
        rows = rows.filter(action=chosen.action)
    if chosen.role:
        # Roles stand on record with commas between them.
        rows = rows.filter(roles__regex=rf"(^|,){re.escape(chosen.role)}(,|$)")
    if chosen.person_id is not None:
        rows = rows.filter(person_id=chosen.person_id)
    if chosen.target_type:
        rows = rows.filter(target_type=chosen.target_type)
    if chosen.target_id is not None:
        rows = rows.filter(target_id=chosen.target_id)
    return rows


def get_page(
    actor: Actor, chosen: EntryFilter, *, before: int | None = None, after: int | None = None
) -> EntryPage:
    """The newest entries, those before a number, or those after it.

    What is written meanwhile moves nothing: a page is found by the number it begins after.
    """
    rows = list_entries(actor, chosen).select_related("seal")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
        has_newer, has_older = len(found) > PAGE_SIZE, True
        entries = found[:PAGE_SIZE][::-1]
    else:
        older = rows.filter(pk__lt=before) if before is not None else rows
        found = list(older.order_by("-pk")[: PAGE_SIZE + 1])
        has_newer, has_older = before is not None, len(found) > PAGE_SIZE
        entries = found[:PAGE_SIZE]
    counted = list_entries(actor, chosen)[: MOST_COUNTED + 1].count()
    return EntryPage(
        entries,
        min(counted, MOST_COUNTED),
        counted > MOST_COUNTED,
        older=entries[-1].pk if entries and has_older else None,
        newer=entries[0].pk if entries and has_newer else None,
    )


def stream_entries(actor: Actor, chosen: EntryFilter) -> Iterator[tuple[Any, ...]]:
    """Everything that fits, oldest first, in the order of COLUMNS and in constant memory."""
    rows = list_entries(actor, chosen).order_by("pk").values_list(*COLUMNS)
    return rows.iterator(chunk_size=ROWS_AT_ONCE)


def latest_verifications(actor: Actor, number: int) -> list[Verification]:
    return list(visible_verifications(actor)[:number])


def _begin_of(day: date) -> datetime:
    return moment(day, time(0))
