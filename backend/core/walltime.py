"""Moments that people agree on by the clock on the wall in the Netherlands, stored as UTC.

On the night the clock goes forward, a wall time that does not exist means the first moment after the gap.
On the night it goes back, a wall time that happens twice means the second one, so that nobody loses an hour.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def moment(day: date, at: time, *, zone: ZoneInfo = AMSTERDAM) -> datetime:
    """The moment in UTC of a wall time in Amsterdam, or elsewhere in the European Union."""
    second_time = datetime.combine(day, at, tzinfo=zone).replace(fold=1)
    as_utc = second_time.astimezone(UTC)
    exists = as_utc.astimezone(zone).replace(tzinfo=None) == second_time.replace(tzinfo=None)
    if exists:
        return as_utc
    # In the European Union the clock jumps at 01:00 UTC (directive 2000/84/EC).
    return datetime.combine(day, time(1), tzinfo=UTC)


def last_day_of_month(day: date) -> date:
    return first_of_next_month(day) - timedelta(days=1)


def first_of_next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def on_wall(at: datetime) -> datetime:
    """The same moment as the clock on the wall shows it."""
    return at.astimezone(AMSTERDAM)
