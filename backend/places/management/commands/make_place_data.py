"""Makes the files with places that come along, from the published ones."""

from __future__ import annotations

import gzip
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from backend.core.errors import DomainError
from backend.places.area_table import SHIPPED_YEAR, AreaRow, read_areas, shipped_table, zipped_table
from backend.places.boundaries import (
    SHIPPED_BOUNDARIES,
    Boundary,
    compact,
    match_boundaries,
    read_boundaries,
)
from backend.places.demo import WEST_AREAS

# The map is older than the table and draws these two wijken as one.
DRAWN_AS_ONE = {"De Krommert": ("WK036340", "WK036375")}
# About a metre.
DECIMALS = 5


class Command(BaseCommand):
    help = (
        "For developers: makes backend/places/data anew from WijkenEnBuurten.csv of CBS table 85318NED and a "
        "GeoJSON file of the quarters of Amsterdam by name. The same input gives the same bytes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("areas", type=Path, metavar="WijkenEnBuurten.csv")
        parser.add_argument("boundaries", type=Path, metavar="amsterdam.geojson")

    @no_translations
    def handle(self, *, areas: Path, boundaries: Path, **options: Any) -> None:
        try:
            rows = read_areas(areas)
            outlines = zipped_boundaries(read_boundaries(boundaries), rows)
        except DomainError as error:
            raise CommandError(str(error)) from error
        shipped_table(SHIPPED_YEAR).write_bytes(zipped_table(rows))
        SHIPPED_BOUNDARIES.write_bytes(outlines)
        self.stdout.write(f"Wrote {len(rows)} areas and {len(WEST_AREAS)} boundaries.")


def zipped_boundaries(boundaries: list[Boundary], rows: list[AreaRow]) -> bytes:
    """The boundaries of Amsterdam-West with their codes, as they come along."""
    names = {row.code: row.name for row in rows if row.code in WEST_AREAS}
    with_codes = [
        Boundary(code, boundary.name, boundary.geometry)
        for boundary in boundaries
        for code in DRAWN_AS_ONE.get(boundary.name, (boundary.code,))
    ]
    matched, _elsewhere = match_boundaries(with_codes, names)
    missing = sorted(set(WEST_AREAS) - set(matched))
    if missing:
        raise CommandError(f"No boundary of {', '.join(missing)}.")
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": names[code]},
            "geometry": compact(matched[code].geometry, DECIMALS),
        }
        for code in WEST_AREAS
    ]
    text = json.dumps(
        {"type": "FeatureCollection", "features": features}, separators=(",", ":"), ensure_ascii=False
    )
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)
