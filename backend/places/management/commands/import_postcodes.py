"""Reads in which neighbourhood each postcode lies in."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.places.services import import_postcodes
from backend.places.tables import read_text, rows_of


class Command(BaseCommand):
    help = (
        "Reads in postcodes from a CSV file with the columns postcode and area: 1055TK,BU03633702. "
        "One bad row and nothing is read in; doing it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="comma or semicolon; may be .gz")
        parser.add_argument("--year", type=int, required=True, help="year of the area codes")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would happen, and change nothing"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    @no_translations
    def handle(self, *, file: Path, year: int, dry_run: bool, as_json: bool, **options: Any) -> None:
        try:
            report = import_postcodes(
                actor=Actor.system("import-postcodes"),
                year=year,
                rows=rows_of(read_text(file), "postcode", "area"),
                is_dry_run=dry_run,
                now=timezone.now(),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if as_json:
            self.stdout.write(json.dumps(asdict(report), indent=2))
            return
        self.stdout.write(
            f"Postcodes: {report.created} new, {report.changed} changed, {report.unchanged} unchanged."
        )
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")
