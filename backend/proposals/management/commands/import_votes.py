"""Reads a real election into a portal."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from backend.core.actor import Actor
from backend.proposals.management.arguments import add_moment, add_portal, find_portal, in_plain_words
from backend.proposals.management.progress import Progress
from backend.proposals.pabulib import Finding, Level
from backend.proposals.pabulib_words import in_words
from backend.proposals.services.imports import (
    ImportOutcome,
    ImportReport,
    import_election,
    preview_election,
)

NOTHING_READ_IN = 1
WITH_REFUSALS = 3
INTERRUPTED = 130
SHOWN_PER_PROBLEM = 10
HEADINGS = {
    Level.ERROR: "Broken, so nothing is read in",
    Level.REFUSED: "Refused",
    Level.NOTE: "Good to know",
}
EPILOG = """exit status:
  0    all went well, or the file was read in before and nothing was changed
  1    nothing was read in: the file is broken, or it cannot go into this portal
  2    the command was typed wrongly
  3    read in, but without the ballots or choices that the report says were refused
  130  stopped halfway; the same command goes on where it stopped

A dry run ends with the status that the import would end with."""


class Command(BaseCommand):
    help = (
        "Reads an election in the Pabulib format (.pb) into a portal as plans, voters and votes. "
        "A broken file changes nothing. A stopped import goes on where it was."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EPILOG, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.pb")
        add_portal(parser)
        add_moment(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="check the file and tell what would happen, change nothing"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    @no_translations
    def handle(
        self, *, file: Path, portal: str, at: datetime | None, dry_run: bool, as_json: bool, **options: Any
    ) -> None:
        try:
            with in_plain_words():
                report = self._read(file, portal, at or timezone.now(), dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"Cannot read {file}: {error.strerror or error}.") from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Stopped. What was read in is kept. Run the command again to go on.", returncode=INTERRUPTED
            ) from error
        if as_json:
            self.stdout.write(json.dumps(_as_json(report, dry_run), indent=2, ensure_ascii=False))
        else:
            self._print(report, dry_run)
        _end(report)

    def _read(self, file: Path, slug: str, now: datetime, *, dry_run: bool) -> ImportReport:
        portal = find_portal(slug)
        actor = Actor.system("import-votes", municipality_id=portal.municipality_id)
        if dry_run:
            return preview_election(actor=actor, portal_id=portal.pk, path=file)
        progress = Progress(self.stderr, noun="ballots")
        return import_election(actor=actor, portal_id=portal.pk, path=file, now=now, progress=progress)

    def _print(self, report: ImportReport, dry_run: bool) -> None:
        check = report.check
        name = check.election.meta.get("description", "No name found")
        self.stdout.write(
            f"{name}: {len(check.election.projects)} projects, {check.ballots_in_file} ballots,"
            f" {check.choices} votes. SHA-256 {check.fingerprint}"
        )
        for level, heading in HEADINGS.items():
            found = [finding for finding in check.findings if finding.level is level]
            if found:
                number = {Level.ERROR: check.errors, Level.REFUSED: check.refused, Level.NOTE: check.notes}[
                    level
                ]
                self.stdout.write(f"\n{heading} ({number}):")
                self._print_findings(found, report)
        for reference, number in sorted(report.too_late.items()):
            self.stdout.write(f"  Plan {reference} no longer collects votes: {number} votes are left out.")
        self.stdout.write("\n" + _summary(report, dry_run))

    def _print_findings(self, found: list[Finding], report: ImportReport) -> None:
        shown: Counter[str] = Counter()
        for finding in found:
            shown[finding.problem] += 1
            if shown[finding.problem] <= SHOWN_PER_PROBLEM:
                self.stdout.write(f"  {in_words(finding)}")
        for problem in dict.fromkeys(finding.problem for finding in found):
            if report.check.counts[problem] > SHOWN_PER_PROBLEM:
                more = report.check.counts[problem] - SHOWN_PER_PROBLEM
                self.stdout.write(f"  And {more} more like this: {problem.value.replace('_', ' ')}.")


def _summary(report: ImportReport, dry_run: bool) -> str:
    if report.outcome is ImportOutcome.BROKEN:
        return "Nothing was read in. Repair the file, then try again."
    if report.outcome is ImportOutcome.UNCHANGED:
        return "This file was read in before. Nothing was changed."
    stopped = report.resumed_after
    if dry_run:
        resumed = f" It will go on after {stopped} ballots, where it stopped." if stopped is not None else ""
        return f"This was a dry run: nothing was changed. The file can be read in.{resumed}"
    resumed = f" It went on after {stopped} ballots, where it had stopped." if stopped is not None else ""
    return f"Read in: {report.plans} plans, {report.voters} voters, {report.votes} votes.{resumed}"


def _end(report: ImportReport) -> None:
    if report.outcome is ImportOutcome.BROKEN:
        raise CommandError("The file is broken.", returncode=NOTHING_READ_IN)
    if report.has_refusals and report.outcome is not ImportOutcome.UNCHANGED:
        raise CommandError("Parts of the file were refused.", returncode=WITH_REFUSALS)


def _as_json(report: ImportReport, dry_run: bool) -> dict[str, Any]:
    check = report.check
    return {
        "outcome": report.outcome,
        "is_dry_run": dry_run,
        "fingerprint": check.fingerprint,
        "election": dict(check.election.meta),
        "in_file": {
            "projects": len(check.election.projects),
            "ballots": check.ballots_in_file,
            "accepted_ballots": check.ballots,
            "votes": check.choices,
        },
        "added": {"plans": report.plans, "voters": report.voters, "votes": report.votes},
        "resumed_after": report.resumed_after,
        "errors": check.errors,
        "refused": check.refused,
        "notes": check.notes,
        "too_late": dict(report.too_late),
        "counts": {problem.value: number for problem, number in sorted(check.counts.items())},
        "findings": [
            {
                "level": finding.level,
                "problem": finding.problem,
                "row": finding.row,
                "values": dict(finding.values),
                "words": in_words(finding),
            }
            for finding in check.findings
        ],
    }
