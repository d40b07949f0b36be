"""Reading in the areas of a year and their boundaries, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require

from ..area_table import KIND_OF, AreaRow, municipality_of
from ..boundaries import Boundary, match_boundaries
from ..models import Area
from ..permissions import can_manage_places

BATCH = 500


@dataclass
class AreasReport:
    """What reading in did, or in a dry run would do."""

    year: int
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    # Known for this year but not in the table: left as they are, because plans may lie in them.
    not_in_table: list[str] = field(default_factory=list)
    boundaries_matched: list[str] = field(default_factory=list)
    boundaries_unmatched: list[str] = field(default_factory=list)
    is_dry_run: bool = False


@transaction.atomic
def import_areas(
    *,
    actor: Actor,
    year: int,
    rows: Iterable[AreaRow],
    boundaries: Sequence[Boundary] = (),
    municipality_code: str = "",
    allow_unmatched: bool = False,
    is_dry_run: bool = False,
    now: datetime,
) -> AreasReport:
    """Make the areas of a year be as the table says, and give them the boundaries that belong to them.

    Doing it again changes nothing. Boundaries without a code are looked up by name in one municipality.
    A boundary of no known area is refused with everything else, unless `allow_unmatched` says that is meant.
    A dry run does all of it and then takes it back.
    """
    require(can_manage_places(actor))
    report = AreasReport(year=year, is_dry_run=is_dry_run)
    by_code = {row.code: row for row in rows}
    ids: dict[str, int] = {}
    for kind in KIND_OF.values():
        _store_kind(report, [row for row in by_code.values() if row.kind == kind], kind, ids)
    known = set(Area.objects.filter(year=year).values_list("code", flat=True))
    report.not_in_table = sorted(known - set(by_code))
    if boundaries:
        _store_boundaries(report, boundaries, municipality_code, allow_unmatched)
    if report.created or report.changed or report.boundaries_matched:
        audit.record(
            actor=actor,
            action="places.areas_imported",
            target=None,
            at=now,
            year=year,
            created=report.created,
            changed=report.changed,
            boundaries=len(report.boundaries_matched),
        )
    if is_dry_run:
        transaction.set_rollback(True)
    return report


def _store_kind(report: AreasReport, rows: Sequence[AreaRow], kind: str, ids: dict[str, int]) -> None:
    """Store the areas of one kind, whose parents are stored already, and learn their ids."""
    of_kind = Area.objects.filter(year=report.year, kind=kind)
    known = {area.code: area for area in of_kind.defer("boundary")}
    new, changed = [], []
    for row in rows:
        parent_id = ids[row.parent] if row.parent else None
        area = known.get(row.code)
        if area is None:
            new.append(
                Area(
                    code=row.code,
                    year=report.year,
                    kind=kind,
                    name=row.name,
                    municipality_code=municipality_of(row.code),
                    parent_id=parent_id,
                )
            )
        elif (area.name, area.parent_id) != (row.name, parent_id):
            area.name, area.parent_id = row.name, parent_id
            changed.append(area)
    Area.objects.bulk_create(new, batch_size=BATCH)
    Area.objects.bulk_update(changed, ["name", "parent"], batch_size=BATCH)
    report.created += len(new)
    report.changed += len(changed)
    report.unchanged += len(rows) - len(new) - len(changed)
    ids.update(of_kind.values_list("code", "id"))


def _store_boundaries(
    report: AreasReport, boundaries: Sequence[Boundary], municipality_code: str, allow_unmatched: bool
) -> None:
    areas = Area.objects.filter(year=report.year).only("code", "name")
    if municipality_code:
        areas = areas.filter(municipality_code=municipality_code)
    elif not all(boundary.code for boundary in boundaries):
        raise InvalidInput("The boundaries bear no codes. Say which municipality they are of.")
    if not all(boundary.code for boundary in boundaries):
        # By name a wijk is meant: buurten and the municipality often bear the same one.
        areas = areas.filter(kind=Area.Kind.WIJK)
    by_code = {area.code: area for area in areas}
    matched, unmatched = match_boundaries(boundaries, {code: area.name for code, area in by_code.items()})
    report.boundaries_unmatched = sorted(boundary.label for boundary in unmatched)
    if unmatched and not allow_unmatched:
        names = ", ".join(report.boundaries_unmatched)
        raise InvalidInput(
            f"Nothing was read in: no area is known for {len(unmatched)} boundaries ({names})."
        )
    for code, boundary in matched.items():
        by_code[code].boundary = dict(boundary.geometry)
    Area.objects.bulk_update([by_code[code] for code in matched], ["boundary"], batch_size=BATCH)
    report.boundaries_matched = sorted(matched)
