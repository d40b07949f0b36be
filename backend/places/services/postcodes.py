"""Reading in which neighbourhood each postcode lies in, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require

from ..models import Area, Postcode
from ..permissions import can_manage_places
from ..rules import normal_postcode

BATCH = 5_000
# A file of the wrong kind has a fault in every row; the first ones tell the story.
MOST_FAULTS_SHOWN = 20


@dataclass
class PostcodesReport:
    """What reading in did, or in a dry run would do."""

    year: int
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    is_dry_run: bool = False


@transaction.atomic
def import_postcodes(
    *,
    actor: Actor,
    year: int,
    rows: Iterable[tuple[int, list[str]]],
    is_dry_run: bool = False,
    now: datetime,
) -> PostcodesReport:
    """Say of each postcode in which area of a year it lies. Postcodes not mentioned stay as they are.

    `rows` are line numbers with a postcode and an area code. One bad row and nothing is read in: InvalidInput
    names the rows and what is wrong with them.
    """
    require(can_manage_places(actor))
    wanted = _checked(rows, dict(Area.objects.filter(year=year).values_list("code", "id")), year)
    known = dict(Postcode.objects.values_list("postcode", "area_id"))
    differing = [
        Postcode(postcode, area_id) for postcode, area_id in wanted.items() if known.get(postcode) != area_id
    ]
    created = sum(row.postcode not in known for row in differing)
    report = PostcodesReport(
        year=year,
        created=created,
        changed=len(differing) - created,
        unchanged=len(wanted) - len(differing),
        is_dry_run=is_dry_run,
    )
    Postcode.objects.bulk_create(
        differing, batch_size=BATCH, update_conflicts=True, unique_fields=["postcode"], update_fields=["area"]
    )
    if differing:
        audit.record(
            actor=actor,
            action="places.postcodes_imported",
            target=None,
            at=now,
            year=year,
            rows=len(differing),
        )
    if is_dry_run:
        transaction.set_rollback(True)
    return report


def _checked(rows: Iterable[tuple[int, list[str]]], area_ids: dict[str, int], year: int) -> dict[str, int]:
    wanted: dict[str, int] = {}
    faults: list[str] = []
    for line, (text, code) in rows:
        postcode = normal_postcode(text)
        if postcode is None:
            faults.append(f"Row {line}: “{text[:20]}” is not a postcode.")
        elif code not in area_ids:
            faults.append(f"Row {line}: “{code[:20]}” is not an area of {year}.")
        elif wanted.setdefault(postcode, area_ids[code]) != area_ids[code]:
            faults.append(f"Row {line}: {postcode} is also in an earlier row with another area.")
    if faults:
        shown = faults[:MOST_FAULTS_SHOWN]
        more = [f"And {len(faults) - len(shown)} more."] if len(faults) > len(shown) else []
        raise InvalidInput("\n".join(["Nothing was read in.", *shown, *more]))
    if not wanted:
        raise InvalidInput("The file holds no postcodes.")
    return wanted
