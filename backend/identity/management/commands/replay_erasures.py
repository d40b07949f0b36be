"""`replay-erasures`: after a restore, erase again who was erased since the copy was made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ...services.ledger import BrokenLedger, erase_again, ledger_path


class Command(BaseCommand):
    help = "Erase everybody on the list of erasures whom a restored copy brought back. Twice does no harm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ledger", help="the list (default: erasures.jsonl in the data folder)")
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["ledger"]) if options["ledger"] else ledger_path()
        if not path.is_file():
            raise CommandError(f"There is no list of erasures at {path}. Nothing was changed.")
        try:
            done = erase_again(path=path, now=timezone.now(), dry_run=options["dry_run"])
        except BrokenLedger as broken:
            raise CommandError(
                f"The list of erasures is damaged at {broken}. Who stands above it was erased."
                " Repair the line, or take a copy of the list, and run this again."
            ) from broken
        if options["json"]:
            report = {"dry_run": options["dry_run"], "on_list": done.on_list, "found": done.found}
            self.stdout.write(json.dumps({**report, "erased": done.erased}))
            return
        what = "would be erased again" if options["dry_run"] else "erased again"
        number = done.found if options["dry_run"] else done.erased
        self.stdout.write(f"{done.on_list} on the list, {number} {what}.")
