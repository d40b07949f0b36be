"""Shows the votes per plan of a round."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from backend.core.tenancy import in_municipality
from backend.places.models import Portal
from backend.proposals.management.arguments import add_moment, add_portal, find_portal, in_plain_words
from backend.proposals.models import Plan, PlanCount, Round
from backend.proposals.selectors.rounds import current_round, latest_rules
from backend.proposals.selectors.tallies import recount

CURRENT = "current"
TITLE_WIDTH = 70


class Command(BaseCommand):
    help = (
        "Shows plans with their reference in the source and their votes. Of a counted round the numbers that "
        "were published, of the current one a recount from the votes themselves. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_portal(parser)
        parser.add_argument(
            "--round",
            type=_round,
            default=CURRENT,
            metavar="current|N",
            help="which round (default: current)",
        )
        add_moment(parser)
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    @no_translations
    def handle(
        self, *, portal: str, round: str | int, at: datetime | None, as_json: bool, **options: Any
    ) -> None:
        with in_plain_words():
            report = self._tally(portal, round, at or timezone.now())
        if as_json:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self._print(report)

    def _tally(self, slug: str, which: str | int, now: datetime) -> dict[str, Any]:
        found = find_portal(slug)
        with in_municipality(found.municipality_id):
            this = _find_round(found, which, now)
            is_counted = this is not None and this.counted_at is not None
            rows = _published(this) if this is not None and is_counted else _recounted(found, this, now)
        rows.sort(key=lambda row: (-row["votes"], row["plan"]))
        return {
            "portal": found.slug,
            "round": this.number if this else None,
            "is_counted": is_counted,
            "plans": rows,
        }

    def _print(self, report: dict[str, Any]) -> None:
        kind = "as published" if report["is_counted"] else "recounted now"
        name = f"Round {report['round']}" if report["round"] else "No round has begun"
        self.stdout.write(f"{name} of {report['portal']}, {kind}: {len(report['plans'])} plans")
        self.stdout.write(f"{'votes':>8}  {'plan':<10}  {'reference':<12}  title")
        for row in report["plans"]:
            title = row["title"][:TITLE_WIDTH]
            self.stdout.write(f"{row['votes']:>8}  {row['plan']:<10}  {row['reference']:<12}  {title}")


def _round(text: str) -> str | int:
    if text == CURRENT:
        return CURRENT
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ArgumentTypeError("Type “current” or the number of a round.")


def _find_round(portal: Portal, which: str | int, now: datetime) -> Round | None:
    if which == CURRENT:
        return current_round(portal.pk, at=now)
    this = Round.objects.filter(portal=portal, number=which).select_related("rules").first()
    if this is None:
        raise CommandError(f"Portal {portal.slug} has no round {which}.")
    return this


def _published(this: Round) -> list[dict[str, Any]]:
    counts = PlanCount.objects.filter(round=this).select_related("plan")
    return [_row(count.plan, count.votes) for count in counts]


def _recounted(portal: Portal, this: Round | None, now: datetime) -> list[dict[str, Any]]:
    """The votes as they stand now, or as they stood when a round ended that still has to be counted."""
    rules = this.rules if this else latest_rules(portal.pk)
    if rules is None:
        return []
    # A count takes the votes before a moment; here those of this moment itself are wanted too.
    at = now + timedelta(microseconds=1)
    at = min(at, this.closes_at) if this else at
    votes = {tally.plan_id: tally.votes for tally in recount(portal.pk, rules, at)}
    plans = Plan.objects.filter(portal=portal).only("public_id", "source_reference", "title")
    return [_row(plan, votes[plan.pk]) for plan in plans.iterator() if plan.pk in votes]


def _row(plan: Plan, votes: int) -> dict[str, Any]:
    return {
        "plan": plan.public_id,
        "reference": plan.source_reference,
        "title": plan.title,
        "votes": votes,
    }
