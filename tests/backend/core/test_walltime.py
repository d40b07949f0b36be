"""Moments by the clock on the wall in Amsterdam, also on the two nights that it jumps."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.walltime import first_of_next_month, last_day_of_month, moment, on_wall

FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2027, 1, 31), time(23, 59, 59), "2027-01-31T22:59:59"),
        (date(2027, 7, 31), time(23, 59, 59), "2027-07-31T21:59:59"),
        # The night the clock goes forward: from 2 to 3 there is no time, so the first moment after it holds.
        (FORWARD, time(1, 59, 59), "2027-03-28T00:59:59"),
        (FORWARD, time(2, 0), "2027-03-28T01:00:00"),
        (FORWARD, time(2, 30), "2027-03-28T01:00:00"),
        (FORWARD, time(2, 59, 59), "2027-03-28T01:00:00"),
        (FORWARD, time(3, 0), "2027-03-28T01:00:00"),
        (FORWARD, time(23, 59, 59), "2027-03-28T21:59:59"),
        # The night it goes back: from 2 to 3 happens twice, and the second time holds.
        (BACK, time(1, 59, 59), "2027-10-30T23:59:59"),
        (BACK, time(2, 0), "2027-10-31T01:00:00"),
        (BACK, time(2, 30), "2027-10-31T01:30:00"),
        (BACK, time(3, 0), "2027-10-31T02:00:00"),
        (BACK, time(23, 59, 59), "2027-10-31T22:59:59"),
    ],
)
def test_a_wall_time_is_one_moment(day: date, at: time, utc: str) -> None:
    assert moment(day, at) == datetime.fromisoformat(utc + "+00:00")


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.times())
def test_the_clock_on_the_wall_shows_the_time_again_or_there_was_no_such_time(day: date, at: time) -> None:
    shown = on_wall(moment(day, at)).replace(tzinfo=None)
    asked = datetime.combine(day, at)
    # The one hour a year that is skipped: the first moment after it stands in its place.
    was_skipped = asked.month == 3 and asked.hour == 2 and shown == datetime.combine(day, time(3))
    assert shown == asked or was_skipped


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_month_ends_the_day_before_the_next_begins(day: date) -> None:
    last, first = last_day_of_month(day), first_of_next_month(day)
    assert first - last == timedelta(days=1)
    assert (last.year, last.month) == (day.year, day.month)
    assert first.day == 1


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2028, 2, 1), date(2028, 2, 29)),
        (date(2027, 2, 28), date(2027, 2, 28)),
        (date(2100, 2, 3), date(2100, 2, 28)),
        (date(2027, 12, 31), date(2027, 12, 31)),
        (date(2027, 4, 30), date(2027, 4, 30)),
    ],
)
def test_last_day_of_month(day: date, last: date) -> None:
    assert last_day_of_month(day) == last
