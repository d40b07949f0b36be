"""Opens a portal for a part of a municipality."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.places.area_table import SHIPPED_YEAR
from backend.places.selectors import areas_of, portal_by_slug
from backend.places.services import PortalDetails, create_portal

# What the portal tells about itself, with the type of each answer.
DETAILS: dict[str, type] = {
    "tagline": str,
    "contact_phone": str,
    "contact_email": str,
    "counter_address": str,
    "map_latitude": float,
    "map_longitude": float,
    "map_zoom": int,
}


class Command(BaseCommand):
    help = "Opens a portal under its own hostname. Doing it again changes nothing. Read in the areas first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--slug", required=True, help="short name for the command line, such as west")
        parser.add_argument("--hostname", required=True, help="such as west.example.nl")
        parser.add_argument("--name", required=True, help="such as “Stem van West”")
        parser.add_argument("--municipality", required=True, help="CBS code, such as GM0363")
        parser.add_argument(
            "--district", required=True, help="what people call the part it is for, such as West"
        )
        parser.add_argument(
            "--area",
            action="append",
            required=True,
            dest="areas",
            help="CBS code of a wijk of it; repeat for more",
        )
        parser.add_argument("--year", type=int, default=SHIPPED_YEAR, help="year of the codes (%(default)s)")
        for name, kind in DETAILS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", type=kind)
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would happen, and change nothing"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    @no_translations
    @transaction.atomic
    def handle(self, *, slug: str, areas: list[str], dry_run: bool, as_json: bool, **options: Any) -> None:
        existed = portal_by_slug(slug) is not None
        details = {name: options[name] for name in DETAILS if options[name] is not None}
        try:
            portal = create_portal(
                actor=Actor.system("create-portal"),
                slug=slug,
                hostname=options["hostname"],
                name=options["name"],
                municipality_code=options["municipality"],
                district_name=options["district"],
                area_codes=areas,
                year=options["year"],
                details=PortalDetails(**details),
                now=timezone.now(),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        areas = [area.code for area in areas_of(portal.district_id)]
        report = {
            "slug": portal.slug,
            "hostname": portal.hostname,
            "name": portal.name,
            "municipality": portal.municipality.code,
            "areas": areas,
            "created": not existed,
            "is_dry_run": dry_run,
        }
        if dry_run:
            transaction.set_rollback(True)
        if as_json:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
            return
        done = "was there already and stays as it is" if existed else "is open"
        self.stdout.write(f"{portal.name} {done}: {portal.hostname}, {len(areas)} areas.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")
