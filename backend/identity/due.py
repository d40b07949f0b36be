"""What the clock does for people: the nightly clean-up, the list of erasures, and copies of one's data."""

from collections.abc import Iterable
from datetime import date, datetime, time

from backend.core import due
from backend.core.walltime import on_wall

from .services import copies, ledger
from .services.clearing import clean_up_at_night, night_to_clean

# By the clock in Amsterdam: when almost nobody is here.
NIGHT_FALLS = time(3)


def nights_to_clean(now: datetime) -> Iterable[int]:
    """The night of today, once it has come. The number is that of the day."""
    wall = on_wall(now)
    if wall.time() < NIGHT_FALLS or not night_to_clean(wall.date(), now):
        return []
    return [wall.date().toordinal()]


def clean_one(day: int, now: datetime) -> None:
    clean_up_at_night(day=date.fromordinal(day), now=now)


def write_erasures(_: int, now: datetime) -> None:
    ledger.write_down(now=now)


def make_one(export_id: int, now: datetime) -> None:
    copies.make_copy(export_id=export_id, now=now)


def expire_one(export_id: int, now: datetime) -> None:
    copies.expire([export_id], now)


due.register(due.DueWork(name="identity.write_erasure", find=ledger.erasures_to_write, do=write_erasures))
due.register(due.DueWork(name="identity.expire_copy", find=copies.exports_to_expire, do=expire_one))
due.register(due.DueWork(name="identity.make_copy", find=copies.exports_to_make, do=make_one))
due.register(due.DueWork(name="identity.clean_up", find=nights_to_clean, do=clean_one))
