"""`give-role`: let somebody act as clerk, councillor, official and so on at a portal or in a municipality."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.core.tenancy import in_municipality
from backend.places.models import Municipality, Portal
from backend.places.selectors import portal_by_slug

from ...services.roles import NewRole, give_role_to_address
from ...states import Role


class Command(BaseCommand):
    help = (
        "Give somebody a role at one portal or in a whole municipality, from today unless told otherwise. "
        "Their account is made when it is not there yet, and they are told of the role."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("--portal", help="short name of the portal, such as west")
        place.add_argument(
            "--municipality", help="code of the municipality, such as GM0363: all of its portals"
        )
        parser.add_argument("--email", required=True, help="address the person signs in with")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--affiliation", default="", help="party or service, shown with the name")
        parser.add_argument("--from", dest="from_day", metavar="DAY", help="first day, such as 2027-01-31")
        parser.add_argument(
            "--until", dest="until_day", metavar="DAY", help="last day; without it there is none"
        )
        parser.add_argument("--reason", required=True, help="why, for the record")
        parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        portal, municipality = _place_of(options.get("portal"), options.get("municipality"))
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"This is no e-mail address: {options['email']}") from error
        new = NewRole(
            email=options["email"],
            role=Role(options["role"]),
            portal=portal,
            reason=options["reason"],
            affiliation=options["affiliation"],
            starts_on=_day(options["from_day"]),
            ends_on=_day(options["until_day"]),
        )
        actor = Actor.system("given by an operator", municipality_id=municipality.pk)
        # A dry run does everything and takes it back: so it says what would be refused.
        with in_municipality(municipality.pk), transaction.atomic():
            try:
                assignment = give_role_to_address(actor=actor, new=new, now=timezone.now())
            except DomainError as error:
                raise CommandError(str(error)) from error
            transaction.set_rollback(options["dry_run"])
        report = {
            "portal": portal.slug if portal else None,
            "municipality": municipality.code,
            "role": options["role"],
            "from": assignment.starts_on.isoformat(),
            "until": assignment.ends_on.isoformat() if assignment.ends_on else None,
            "dry_run": options["dry_run"],
        }
        done = "would be given" if options["dry_run"] else "is given"
        place = portal.name if portal else municipality.name
        self.stdout.write(
            json.dumps(report) if options["json"] else f"The role {options['role']} at {place} {done}."
        )


def _place_of(slug: str | None, code: str | None) -> tuple[Portal | None, Municipality]:
    if code is not None:
        municipality = Municipality.objects.filter(code=code).first()
        if municipality is None:
            raise CommandError(f"There is no municipality {code}.")
        return None, municipality
    portal = portal_by_slug(slug or "")
    if portal is None:
        raise CommandError(f"There is no portal {slug}.")
    return portal, portal.municipality


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(f"This is no day: {text}. Type it as 2027-01-31.") from error
