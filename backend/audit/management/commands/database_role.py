"""`database-role`: let the site run as a database account that cannot change the record."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import connection, transaction

from ...database import account_exists, rights_of_site, ways_to_change_record


class Command(BaseCommand):
    help = (
        "Give a database account what the site needs and no more: it can add to the audit record, not change "
        "it. Run this as the account that owns the tables, after each migrate. Changes no data."
    )
    # It is run as the owner, which production refuses to run the site as.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the account the site runs as; make it first with createuser")
        parser.add_argument("--dry-run", action="store_true", help="show the statements, and change nothing")

    @no_translations
    def handle(self, *, name: str, dry_run: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has accounts. On SQLite the triggers alone guard the record.")
        connection.ensure_connection()
        if not account_exists(name):
            raise CommandError(f"There is no account {name}. Make it first: createuser --pwprompt {name}")
        statements = rights_of_site(name)
        if dry_run:
            self.stdout.write("\n".join(f"{statement};" for statement in statements))
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            ways = ways_to_change_record(name)
            if ways:
                raise CommandError(
                    f"The account {name} could still change the record: {', '.join(ways)}."
                    " Take that away first. Nothing was changed."
                )
        self.stdout.write(f"The account {name} can run the site, and cannot change the record.")
