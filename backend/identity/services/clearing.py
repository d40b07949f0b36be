"""The nightly clean-up: what every clock has run out for goes, and a report says what went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, transaction

from backend.audit import services as audit
from backend.core import retention
from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.core.retention import CleanUp

from ..models import CleanUpReport, CleanUpResult, RetentionClock

log = structlog.get_logger(__name__)
BATCH = 500
# A clean-up that takes longer than this was ended halfway, and is begun again.
TAKEN_OVER_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Cleared:
    """What one kind of clearing away found and did. Of a dry run only what it found."""

    slug: str
    found: int
    removed: int = 0
    failed: int = 0


def clean_up(*, now: datetime, dry_run: bool = False) -> Iterator[Cleared]:
    """Clear away everything that is too old, kind by kind. What fails holds up nothing else."""
    days = dict(RetentionClock.objects.values_list("purpose", "days"))
    for kind in retention.registered():
        if kind.clock not in days:
            # Without a clock nobody decided that it may go.
            log.error("clean_up_without_clock", kind=kind.slug)
            yield Cleared(kind.slug, 0, failed=1)
            continue
        try:
            yield _clear(kind, now, days[kind.clock], dry_run=dry_run)
        except Exception:
            log.exception("clean_up_failed", kind=kind.slug)
            yield Cleared(kind.slug, 0, failed=1)


def _clear(kind: CleanUp, now: datetime, days: int, *, dry_run: bool) -> Cleared:
    found = kind.find(now, days).count()
    if dry_run:
        return Cleared(kind.slug, found)
    removed, failed = 0, list[Any]()
    while True:
        left = kind.find(now, days).exclude(pk__in=failed).order_by("pk")
        keys = list(left.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return Cleared(kind.slug, found, removed, len(failed))
        refused = _remove(kind, keys, now, days)
        # What was not refused and is still there came back by itself: it is not tried for ever.
        still_there = set(left.filter(pk__in=keys).values_list("pk", flat=True)) | set(refused)
        removed += len(keys) - len(still_there)
        failed += list(still_there)


def _remove(kind: CleanUp, keys: Sequence[Any], now: datetime, days: int) -> list[Any]:
    """Together when that goes, and otherwise one by one, so that one row holds up no other."""
    try:
        with transaction.atomic():
            kind.remove(keys, now, days)
    except (DatabaseError, DomainError, OSError):
        if len(keys) == 1:
            log.exception("clean_up_refused", kind=kind.slug)
            return list(keys)
        return [key for key in keys if _remove(kind, [key], now, days)]
    return []


def clean_up_at_night(*, day: date, now: datetime) -> None:
    """The clean-up of one night, once, with its report. One that was ended halfway is done again."""
    report, is_new = CleanUpReport.objects.get_or_create(day=day, defaults={"started_at": now})
    if not is_new:
        abandoned = CleanUpReport.objects.filter(
            pk=report.pk, finished_at=None, started_at__lt=now - TAKEN_OVER_AFTER
        )
        if not abandoned.update(started_at=now):
            return
    removed = 0
    for cleared in clean_up(now=now):
        removed += cleared.removed
        CleanUpResult.objects.update_or_create(
            report=report,
            slug=cleared.slug,
            defaults={"found": cleared.found, "removed": cleared.removed, "failed": cleared.failed},
        )
    with transaction.atomic():
        CleanUpReport.objects.filter(pk=report.pk).update(finished_at=now)
        if removed:
            actor = Actor.system("the night")
            audit.record(actor=actor, action="identity.cleaned_up", target=report, at=now, removed=removed)


def night_to_clean(day: date, now: datetime) -> bool:
    """Whether a night still waits: not done, and nobody is at it."""
    report = CleanUpReport.objects.filter(day=day).first()
    if report is None:
        return True
    return report.finished_at is None and report.started_at < now - TAKEN_OVER_AFTER
