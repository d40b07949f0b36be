"""Recomputing a chain of the audit record, as `verify-audit` does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle

from backend.audit.models import Entry
from backend.audit.selectors.chains import verify_chain
from backend.audit.services import seal
from backend.places.models import Portal

from .table import Row

ROWS_PER_SECOND = 50_000
AT_ONCE = 5_000
# What most of a record consists of: action, roles, details.
KINDS = [
    ("proposals.vote_cast", "", {}),
    ("proposals.vote_cast", "", {}),
    ("proposals.plan_submitted", "", {}),
    ("identity.proved_counter", "assistant,clerk", {}),
    ("proposals.rules_set", "clerk", {"version": 3}),
]


def seed_record(portal: Portal, *, rows: int, began_at: datetime) -> None:
    """Entries with their seals, in the batches that a busy hour gives."""
    entries = _entries(portal, began_at)
    for _ in range(0, rows, AT_ONCE):
        Entry.objects.bulk_create([next(entries) for _ in range(AT_ONCE)])
        seal(municipality_id=portal.municipality_id, now=began_at)


def _entries(portal: Portal, began_at: datetime) -> Iterator[Entry]:
    for number, (action, roles, details) in enumerate(cycle(KINDS)):
        yield Entry(
            municipality_id=portal.municipality_id,
            at=began_at + timedelta(milliseconds=number),
            person_id=number % 20_000 + 1,
            roles=roles,
            action=action,
            target_type="places.portal",
            target_id=portal.pk,
            details=details,
        )


def verify(portal: Portal) -> Row:
    """The whole chain of a municipality, once."""
    began = time.perf_counter()
    found = verify_chain(portal.municipality_id)
    per_second = found.entries / (time.perf_counter() - began)
    measured = f"{per_second:,.0f}/s, {found.entries:,} entries in {found.seals:,} seals"
    if not found.fits:
        return Row("Verifying the audit record", "", f"{len(found.broken)} seals do not fit", False)
    target = f"at least {ROWS_PER_SECOND:,}/s"
    return Row("Verifying the audit record", target, measured, per_second >= ROWS_PER_SECOND)
