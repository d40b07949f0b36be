"""Dates that are kept or missed: arithmetic on plain values. The day of today comes in from outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# Of each of the three texts of an answer: what was done, what was not, and why.
LONGEST_TEXT = 3_000
WEEK = 7
WEEK_BEFORE, DAY_BEFORE = -2, -1


def reminder_of(due_on: date, today: date) -> int | None:
    """Which reminder of a date has its turn: a week before it, a day before it, or the week it is late.

    0 is the day after the date, 1 a week later, and so on. Those that were missed are not sent later.
    """
    days_left = (due_on - today).days
    if days_left > WEEK:
        return None
    if days_left > 1:
        return WEEK_BEFORE
    if days_left >= 0:
        return DAY_BEFORE
    return (-days_left - 1) // WEEK


def last_day_to_remind_of(today: date) -> date:
    """Dates after this one have no reminder yet."""
    return today + timedelta(days=WEEK)


@dataclass(frozen=True)
class Waited:
    """So many people waited so many days for their answer."""

    days: int
    people: int


def median_of(waits: Iterable[Waited]) -> int | None:
    """The days within which half of the people had their answer; None when nobody had one."""
    ordered = sorted((wait for wait in waits if wait.people), key=lambda wait: wait.days)
    half = -(-sum(wait.people for wait in ordered) // 2)
    passed = 0
    for wait in ordered:
        passed += wait.people
        if passed >= half:
            return wait.days
    return None


def months_before(today: date, number: int) -> list[date]:
    """The first days of so many months, the last of them that of today, oldest first."""
    count = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(count - number + 1, count + 1)]
