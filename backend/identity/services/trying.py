"""Work in the background that went wrong: tried again after a growing pause, and given up in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

log = structlog.get_logger(__name__)

# After so long it is tried again; when the last of these tries goes wrong too, it is given up.
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
# What a row holds whose work goes well, or is asked for anew.
UNTRIED: dict[str, Any] = {"tries": 0, "try_again_at": None}


def may_be_tried(now: datetime) -> Q:
    """Rows that do not wait for a pause to end."""
    return Q(try_again_at=None) | Q(try_again_at__lte=now)


@transaction.atomic
def note_failure(rows: QuerySet[Any, Any], *, now: datetime, given_up: dict[str, Any]) -> None:
    """Put the work on this row off, or give it up. The query finds the row only while it has that work."""
    row = rows.select_for_update().first()
    if row is None:
        return
    tries = row.tries + 1
    if tries <= len(PAUSES):
        rows.update(tries=tries, try_again_at=now + PAUSES[tries - 1])
        return
    rows.update(tries=tries, try_again_at=None, **given_up)
    log.error("work_given_up", work=row._meta.label_lower, row=row.pk, tries=tries)
