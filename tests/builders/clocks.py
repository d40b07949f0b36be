"""How long things are kept, as a new installation has it. Tests that empty tables lose what was seeded."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps

from backend.identity.models import RetentionClock


def make_clocks(**days: int) -> None:
    """Every clock as it is seeded, with the days that a test changes."""
    for seeding in ("0006_clocks_and_shown_names", "0008_newsletter_clock"):
        import_module(f"backend.identity.migrations.{seeding}").seed_clocks(apps, None)
    for purpose, number in days.items():
        RetentionClock.objects.filter(purpose=purpose).update(days=number)
