"""What people allow, how long things are kept, and what was cleared away."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from backend.core.retention import LIMITS, Clock

from ..models import (
    CleanUpReport,
    CleanUpResult,
    Consent,
    RetentionClock,
)

NIGHTS_SHOWN = 14


def consents_of(person_id: int) -> dict[str, datetime]:
    """What somebody allows now, and since when."""
    standing = Consent.objects.filter(person_id=person_id, withdrawn_at=None)
    return dict(standing.values_list("purpose", "given_at"))


def days_of_clocks() -> dict[str, int]:
    """For how many days things are kept, by purpose."""
    return dict(RetentionClock.objects.values_list("purpose", "days"))


def time_kept(clock: Clock) -> timedelta:
    """How long something is kept. Without its clock as short as may be chosen: never too long."""
    days = RetentionClock.objects.filter(purpose=clock).values_list("days", flat=True).first()
    return timedelta(days=LIMITS[clock][0] if days is None else days)


def list_clocks() -> list[RetentionClock]:
    """Every clock, in the order in which purposes are told."""
    order = {purpose: place for place, purpose in enumerate(Clock.values)}
    return sorted(RetentionClock.objects.all(), key=lambda clock: order.get(clock.purpose, len(order)))


def latest_reports() -> QuerySet[CleanUpReport]:
    """What the last nights cleared away."""
    results = Prefetch("results", CleanUpResult.objects.order_by("pk"))
    return CleanUpReport.objects.order_by("-day").prefetch_related(results)[:NIGHTS_SHOWN]
