"""What the clock does with the record: seal it, publish where each chain stood when a day ended, and
recompute a chain when an auditor asks. Municipality 0 stands for entries that belong to none."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Max

from backend.core import due
from backend.core.walltime import on_wall

from .models import DailyHead, Entry, Seal, Verification
from .services import publish_daily_head, seal, verify_as_asked

# A piece of work has one number: that of the municipality, followed by that of the day.
DAYS = 10_000_000


def municipalities_to_seal(now: datetime) -> Iterable[int]:
    ids = Entry.objects.filter(seal=None).order_by().values_list("municipality_id", flat=True).distinct()
    return [municipality_id or 0 for municipality_id in ids]


def seal_one(municipality_id: int, now: datetime) -> None:
    while seal(municipality_id=municipality_id or None, now=now):
        pass


def heads_to_publish(now: datetime) -> Iterable[int]:
    """Every day that has ended without a head, of every chain, from the day of its first seal on."""
    today = on_wall(now).date()
    first = Seal.objects.filter(number=1).values_list("municipality_id", "sealed_at")
    latest = dict(DailyHead.objects.order_by().values_list("municipality_id").annotate(Max("day")))
    for municipality_id, sealed_at in first:
        day = latest[municipality_id] + _A_DAY if municipality_id in latest else on_wall(sealed_at).date()
        while day < today:
            yield (municipality_id or 0) * DAYS + day.toordinal()
            day += _A_DAY


def publish_one(key: int, now: datetime) -> None:
    municipality_id, ordinal = divmod(key, DAYS)
    publish_daily_head(municipality_id=municipality_id or None, day=date.fromordinal(ordinal), now=now)


def verifications_to_do(now: datetime) -> Iterable[int]:
    return list(Verification.objects.filter(finished_at=None).values_list("pk", flat=True))


def verify_one(verification_id: int, now: datetime) -> None:
    verify_as_asked(verification_id=verification_id, now=now)


_A_DAY = timedelta(days=1)

due.register(due.DueWork(name="audit.seal", find=municipalities_to_seal, do=seal_one))
due.register(due.DueWork(name="audit.daily_head", find=heads_to_publish, do=publish_one))
due.register(due.DueWork(name="audit.verify", find=verifications_to_do, do=verify_one))
