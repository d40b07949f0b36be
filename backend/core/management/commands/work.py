"""Due work as a process of its own."""

import json
import signal
import threading
from argparse import ArgumentParser
from datetime import datetime
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.core import due
from backend.core.worker import SECONDS_BETWEEN_WALKS, utc_now, work_until


class Command(BaseCommand):
    help = "Do what is due (closing rounds, sending mail, reminders) every few seconds until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="walk once, report, and end")
        parser.add_argument(
            "--at",
            type=_moment,
            help="pretend it is this moment, such as 2027-01-31T23:59:59+01:00; with --once",
        )
        parser.add_argument(
            "--seconds", type=float, default=SECONDS_BETWEEN_WALKS, help="pause between two walks (5)"
        )
        parser.add_argument("--dry-run", action="store_true", help="with --once: only count what is due")
        parser.add_argument("--json", action="store_true", help="with --once: report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["once"]:
            if options["at"] or options["dry_run"] or options["json"]:
                raise CommandError("--at, --dry-run and --json go together with --once.")
            self._until_stopped(options["seconds"])
            return
        now = options["at"] or utc_now()
        if options["dry_run"]:
            waiting = {work.name: sum(1 for _row in work.find(now)) for work in due.registered()}
            self._report(
                {"due": {name: rows for name, rows in waiting.items() if rows}}, as_json=options["json"]
            )
            return
        report = due.walk(now)
        self._report({"done": report.done, "failed": report.failed}, as_json=options["json"])
        if report.failed:
            raise CommandError("Some rows failed and stay due. The log says why.")

    def _until_stopped(self, seconds: float) -> None:
        stop = threading.Event()

        def finish(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, finish)
        self.stdout.write("Doing what is due. Ctrl+C stops it.")
        work_until(stop, seconds=seconds)
        self.stdout.write("Stopped.")

    def _report(self, parts: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(parts, sort_keys=True))
            return
        for part, works in parts.items():
            for name, rows in works.items():
                self.stdout.write(f"{part}: {name}: {rows}")
        if not any(parts.values()):
            self.stdout.write("Nothing is due.")


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a moment needs its distance to UTC")
    return at
