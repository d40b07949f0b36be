"""Is this installation ready for people to rely on?"""

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from backend.core.checks import unsafe_settings
from backend.core.trials import Trial, registered


class Finding(NamedTuple):
    name: str
    what: str
    remedy: str


class Command(BaseCommand):
    help = "Name everything that is unsafe or does not work in this installation. Status 0 when all is well."
    # The checks are this command's own report: they must not end it before it has told everything.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        unsafe = [Finding(str(each.id), each.msg, str(each.hint)) for each in unsafe_settings()]
        findings = unsafe + list(_not_working())
        if options["json"]:
            report = {
                "settings": settings.SETTINGS_MODULE,
                "ok": not findings,
                "findings": [each._asdict() for each in findings],
            }
            self.stdout.write(json.dumps(report, indent=2))
        else:
            self.stdout.write(f"Settings: {settings.SETTINGS_MODULE}")
            for each in findings:
                self.stdout.write(f"- {each.what}\n  {each.remedy}  [{each.name}]")
        if findings:
            raise CommandError(f"{len(findings)} things to put right before people can rely on this.")
        if not options["json"]:
            self.stdout.write("All is well.")


def _not_working() -> Iterator[Finding]:
    """What can only be known by trying it."""
    trials = [
        Trial("database_answers", _database, "Check MEEBESLISSEN_DATABASE_URL, then run migrate."),
        Trial("cache_answers", _cache, "Check MEEBESLISSEN_REDIS_URL."),
        Trial("mail_answers", _mail, "Check MEEBESLISSEN_SMTP_URL."),
        Trial("static_files", _static_files, "Run: python -m backend collectstatic --noinput"),
        Trial("translations", _translations, "Run: python -m backend messages --compile"),
        Trial("pictures", _pictures, "Let the account of the platform write in that folder."),
        *registered(),
    ]
    for trial in trials:
        try:
            trial.attempt()
        except Exception as error:  # a finding for the operator, whatever it is
            yield Finding(f"meebeslissen.{trial.name}", f"{_plain(error)}", trial.remedy)


def _plain(error: Exception) -> str:
    """The first line of what went wrong. Addresses with passwords do not appear in these."""
    return f"{error}".strip().split("\n")[0] or type(error).__name__


def _database() -> None:
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError(f"The database misses {len(waiting)} migrations.")


def _cache() -> None:
    cache.set("check-production", "kept", 10)
    if cache.get("check-production") != "kept":
        raise RuntimeError("The cache does not keep what is put in it.")


def _mail() -> None:
    server = get_connection()
    server.open()
    server.close()


def _static_files() -> None:
    folder = settings.STATIC_ROOT
    if folder is None or not (Path(folder) / "staticfiles.json").exists():
        raise RuntimeError("Styles and scripts have not been gathered.")


def _translations() -> None:
    folder = Path(settings.LOCALE_PATHS[0])
    if not (folder / settings.LANGUAGE_CODE / "LC_MESSAGES" / "django.mo").exists():
        raise RuntimeError("The translations have not been compiled, so pages would be in English.")


def _pictures() -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise RuntimeError(f"Pictures cannot be written in {folder}.")
