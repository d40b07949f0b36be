"""Keep the translations in step with the code."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.core import translation


class Command(BaseCommand):
    help = (
        "Gather the texts of code and templates into backend/locale and compile the translations. "
        "Needs no gettext programs."
    )
    # It must also run while the rest is broken, and before there is a database.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", action="store_true", help="change nothing; fail when one is missing")
        choice.add_argument("--compile", action="store_true", help="only compile what is translated")

    def handle(self, *args: Any, **options: Any) -> None:
        languages = [code for code, _name in settings.LANGUAGES if code != translation.SOURCE_LANGUAGE]
        files = {language: translation.file_of(settings.LOCALE_PATHS[0], language) for language in languages}
        if options["compile"]:
            self._compile(files)
            return
        found = translation.gather(settings.ROOT)
        if options["check"]:
            self._check(files, found)
            return
        for language, path in files.items():
            translation.update(path, language, found)
            left = len(translation.problems(translation.read(path, language), found))
            self.stdout.write(f"{language}: {len(found)} texts, {left} to translate or mend")
        self._compile(files)

    def _compile(self, files: dict[str, Path]) -> None:
        for language, path in files.items():
            translation.compile_file(path, language)

    def _check(self, files: dict[str, Path], found: Catalog) -> None:
        count = 0
        for language, path in files.items():
            for problem in translation.problems(translation.read(path, language), found):
                self.stderr.write(f"{language}: {problem}")
                count += 1
        if count:
            raise CommandError(
                f"{count} translations are not in order. Run `make messages`, then fill in "
                "backend/locale/*/LC_MESSAGES/django.po."
            )
        self.stdout.write(f"All {len(found)} texts are translated in every language.")
