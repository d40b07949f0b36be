"""`set-clock`: how long something is kept, on an installation that several municipalities share."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import transaction
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.core.retention import LIMITS, Clock

from ...services.clocks import set_clock

# The record keeps no more of it.
LONGEST_REASON = 200


class Command(BaseCommand):
    help = (
        "Set for how many days something is kept, for every municipality on this installation. What is older"
        " goes in the next night and cannot be brought back. First let the municipalities agree."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("purpose", choices=[str(clock) for clock in LIMITS])
        parser.add_argument("days", type=int)
        parser.add_argument("--reason", required=True, help="why, for the record; no names of people")
        parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            raise CommandError(f"Give a reason of at most {LONGEST_REASON} characters. Nothing was changed.")
        # A dry run does everything and takes it back: so it says what would be refused.
        with transaction.atomic():
            try:
                before = set_clock(
                    actor=Actor.system(reason),
                    purpose=Clock(options["purpose"]),
                    days=options["days"],
                    now=timezone.now(),
                )
            except DomainError as error:
                raise CommandError(str(error)) from error
            transaction.set_rollback(options["dry_run"])
        report = {
            "purpose": options["purpose"],
            "before": before,
            "after": options["days"],
            "dry_run": options["dry_run"],
        }
        done = "would go" if options["dry_run"] else "went"
        said = f"{options['purpose']} {done} from {before} to {options['days']} days."
        self.stdout.write(json.dumps(report) if options["json"] else said)
