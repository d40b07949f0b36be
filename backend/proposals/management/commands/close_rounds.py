"""`close-rounds`: count every round that has ended, as the clock does by itself."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from backend.core.errors import DomainError
from backend.core.tenancy import in_municipality
from backend.places.selectors import list_portals

from ...due import begin_one, close_one, portals_without_round, tell_one
from ...management.arguments import add_moment, find_portal
from ...models import Announcement, Round
from ...services.counting import rounds_to_close


class Command(BaseCommand):
    help = (
        "Count every round that has ended, publish its protocol, begin the next round and tell people."
        " Rounds that were counted before stay as they are, so it does no harm to run it twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--portal", help="only this portal, by its short name")
        add_moment(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="say which rounds would be counted, change nothing"
        )
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now = options["at"] or timezone.now()
        portals = [find_portal(options["portal"])] if options["portal"] else list_portals()
        wanted = {portal.pk for portal in portals}
        if not options["dry_run"]:
            # First the rounds of months that passed unseen, so that they are counted too.
            for portal_id in portals_without_round(now):
                if portal_id in wanted:
                    begin_one(portal_id, now)
        rounds = Round.objects.all_municipalities().filter(pk__in=rounds_to_close(now), portal__in=portals)
        report, failed = [], False
        for this in rounds.select_related("portal").order_by("closes_at", "number"):
            row: dict[str, Any] = {
                "portal": this.portal.slug,
                "round": this.number,
                "closed_at": this.closes_at,
            }
            if not options["dry_run"]:
                try:
                    close_one(this.pk, now)
                    row |= _result(this)
                except DomainError as error:
                    row["error"], failed = str(error), True
            report.append(row)
        if not options["dry_run"]:
            news = Announcement.objects.all_municipalities().filter(plan__portal__in=portals, told_at=None)
            for announcement_id in list(news.order_by("id").values_list("pk", flat=True)):
                tell_one(announcement_id, now)
        self._print(report, as_json=options["json"], is_dry_run=options["dry_run"])
        if failed:
            raise CommandError("Not every round could be counted; see the report.")

    def _print(self, report: list[dict[str, Any]], *, as_json: bool, is_dry_run: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"dry_run": is_dry_run, "rounds": report}, default=str, indent=1))
            return
        if not report:
            self.stdout.write("No round has ended that was not counted before.")
        for row in report:
            outcome = (
                "would be counted" if is_dry_run else row.get("error") or f"winner: {row['winner'] or 'none'}"
            )
            closed = f"{row['closed_at']:%Y-%m-%d %H:%M:%S} UTC"
            self.stdout.write(f"{row['portal']} round {row['round']} (closed {closed}): {outcome}")


def _result(this: Round) -> dict[str, Any]:
    with in_municipality(this.municipality_id):
        protocol = Round.objects.select_related("protocol").get(pk=this.pk).protocol
        return {
            "winner": protocol.body["winner"],
            "hash": protocol.hash,
            "plans": len(protocol.body["plans"]),
        }
