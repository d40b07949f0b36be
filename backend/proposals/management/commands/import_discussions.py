"""Reads discussions that were held elsewhere into a portal."""

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
from backend.proposals.decide_madrid import File, Finding, Problem, in_words
from backend.proposals.management.arguments import add_moment, add_portal, find_portal, in_plain_words
from backend.proposals.management.progress import Progress
from backend.proposals.pabulib import Level
from backend.proposals.services.imported_discussions import (
    DiscussionReport,
    import_discussions,
    preview_discussions,
)
from backend.proposals.services.imports import ImportOutcome

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
  0    all went well, or the files were read in before and nothing was changed
  1    nothing was read in: a file is broken, or they cannot go into this portal
  2    the command was typed wrongly
  3    read in, but without the comments or votes that the report says were refused
  130  stopped halfway; nothing was read in

A dry run ends with the status that the import would end with."""


class Command(BaseCommand):
    help = (
        f"Reads {File.PROPOSALS} and {File.COMMENTS}, as Decide Madrid exports them, into a portal as plans "
        "and the discussions about them. All of it is read in or nothing is."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=EPILOG, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the two files are")
        add_portal(parser)
        add_moment(parser)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="check the files, tell what would happen, change nothing",
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    @no_translations
    def handle(
        self, *, folder: Path, portal: str, at: datetime | None, dry_run: bool, as_json: bool, **options: Any
    ) -> None:
        try:
            with in_plain_words():
                report = self._read(folder, portal, at or timezone.now(), dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"Cannot read {error.filename}: {error.strerror or error}.") from error
        except KeyboardInterrupt as error:
            raise CommandError("Stopped. Nothing was read in.", returncode=INTERRUPTED) from error
        if as_json:
            self.stdout.write(json.dumps(_as_json(report, dry_run), indent=2, ensure_ascii=False))
        else:
            self._print(report, dry_run)
        _end(report)

    def _read(self, folder: Path, slug: str, now: datetime, *, dry_run: bool) -> DiscussionReport:
        portal = find_portal(slug)
        actor = Actor.system("import-discussions", municipality_id=portal.municipality_id)
        if dry_run:
            return preview_discussions(actor=actor, portal_id=portal.pk, folder=folder, now=now)
        progress = Progress(self.stderr, noun="comments")
        return import_discussions(actor=actor, portal_id=portal.pk, folder=folder, now=now, progress=progress)

    def _print(self, report: DiscussionReport, dry_run: bool) -> None:
        check = report.check
        self.stdout.write(
            f"{len(check.proposals)} proposals, {check.comments_in_file} comments,"
            f" {check.positive_votes} votes for them and {check.negative_votes} against."
            f" SHA-256 {check.fingerprint}"
        )
        if not check.is_broken:
            for line in _account(report):
                self.stdout.write(f"  {line}")
        for level, heading in HEADINGS.items():
            found = [finding for finding in check.findings if finding.level is level]
            if found:
                number = {Level.ERROR: check.errors, Level.REFUSED: check.refused, Level.NOTE: check.notes}
                self.stdout.write(f"\n{heading} ({number[level]}):")
                self._print_findings(found, report)
        self.stdout.write("\n" + _summary(report, dry_run))

    def _print_findings(self, found: list[Finding], report: DiscussionReport) -> None:
        shown: Counter[Problem] = Counter()
        for finding in found:
            shown[finding.problem] += 1
            if shown[finding.problem] <= SHOWN_PER_PROBLEM:
                self.stdout.write(f"  {in_words(finding)}")
        for problem, number in shown.items():
            more = max(report.check.count(problem), number) - SHOWN_PER_PROBLEM
            if more > 0:
                self.stdout.write(f"  And {more} more like this: {problem.value.replace('_', ' ')}.")


def _account(report: DiscussionReport) -> list[str]:
    """What becomes of all that the files hold, with numbers that add up."""
    check = report.check
    left_out = check.comments_in_file - check.remarks - check.replies
    return [
        f"Remarks, neither for nor against: {check.remarks}.",
        f"Replies below them, in the order of time: {check.replies}.",
        f"Comments that are left out; see below why: {left_out}.",
        f"Comments that answer one that the file lacks: {check.tree.without_parent()}.",
        f"Votes that count as finding a comment convincing: {check.convincing}.",
        f"Votes that are left out: {check.positive_votes - check.convincing} for a comment that is left out,"
        f" and {check.negative_votes} against one, for which there is no place here.",
        f"Comments that say what kind of user wrote them, which is left out: {check.user_types}.",
        "Names and numbers of who wrote it are left out.",
    ]


def _summary(report: DiscussionReport, dry_run: bool) -> str:
    if report.outcome is ImportOutcome.BROKEN:
        return "Nothing was read in. Repair the file, then try again."
    if report.outcome is ImportOutcome.UNCHANGED:
        return "These files were read in before. Nothing was changed."
    if dry_run:
        return "This was a dry run: nothing was changed. The files can be read in."
    return f"Read in: {report.plans} plans, {report.remarks} remarks, {report.replies} replies."


def _end(report: DiscussionReport) -> None:
    if report.outcome is ImportOutcome.BROKEN:
        raise CommandError("A file is broken.", returncode=NOTHING_READ_IN)
    if report.check.refused and report.outcome is not ImportOutcome.UNCHANGED:
        raise CommandError("Parts of the files were refused.", returncode=WITH_REFUSALS)


def _as_json(report: DiscussionReport, dry_run: bool) -> dict[str, Any]:
    check = report.check
    return {
        "outcome": report.outcome,
        "is_dry_run": dry_run,
        "fingerprint": check.fingerprint,
        "in_files": {
            "proposals": len(check.proposals),
            "comments": check.comments_in_file,
            "remarks": check.remarks,
            "replies": check.replies,
            "without_parent": check.tree.without_parent(),
            "positive_votes": check.positive_votes,
            "negative_votes": check.negative_votes,
        },
        "left_out": {
            "comments": check.comments_in_file - check.remarks - check.replies,
            "positive_votes": check.positive_votes - check.convincing,
            "negative_votes": check.negative_votes,
            "user_types": check.user_types,
        },
        "added": {"plans": report.plans, "remarks": report.remarks, "replies": report.replies},
        "errors": check.errors,
        "refused": check.refused,
        "notes": check.notes,
        "counts": {problem.value: check.count(problem) for problem in Problem if check.count(problem)},
        "findings": [
            {
                "level": finding.level,
                "problem": finding.problem,
                "file": finding.file,
                "row": finding.row,
                "column": finding.column,
                "values": dict(finding.values),
                "words": in_words(finding),
            }
            for finding in check.findings
        ],
    }
