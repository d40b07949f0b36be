"""Reading one value of a row, and saying what is wrong with it."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from backend.core.walltime import moment

from .findings import File, Findings, Problem
from .rows import Row, shown

MADRID = ZoneInfo("Europe/Madrid")
_NUMBER = re.compile(r"[0-9]{1,18}")
_COUNT = re.compile(r"[0-9]{1,9}")
_CLOCK = re.compile(r"(?:0 days )?([0-9]{2}:[0-9]{2}:[0-9]{2})")
# All but the tab and the end of a line.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Reader:
    """The values of one row. `is_sound` says whether all that was asked for could be read."""

    def __init__(self, row: Row, file: File, findings: Findings) -> None:
        self.row = row.number
        self.is_sound = True
        self._values = row.values
        self._file = file
        self._findings = findings

    def plain(self, column: str) -> str:
        return self._values.get(column, "").strip()

    def wrong(self, problem: Problem, column: str, **values: str | int) -> None:
        """Something here keeps the row from being read in."""
        self.is_sound = False
        self.note(problem, column, **values)

    def note(self, problem: Problem, column: str = "", **values: str | int) -> None:
        self._findings.add(problem, self._file, self.row, column, **values)

    def number(self, column: str, *, nothing: str | None = None) -> int | None:
        """What a row is called by. None for nothing, and for what is no such number."""
        said = self.plain(column)
        if said == nothing:
            return None
        if not _NUMBER.fullmatch(said):
            self.wrong(Problem.BAD_ID, column, text=shown(said))
            return None
        return int(said)

    def count(self, column: str) -> int | None:
        said = self.plain(column)
        return int(said) if _COUNT.fullmatch(said) else None

    def moment(self, now: datetime, day_column: str, time_column: str | None = None) -> datetime | None:
        """A day, or a day and a time, by the clock on the wall in Madrid."""
        day = at = None
        said = self.plain(day_column)
        try:
            day = date.fromisoformat(said)
        except ValueError:
            self.wrong(Problem.BAD_MOMENT, day_column, text=shown(said), wanted="day such as 2015-09-30")
        clock = self.plain(time_column) if time_column else "00:00:00"
        try:
            found = _CLOCK.fullmatch(clock)
            at = time.fromisoformat(found[1] if found else "")
        except ValueError:
            self.wrong(
                Problem.BAD_MOMENT, time_column or "", text=shown(clock), wanted="time such as 10:50:19"
            )
        if day is None or at is None:
            return None
        # A year at the end of the calendar has no moment in UTC.
        if day.year > now.year or (placed_at := moment(day, at, zone=MADRID)) > now:
            self.wrong(Problem.NOT_YET, day_column, text=shown(said))
            return None
        return placed_at

    def text(self, column: str) -> str:
        """What somebody wrote, with the ends of its lines in one way and without signs that steer."""
        typed = self._values[column].replace("\r\n", "\n").replace("\r", "\n")
        text = _STEERING.sub("", typed)
        if text != typed:
            self.note(Problem.STEERING_SIGNS, column)
        return text.strip()
