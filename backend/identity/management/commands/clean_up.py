"""`clean-up`: clear away what is kept no longer, or say what would go."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ...services.clearing import clean_up


class Command(BaseCommand):
    help = "Clear away what its retention clock has run out for. Runs by itself every night at three."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        done = list(clean_up(now=timezone.now(), dry_run=options["dry_run"]))
        if options["json"]:
            kinds = {
                kind.slug: {"found": kind.found, "removed": kind.removed, "failed": kind.failed}
                for kind in done
            }
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], "kinds": kinds}))
        else:
            for kind in done:
                self.stdout.write(
                    f"{kind.slug:22} found {kind.found}, removed {kind.removed}, failed {kind.failed}"
                )
        if any(kind.failed for kind in done):
            raise CommandError(
                "Something could not be removed. The log says what. It is tried again at night."
            )
