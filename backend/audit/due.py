"""Sealing what was recorded since the last walk. Municipality 0 stands for entries that belong to none."""

from collections.abc import Iterable
from datetime import datetime

from backend.core import due

from .models import Entry
from .services import seal


def municipalities_to_seal(now: datetime) -> Iterable[int]:
    ids = Entry.objects.filter(seal=None).order_by().values_list("municipality_id", flat=True).distinct()
    return [municipality_id or 0 for municipality_id in ids]


def seal_one(municipality_id: int, now: datetime) -> None:
    while seal(municipality_id=municipality_id or None, now=now):
        pass


due.register(due.DueWork(name="audit.seal", find=municipalities_to_seal, do=seal_one))
