"""`reset-second-factor`: let somebody in who lost their passkeys, their app and their recovery codes."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backend.core.actor import Actor

from ...models import Person
from ...services.notices import send_notice
from ...services.second_factor import reset_second_factor
from ...states import ResetReason


class Command(BaseCommand):
    help = (
        "Take away every second factor of somebody, sign them out everywhere and tell them by mail. They sign"
        " in with a code by mail and set up another. First make sure that it is them who asks, by more than"
        " a mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True, help="address the person signs in with")
        parser.add_argument("--reason", required=True, choices=ResetReason.values, help="for the record")
        parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(email=options["email"].strip().lower()).first()
        if person is None:
            raise CommandError("Nobody signs in with this address.")
        removed = 0
        if not options["dry_run"]:
            removed = reset_second_factor(
                actor=Actor.system("asked of an operator"),
                person=person,
                reason=ResetReason(options["reason"]),
                now=timezone.now(),
            )
            send_notice("second_factor_reset", email=str(person.email), language=person.language, portal=None)
        report = {"removed": removed, "dry_run": options["dry_run"]}
        said = "Nothing was changed." if options["dry_run"] else f"{removed} second factors were taken away."
        self.stdout.write(json.dumps(report) if options["json"] else said)
