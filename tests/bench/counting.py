"""Counting and closing a month, in a process that does nothing else, so that its memory can be read."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context

import django
from django.db import transaction

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.proposals.models import Round
from backend.proposals.services.counting import close_round

from .memory import memory_of_this_process
from .table import Row, at_most

MOST_SECONDS = 5
# What ten times the votes may add before memory is no longer called constant.
MOST_GROWTH = 5_000_000


@dataclass(frozen=True)
class Counted:
    votes: int
    seconds: float
    peak_growth: int
    peak: int


def count(round_id: int, *, for_good: bool) -> Counted:
    """Close a round that has ended. What is not for good is rolled back after measuring."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as alone:
        return alone.submit(_count_here, round_id, for_good).result()


def _count_here(round_id: int, for_good: bool) -> Counted:
    this = Round.objects.all_municipalities().get(pk=round_id)
    actor = Actor.system("benchmark", municipality_id=this.municipality_id)
    before = memory_of_this_process("VmRSS")
    began = time.perf_counter()
    with in_municipality(this.municipality_id), transaction.atomic():
        protocol = close_round(actor=actor, round_id=this.pk, now=this.closes_at + timedelta(minutes=1))
        transaction.set_rollback(not for_good)
    seconds = time.perf_counter() - began
    counted = sum(plan["votes"] for plan in protocol.body["plans"])
    peak = memory_of_this_process("VmHWM")
    return Counted(counted, seconds, peak - before, peak)


def rows_of(tenth: Counted, whole: Counted) -> list[Row]:
    what = f"Counting and closing {whole.votes:,} votes"
    growth = f"{whole.peak_growth / 1e6:.0f} MB on top, {tenth.peak_growth / 1e6:.0f} MB for a tenth"
    return [
        at_most(f"{what}: time", MOST_SECONDS, whole.seconds, "s"),
        Row(
            f"{what}: memory",
            "constant",
            f"{growth} (peak {whole.peak / 1e6:.0f} MB)",
            whole.peak_growth - tenth.peak_growth <= MOST_GROWTH,
        ),
    ]
