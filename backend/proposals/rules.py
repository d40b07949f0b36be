"""How a month is counted: arithmetic on plain values. Clock and chance come in from outside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend.core.lots.drawing import Drawn, Lot
from backend.core.walltime import first_of_next_month, last_day_of_month, moment, on_wall

from .states import Period


def next_closing(period: str, closing_time: time, *, after: datetime) -> datetime:
    """The first moment after this one at which votes are counted, by the clock in Amsterdam."""
    day = on_wall(after).date()
    closing = moment(_closing_day(period, day), closing_time)
    while closing <= after:
        day = _closing_day(period, day) + timedelta(days=1)
        closing = moment(_closing_day(period, day), closing_time)
    return closing


def _closing_day(period: str, day: date) -> date:
    """The last day of the week, month or quarter that a day is in."""
    if period == Period.WEEK:
        return day + timedelta(days=6 - day.weekday())
    last = last_day_of_month(day)
    if period == Period.QUARTER:
        while last.month % 3:
            last = last_day_of_month(first_of_next_month(last))
    return last


@dataclass(frozen=True)
class Count:
    """What a count came to: every plan in order, the winner if there is one, and how a tie was settled."""

    order: list[str]
    places: dict[str, int]
    winner: str | None
    tied: list[str]
    drawn: Drawn | None


def count_votes(tally: Mapping[str, int], *, minimum: int, lot: Lot) -> Count:
    """The plan with most votes wins; a tie goes to the lot; no votes at all, or too few, means no winner."""
    order = sorted(tally, key=lambda plan: (-tally[plan], plan))
    most = tally[order[0]] if order else 0
    if most == 0 or most < minimum:
        return Count(order, places_of(tally), None, [], None)
    leaders = [plan for plan in order if tally[plan] == most]
    if len(leaders) == 1:
        return Count(order, places_of(tally), leaders[0], [], None)
    drawn = lot.order(leaders)
    return Count(order, places_of(tally), drawn.order[0], sorted(leaders), drawn)


def places_of(tally: Mapping[str, int]) -> dict[str, int]:
    """The place of every plan on the ladder; equal numbers of votes share a place."""
    places: dict[str, int] = {}
    ordered = sorted(tally, key=lambda plan: (-tally[plan], plan))
    for index, plan in enumerate(ordered, start=1):
        same_as_before = index > 1 and tally[plan] == tally[ordered[index - 2]]
        places[plan] = places[ordered[index - 2]] if same_as_before else index
    return places


_WORD = re.compile(r"\w+")
# Dutch words that say nothing about what a plan is about.
_COMMON = frozenset(
    """
    aan als bij dan dat de den der des die dit door een en er het hij hun ik in is je kan maken meer met mijn
    minder mogen moet moeten naar niet nieuw nieuwe nog of om onder onze ook op over te tot uit van veel
    voor want wat we wel wij worden wordt ze zich zijn zo
    """.split()  # noqa: SIM905  (a list of words reads better as words)
)


def words_that_matter(text: str) -> list[str]:
    """The words of a text that tell plans apart, each once, in order, at most eight."""
    words = dict.fromkeys(
        word for word in _WORD.findall(text.lower()) if len(word) > 2 and word not in _COMMON
    )
    return list(words)[:8]


def resemblance(words: Sequence[str], text: str) -> float:
    """The share of these words (or their beginnings, for Dutch endings) that a text has."""
    there = set(_WORD.findall(text.lower()))
    beginnings = {word[:6] for word in there}
    found = sum(1 for word in words if word in there or (len(word) > 5 and word[:6] in beginnings))
    return found / len(words) if words else 0.0
