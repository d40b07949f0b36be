"""How much is made up and how long is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    plans: int
    few_plans: int
    people: int
    votes: int
    seconds: int
    repeats: int
    counted_votes: int
    counted_people: int
    # Of the audit record.
    entries: int
    letters: int
    codes_used: int
    # In one discussion.
    arguments: int
    replies: int
    open_pages: int
    arguing_seconds: int
    digests: int
    # Who voted for one plan.
    answered: int
    # The most people in a pool for a stratified lot.
    pool: int

    @property
    def spare_votes(self) -> int:
        """Votes that can be cast under load, more than a run gets through."""
        return 2_000 * self.seconds


FULL = Sizes(
    plans=10_000,
    few_plans=1_000,
    people=2_000,
    votes=100_000,
    seconds=10,
    repeats=60,
    counted_votes=1_000_000,
    counted_people=100_000,
    entries=300_000,
    letters=20_000,
    codes_used=200,
    arguments=2_000,
    replies=10_000,
    open_pages=400,
    arguing_seconds=30,
    digests=50_000,
    answered=14_411,
    pool=20_000,
)
# To see that everything works, not to quote.
QUICK = Sizes(
    plans=2_000,
    few_plans=1_000,
    people=500,
    votes=10_000,
    seconds=3,
    repeats=20,
    counted_votes=100_000,
    counted_people=10_000,
    entries=30_000,
    letters=1_000,
    codes_used=50,
    arguments=200,
    replies=1_000,
    open_pages=100,
    arguing_seconds=5,
    digests=2_000,
    answered=2_000,
    pool=1_000,
)
