"""How long things are kept, as a new installation has it. Tests that empty tables lose what was seeded."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps

from backend.identity.models import RetentionClock


def make_clocks(**days: int) -> None:
    """Every clock as it is seeded, with the days that a test changes."""
    seeds = import_module("backend.identity.migrations.0006_clocks_and_shown_names")
    seeds.seed_clocks(apps, None)
    for purpose, number in days.items():
        RetentionClock.objects.filter(purpose=purpose).update(days=number)
