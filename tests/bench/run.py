"""One run from an empty installation to a table. Needs Django set up, so __main__ loads it late."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from backend.places.demo import create_demo_portals
from backend.places.models import Portal
from backend.proposals.live import live_page
from backend.proposals.models import Plan, Vote

from . import (
    answers,
    counting,
    digests,
    discussing,
    fair,
    first_visit,
    letters,
    live,
    load,
    pages,
    seeding,
    server,
    table,
    verifying,
)
from .sizes import Sizes
from .table import Row

# A hundred, ten and ten times what Adhocracy+ did on a machine like this.
LIST_PER_SECOND = 370
PLAN_PER_SECOND = 290
VOTES_PER_SECOND = 620
MOST_MEMORY = 150
READERS = 16
VOTERS = 8
PLANS_READ = 200
ARGUMENTS_PER_SECOND = 20
CACHED = "from the page cache"
FRESH = "made anew each time"


class Bench:
    """The portals, people and sessions that the measurements share."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.folder = Path(settings.DATA_DIR)
        self.rows: list[Row] = []
        self._began = time.monotonic()

    def run(self) -> list[Row]:
        self.seed()
        self.one_by_one()
        with server.running(os.environ) as running:
            self.say("a first visit in a browser")
            self.rows += first_visit.rows_of(first_visit.visit(running, host=self.many.hostname))
            if load.is_there():
                self.under_load(running)
            else:
                self.rows.append(Row("Requests per second", "", load.MISSING, False))
            self.follow(running)
            for worker, memory in enumerate(running.worker_memory(), start=1):
                what = f"Memory of worker {worker} of {server.WORKERS} after all this"
                self.rows.append(table.at_most(what, MOST_MEMORY, memory / 1e6, "MB", digits=0))
        self.post_letters()
        self.answer_everybody()
        self.count()
        self.put_together()
        self.verify()
        self.draw_fairly()
        return self.rows

    def draw_fairly(self) -> None:
        self.say("panels with fair chances")
        self.rows += fair.draw_fairly(self.folder, most_people=self.sizes.pool)

    def answer_everybody(self) -> None:
        self.say(f"an answer to {self.sizes.answered:,} people")
        self.rows += answers.rows_of(answers.answer(self.few.pk, people=self.sizes.answered))

    def say(self, what: str) -> None:
        sys.stderr.write(f"  {time.monotonic() - self._began:4.0f} s  {what}\n")

    def seed(self) -> None:
        sizes = self.sizes
        self.say("an empty installation")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        now = timezone.now()
        self.many, self.few, self.counted = create_demo_portals(now)
        self.say(f"{sizes.plans:,} plans, {sizes.people:,} people, {sizes.votes:,} votes")
        seeding.seed_portal(self.many, plans=sizes.plans, began_at=now)
        people = seeding.seed_people(self.many, people=sizes.people, began_at=now, with_address=True)
        seeding.seed_votes(self.many, votes=sizes.votes, people=people, cast_at=now)
        seeding.seed_portal(self.few, plans=sizes.few_plans, began_at=now)
        self.sessions = dict(zip(people, seeding.sign_in(people), strict=True))
        spare = sizes.spare_votes + sizes.repeats * 2
        self.votes = iter(seeding.new_votes(self.many, people=people, votes=spare))
        talked_about = Plan.objects.all_municipalities().filter(portal=self.few).order_by("pk")[0]
        self.say(f"a discussion of {sizes.arguments:,} arguments and {sizes.replies:,} replies")
        self.thread = discussing.seed_discussion(
            talked_about, people=people, arguments=sizes.arguments, replies=sizes.replies, now=now
        )
        seeding.tidy()

    def one_by_one(self) -> None:
        """Queries, time and bytes of each page."""
        self.say("pages one by one")
        host, repeats = self.many.hostname, self.sizes.repeats
        session = next(iter(self.sessions.values()))
        for who, key in (("visitor", ""), ("signed in", session)):
            client = pages.client_of(host, key)
            fresh = (f"/?keer={number}" for number in itertools.count())
            asked = pages.reading(client, fresh)
            self.rows += pages.rows_of(f"List, {who}", pages.measure(asked, repeats=repeats))
            fresh = (f"{path}?keer={number}" for number, path in enumerate(_cycle_plans(self.many)))
            asked = pages.reading(client, fresh)
            self.rows += pages.rows_of(f"Plan page, {who}", pages.measure(asked, repeats=repeats))
        self.rows += discussing.measure(self.few, self.thread, session=session, repeats=repeats)
        votes = ((_vote_path(plan), self.sessions[person]) for person, plan in self.votes)
        self.rows += pages.rows_of_vote(pages.measure(pages.voting(host, votes), repeats=repeats))

    def under_load(self, running: server.Server) -> None:
        """Requests per second, one kind of page after another."""
        plan_paths = list(itertools.islice(_cycle_plans(self.many), PLANS_READ))
        signed_in = [f"__Host-session={key}; __Host-csrf={pages.TOKEN}" for key in self.sessions.values()]
        for portal in (self.many, self.few):
            plans = Plan.objects.all_municipalities().filter(portal=portal).count()
            what = f"List of {plans:,} plans, visitor"
            self.read(running, f"{what}, {CACHED}", ["/"], host=portal.hostname, target=LIST_PER_SECOND)
            self.read(running, f"{what}, {FRESH}", ["/"], host=portal.hostname, fresh=True)
        host = self.many.hostname
        with_cookies = [f"/\t{cookie}" for cookie in signed_in]
        self.read(running, "List, signed in", with_cookies, host=host)
        self.read(running, f"Plan page, visitor, {CACHED}", plan_paths, host=host, target=PLAN_PER_SECOND)
        self.read(running, f"Plan page, visitor, {FRESH}", plan_paths, host=host, fresh=True)
        with_cookies = [
            f"{path}\t{cookie}" for path, cookie in zip(itertools.cycle(plan_paths), signed_in, strict=False)
        ]
        self.read(running, "Plan page, signed in", with_cookies, host=host)
        self.vote(running)

    def read(
        self,
        running: server.Server,
        what: str,
        lines: list[str],
        *,
        host: str,
        target: int | None = None,
        fresh: bool = False,
    ) -> None:
        self.say(what)
        file = self.folder / "addresses.txt"
        file.write_text("".join(f"{line}\n" for line in lines))

        def ask(seconds: int, salt: str) -> load.Load:
            arguments = [str(file), "fresh" if fresh else "same", salt]
            return load.run(running, "read.lua", arguments, host=host, connections=READERS, seconds=seconds)

        if target:
            running.fetch(host, lines)
        ask(2, "warm")
        self.rows.append(_row_of(what, ask(self.sizes.seconds, "measured"), READERS, target))

    def vote(self, running: server.Server) -> None:
        what = "Vote, each by another signed-in person"
        self.say(what)
        file = self.folder / "votes.txt"
        lines = [f"{_vote_path(plan)} {self.sessions[person]} {pages.TOKEN}\n" for person, plan in self.votes]
        file.write_text("".join(lines))

        def ask(seconds: int, used: int) -> load.Load:
            arguments = [str(file), str(used)]
            return load.run(
                running,
                "vote.lua",
                arguments,
                host=self.many.hostname,
                connections=VOTERS,
                seconds=seconds,
            )

        # Each of the two runs ends with a vote under way on every connection, which its figures leave out.
        warm = ask(2, 0)
        before = _votes_of(self.many)
        found = ask(self.sizes.seconds, warm.requests + VOTERS)
        made = _votes_of(self.many) - before
        row = _row_of(what, found, VOTERS, VOTES_PER_SECOND)
        if not found.requests <= made <= found.requests + 2 * VOTERS:
            row = Row(what, row.target, f"{found.requests} answers but {made} votes", False)
        self.rows.append(row)

    def follow(self, running: server.Server) -> None:
        """Everybody has the page of one plan open while it is argued about."""
        self.say(f"{self.sizes.open_pages} open pages")
        plan = seeding.seed_thread(self.many)
        live_of_plan = live_page(plan, place=1, totals_hidden=False)
        assert live_of_plan
        address = live.Address(
            self.many.hostname, live_of_plan.address, live_of_plan.version, list(self.sessions.values())
        )
        how = {
            "pages": self.sizes.open_pages,
            "seconds": self.sizes.arguing_seconds,
            "per_second": ARGUMENTS_PER_SECOND,
        }
        self.rows += live.rows_of(live.measure(running, address, **how), **how)

    def put_together(self) -> None:
        self.say(f"{self.sizes.digests:,} digests")
        people = seeding.seed_people(
            self.few, people=self.sizes.digests, began_at=timezone.now(), with_address=True
        )
        seeding.tidy()
        self.rows += digests.rows_of(digests.digest(self.few.pk, people))

    def verify(self) -> None:
        self.say(f"verifying {self.sizes.entries:,} entries of the record")
        verifying.seed_record(self.few, rows=self.sizes.entries, began_at=timezone.now())
        seeding.tidy()
        self.rows.append(verifying.verify(self.few))

    def post_letters(self) -> None:
        self.say(f"{self.sizes.letters:,} letters with codes")
        posted = letters.post(self.few.pk, letters=self.sizes.letters, redeem=self.sizes.codes_used)
        self.rows += letters.rows_of(posted)

    def count(self) -> None:
        sizes, portal = self.sizes, self.counted
        began_at = timezone.now() - timedelta(days=70)
        self.say(f"making up {sizes.counted_votes:,} votes of {sizes.counted_people:,} people")
        this = seeding.seed_portal(portal, plans=sizes.plans, began_at=began_at)
        people = seeding.seed_people(
            portal, people=sizes.counted_people, began_at=began_at, with_address=False
        )
        seeding.seed_votes(portal, votes=sizes.counted_votes // 10, people=people, cast_at=began_at)
        seeding.tidy()
        tenth = counting.count(this.pk, for_good=False)
        seeding.seed_votes(portal, votes=sizes.counted_votes, people=people, cast_at=began_at)
        seeding.tidy()
        self.say("counting them")
        whole = counting.count(this.pk, for_good=True)
        self.rows += counting.rows_of(tenth, whole)


def _row_of(what: str, found: load.Load, connections: int, target: int | None) -> Row:
    measured = f"{found.per_second:,.0f}/s, p50 {found.p50_ms:.1f} ms, p95 {found.p95_ms:.1f} ms"
    measured += f", {found.worker_ms:.1f} ms of a worker each"
    if not found.is_sound:
        measured += f" ({found.refused} refused, {found.broken} broken)"
    asked = f"at least {target}/s at {connections}" if target else f"({connections} connections)"
    is_met = found.is_sound and found.per_second >= target if target else (None if found.is_sound else False)
    return Row(what, asked, measured, is_met)


def _cycle_plans(portal: Portal) -> Iterator[str]:
    """Plans one after another, from those with most votes down and then again."""
    plans = Plan.objects.all_municipalities().filter(portal=portal).order_by("-vote_count", "pk")
    public_ids = list(plans.values_list("public_id", flat=True)[:PLANS_READ])
    return (f"/plannen/{public_id}/" for public_id in itertools.cycle(public_ids))


def _vote_path(public_id: str) -> str:
    return f"/plannen/{public_id}/stem/"


def _votes_of(portal: Portal) -> int:
    return Vote.objects.all_municipalities().filter(plan__portal=portal).count()
