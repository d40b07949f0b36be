"""Panels with fair chances: published pools, and made-up ones as large as those of a city."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.builders.sortition import REAL_POOLS

from .pools import make_pool
from .table import Row, at_most

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Question:
    """One pool, and what must be reached with it."""

    what: str
    size: int
    seconds: int
    megabytes: int
    # How far the smallest chance may be below the bound: in chances, or in parts of the bound.
    short: float = 0.0
    short_in_parts: float = 0.0
    largest: float = 1.0
    # Files of a published pool, or how many people to make up.
    targets: Path | None = None
    people: Path | None = None
    made_up: int = 0


PUBLISHED = [
    Question(
        "example_small_20, 20 of 200",
        20,
        1,
        200,
        short=0.00005,
        targets=REAL_POOLS / "example_small_20" / "categories.csv",
        people=REAL_POOLS / "example_small_20" / "respondents.csv",
    ),
    Question(
        "example_large_200, 200 of 2,000",
        200,
        2,
        200,
        short=0.00005,
        targets=REAL_POOLS / "example_large_200" / "categories.csv",
        people=REAL_POOLS / "example_large_200" / "respondents.csv",
    ),
    Question(
        "sortition-algorithms, 22 of 150",
        22,
        5,
        200,
        short=0.00005,
        largest=0.2,
        targets=REAL_POOLS / "sortition-algorithms" / "features.csv",
        people=REAL_POOLS / "sortition-algorithms" / "candidates.csv",
    ),
]
MADE_UP = [
    Question("Made up, 40 of 1,000", 40, 30, 250, short=0.0005, made_up=1_000),
    Question("Made up, 400 of 20,000", 400, 40, 300, short_in_parts=0.01, made_up=20_000),
]


def draw_fairly(folder: Path, *, most_people: int) -> list[Row]:
    """Every pool in a process of its own, from files to a report. Larger made-up pools are left out."""
    rows = []
    for question in PUBLISHED:
        if question.people and question.people.exists():
            rows += _rows_of(question, folder)
        else:
            rows.append(Row(f"{question.what}: fair chances", "", "this pool is not here"))
    for question in MADE_UP:
        if question.made_up <= most_people:
            rows += _rows_of(question, folder)
    return rows


def _rows_of(question: Question, folder: Path) -> list[Row]:
    targets, people = question.targets, question.people
    if targets is None or people is None:
        made = make_pool(people=question.made_up, size=question.size, seed=1)
        targets, people = made.write(folder)
    out = folder / "fair.json"
    command = [sys.executable, "-m", "panels.lotteries.fair", "select", "--size", str(question.size)]
    command += ["--seed", "bench", "--targets", str(targets), "--people", str(people), "--json", str(out)]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        return [Row(f"{question.what}: fair chances", "", f"failed with status {status}", False)]
    report = json.loads(out.read_text(encoding="utf-8"))
    return [
        _chances(question, report["chances"], report["question"]["types"]),
        at_most(f"{question.what}: time", question.seconds, seconds, "s"),
        at_most(f"{question.what}: memory", question.megabytes, used.ru_maxrss / 1024, "MB", digits=0),
    ]


def _chances(question: Question, found: dict[str, float], types: int) -> Row:
    bound, smallest = found["bound_on_smallest"], found["smallest"]
    asked = f"{bound:.4f}"
    if question.short_in_parts:
        asked += f" less {question.short_in_parts:.0%}"
    elif question.made_up:
        asked += f" less {question.short:g}"
    least = bound - question.short - question.short_in_parts * bound
    measured = f"{smallest:.5f} to {found['largest']:.4f}, {types:,} types"
    is_met = smallest >= least and found["largest"] <= question.largest
    return Row(f"{question.what}: smallest chance", f"at least {asked}", measured, is_met)
