"""`give-role`: let somebody act as clerk, councillor, official and so on at one portal."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.places.selectors import portal_by_slug

from ...services.people import person_for_address
from ...services.roles import give_role
from ...states import Role


class Command(BaseCommand):
    help = (
        "Give somebody a role at one portal from today. Their account is made when it is not there yet;"
        " they sign in with a code by mail. A second time changes only the affiliation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portal", required=True, help="short name of the portal, such as west")
        parser.add_argument("--email", required=True, help="address the person signs in with")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--affiliation", default="", help="party or service, shown with the name")
        parser.add_argument("--reason", required=True, help="why, for the record")
        parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        portal = portal_by_slug(options["portal"])
        if portal is None:
            raise CommandError(f"There is no portal {options['portal']}.")
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"This is no e-mail address: {options['email']}") from error
        now = timezone.now()
        if not options["dry_run"]:
            with in_municipality(portal.municipality_id), transaction.atomic():
                give_role(
                    actor=Actor.system("given by an operator", municipality_id=portal.municipality_id),
                    person=person_for_address(email=options["email"], language="nl", now=now),
                    role=Role(options["role"]),
                    portal=portal,
                    reason=options["reason"],
                    affiliation=options["affiliation"],
                    now=now,
                )
        report = {"portal": portal.slug, "role": options["role"], "dry_run": options["dry_run"]}
        done = "would be given" if options["dry_run"] else "is given"
        self.stdout.write(
            json.dumps(report) if options["json"] else f"The role {options['role']} at {portal.name} {done}."
        )
