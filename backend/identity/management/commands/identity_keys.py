"""`identity-keys`: are the keys that people are recognised by still the right ones?"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.errors import DomainError

from ...services.keys import missing_keys, people_of_former_keys, retire_former_keys


class Command(BaseCommand):
    help = (
        "Show whether the keys that people are recognised by are complete, and how many people still need a"
        " former one. With --retire: forget keys that are no longer in the settings, when nobody needs them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retire", action="store_true", help="forget keys that were taken out")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IDENTITY_KEYS:
            raise CommandError("MEEBESLISSEN_IDENTITY_KEYS is empty.")
        now = timezone.now()
        report = {
            "in_force": len(settings.IDENTITY_KEYS),
            "missing": missing_keys(),
            "people_of_former_keys": people_of_former_keys(now=now),
        }
        if options["retire"]:
            try:
                report["retired"] = retire_former_keys(actor=Actor.system("retired by an operator"), now=now)
            except DomainError as error:
                raise CommandError(str(error)) from error
            report["missing"] = missing_keys()
        self.stdout.write(json.dumps(report) if options["json"] else _in_words(report))
        if report["missing"]:
            raise CommandError("A key that people were recognised by is missing. Nobody can prove now.")


def _in_words(report: dict[str, int]) -> str:
    return (
        f"Keys in force: {report['in_force']}. Keys that were used and are missing: {report['missing']}.\n"
        f"People who are recognised by a former key alone: {report['people_of_former_keys']}."
    )
