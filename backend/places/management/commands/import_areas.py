"""Reads in municipalities, wijken and buurten, and where they lie."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.errors import DomainError, InvalidInput
from backend.places.area_table import SHIPPED_YEAR, read_areas, shipped_table
from backend.places.boundaries import read_boundaries
from backend.places.services import AreasReport, import_areas


class Command(BaseCommand):
    help = (
        "Reads in the areas of a year: the table that comes along, or WijkenEnBuurten.csv of the CBS. "
        "With boundaries when they are given. All or nothing; doing it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, default=SHIPPED_YEAR, help="year of the table (%(default)s)")
        parser.add_argument(
            "--file", type=Path, help="table to read instead of the one that comes along; may be .gz"
        )
        parser.add_argument("--boundaries", type=Path, help="GeoJSON in degrees, longitude first; may be .gz")
        parser.add_argument("--municipality", default="", help="where boundaries without a code lie: GM0363")
        parser.add_argument(
            "--allow-unmatched", action="store_true", help="leave out boundaries of areas that are not known"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would happen, and change nothing"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    @no_translations
    def handle(
        self,
        *,
        year: int,
        file: Path | None,
        boundaries: Path | None,
        municipality: str,
        allow_unmatched: bool,
        dry_run: bool,
        as_json: bool,
        **options: Any,
    ) -> None:
        try:
            report = import_areas(
                actor=Actor.system("import-areas"),
                year=year,
                rows=read_areas(_table(year, file)),
                boundaries=read_boundaries(boundaries) if boundaries else (),
                municipality_code=municipality,
                allow_unmatched=allow_unmatched,
                is_dry_run=dry_run,
                now=timezone.now(),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(asdict(report), indent=2) if as_json else _in_words(report))


def _table(year: int, file: Path | None) -> Path:
    table = file or shipped_table(year)
    if file is None and not table.exists():
        raise InvalidInput(f"No table of {year} comes along. Name one with --file.")
    return table


def _in_words(report: AreasReport) -> str:
    counts = f"{report.created} new, {report.changed} changed, {report.unchanged} unchanged"
    lines = [f"Areas of {report.year}: {counts}."]
    if report.not_in_table:
        lines.append(f"Kept, though not in the table: {', '.join(report.not_in_table)}.")
    if report.boundaries_matched or report.boundaries_unmatched:
        lines.append(f"Boundaries: {len(report.boundaries_matched)} matched.")
    if report.boundaries_unmatched:
        lines.append(f"Boundaries left out: {', '.join(report.boundaries_unmatched)}.")
    if report.is_dry_run:
        lines.append("This was a dry run: nothing was changed.")
    return "\n".join(lines)
