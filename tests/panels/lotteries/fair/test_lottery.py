"""Panels that meet every target, and chances that are as fair as they can be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panels.lotteries.fair.bound import bound_of
from panels.lotteries.fair.chances import Lottery
from panels.lotteries.fair.lottery import select
from panels.lotteries.fair.progress import Cancelled, Progress
from panels.lotteries.fair.targets import Assignment, Impossible
from tests.bench.pools import make_pool
from tests.builders.sortition import (
    REAL_POOLS,
    all_panels,
    assignments,
    best_smallest_chance,
    chances_of_list,
    is_panel,
    make_assignment,
)

ROOT = Path(__file__).parents[4]
slow_to_make = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(assignment=st.one_of(assignments(), assignments(with_homes=True)))
@settings(slow_to_make, max_examples=25)
def test_every_panel_meets_every_target_and_limit(assignment: Assignment) -> None:
    lottery = select(assignment, panels=20)
    assert all(is_panel(assignment, panel) for panel in lottery.seated)
    assert len(lottery.seated) == len(lottery.weights) == len(lottery.panels)
    assert min(lottery.weights) > 0


@given(assignment=st.one_of(assignments(), assignments(with_homes=True)))
@settings(slow_to_make, max_examples=25)
def test_no_chance_beats_the_bound_and_small_pools_come_to_it(assignment: Assignment) -> None:
    lottery = select(assignment, panels=20)
    relaxed = bound_of(assignment, Progress())
    if relaxed.possible.tolist() == lottery.bound.possible.tolist():
        assert lottery.smallest <= relaxed.smallest + 1e-6
    assert lottery.smallest <= lottery.bound.smallest + 1e-6
    assert lottery.smallest >= lottery.bound.smallest - 1e-3
    assert sum(lottery.chances) == pytest.approx(assignment.size)


@given(assignment=st.one_of(assignments(most_people=9), assignments(most_people=9, with_homes=True)))
@settings(slow_to_make, max_examples=40)
def test_the_smallest_chance_is_that_of_all_panels_there_are(assignment: Assignment) -> None:
    panels = all_panels(assignment)
    lottery = select(assignment, panels=20)
    assert lottery.smallest == pytest.approx(float(best_smallest_chance(panels)), abs=1e-6)
    seated = {person for panel in panels for person in panel}
    assert [chance > 0 for chance in lottery.chances] == [
        person in seated for person in range(len(lottery.chances))
    ]


def test_people_of_one_type_have_the_same_chance() -> None:
    lottery = select(make_assignment(["a"] * 3 + ["b"] * 4, {"0a": (1, 1), "0b": (1, 1)}, size=2))
    assert lottery.chances == pytest.approx([1 / 3] * 3 + [1 / 4] * 4)


def test_after_the_smallest_the_largest_counts_and_then_the_rest() -> None:
    """One of four a and two of three others: nothing forces the b above the c, so all three are level."""
    assignment = make_assignment(
        ["a", "a", "a", "a", "b", "c", "c"], {"0a": (1, 1), "0b": (0, 1), "0c": (1, 2)}, size=3
    )
    lottery = select(assignment)
    assert lottery.smallest == pytest.approx(1 / 4)
    assert lottery.chances == pytest.approx([1 / 4] * 4 + [2 / 3] * 3, abs=1e-5)


def test_who_fits_no_panel_does_not_hide_the_chances_of_the_others() -> None:
    lottery = select(make_assignment(["a", "a", "a", "b"], {"0a": (1, 1), "0b": (0, 0)}, size=1))
    assert lottery.smallest == pytest.approx(1 / 3)
    assert lottery.chances[3] == 0


def test_whole_people_count_where_parts_of_people_would_fit() -> None:
    """Three of whom no two go together: halves of them make one and a half seat, whole people make one."""
    assignment = make_assignment(
        ["xbx", "xxb", "bxx", "ccc", "ccc"], {"0x": (0, 1), "1x": (0, 1), "2x": (0, 1)}, size=2
    )
    lottery = select(assignment, panels=50)
    assert bound_of(assignment, Progress()).smallest == pytest.approx(2 / 5)
    assert (lottery.method, lottery.chances) == ("exact", pytest.approx([1 / 3] * 3 + [1 / 2] * 2))


def test_nobody_can_be_seated_when_targets_contradict() -> None:
    with pytest.raises(Impossible):
        select(make_assignment(["a", "b"], {"0a": (2, 2)}, size=2))


def test_equally_likely_panels_when_asked() -> None:
    assignment = make_assignment(["a"] * 3 + ["b"] * 7, {"0a": (1, 1), "0b": (1, 1)}, size=2)
    lottery = select(assignment, panels=100, equal=True)
    assert (lottery.method, set(lottery.weights), lottery.total) == ("equal", {1}, 100)
    assert lottery.smallest == pytest.approx(1 / 7)
    assert min(lottery.listed_chances) == 0.14


def test_the_order_of_the_list_changes_nothing() -> None:
    words = ["ax", "ay", "bx", "by", "bx", "ax", "by"]
    targets = {"0a": (1, 1), "0b": (2, 2), "1x": (1, 2), "1y": (1, 2)}
    forward = select(make_assignment(words, targets, size=3), seed="s")
    assignment = make_assignment(words, targets, size=3)
    pool = type(assignment.pool)(assignment.pool.features, assignment.pool.people[::-1])
    backward = select(Assignment(pool, assignment.targets, 3), seed="s")

    def ids(lottery: Lottery) -> list[set[str]]:
        return [{lottery.assignment.pool.people[each].id for each in panel} for panel in lottery.seated]

    assert ids(forward) == ids(backward)
    assert forward.weights == backward.weights


def test_the_phases_are_told_and_timed() -> None:
    told: list[tuple[str, int, int]] = []
    progress = Progress(lambda *step: told.append(step))
    lottery = select(make_assignment(["a", "b", "b"], {"0b": (1, 1)}, size=1), panels=10, progress=progress)
    assert ("panels", 9, 10) in told
    assert {"first panel", "bound", "panels", "people"} <= lottery.seconds.keys()


@pytest.mark.parametrize("phase", ["first panel", "bound", "panels", "people"])
def test_it_stops_in_any_phase_when_asked(phase: str) -> None:
    now = ""

    def hear(name: str, *_: int) -> None:
        nonlocal now
        now = name

    progress = Progress(hear, lambda: now == phase)
    with pytest.raises(Cancelled):
        select(make_assignment(["a", "b", "b"], {"0b": (1, 1)}, size=1), panels=10, progress=progress)
    assert now == phase


def test_the_same_seed_gives_the_same_everywhere(tmp_path: Path) -> None:
    """Whatever order Python gives its sets."""
    targets, people = make_pool(people=160, size=20, seed=5, homes=0.2).write(tmp_path)
    reports = []
    for number, hash_seed in enumerate(("0", "1", "2", "random")):
        out = tmp_path / f"{number}.json"
        command = [
            sys.executable,
            "-m",
            "panels.lotteries.fair",
            "select",
            "--seed",
            "spring",
            "--panels",
            "30",
        ]
        command += ["--size", "20", "--household", "address"]
        command += ["--targets", targets, "--people", people, "--json", out]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": hash_seed}, check=True)
        report = json.loads(out.read_text())
        del report["time"]
        reports.append(report)
    assert reports[1:] == reports[:1] * 3


@pytest.mark.skipif(not REAL_POOLS.exists(), reason="The real pools in ../shared/data are not here.")
@pytest.mark.parametrize(
    ("folder", "targets", "people", "size", "smallest", "largest"),
    [
        ("example_small_20", "categories.csv", "respondents.csv", 20, 0.1, 0.1),
        ("example_large_200", "categories.csv", "respondents.csv", 200, 0.1, 0.1),
        ("sortition-algorithms", "features.csv", "candidates.csv", 22, 1 / 11, 0.1875),
    ],
)
def test_published_pools_get_the_best_chances_there_are(
    tmp_path: Path, folder: str, targets: str, people: str, size: int, smallest: float, largest: float
) -> None:
    files = REAL_POOLS / folder
    out = tmp_path / "out.json"
    command = [sys.executable, "-m", "panels.lotteries.fair", "select", "--size", str(size)]
    command += ["--targets", files / targets, "--people", files / people, "--json", out]
    subprocess.run(command, cwd=ROOT, check=True)
    chances = json.loads(out.read_text())["chances"]
    assert chances["smallest"] == pytest.approx(smallest, abs=1e-6)
    assert chances["largest"] == pytest.approx(largest, abs=1e-5)


def test_the_exact_sum_of_the_list_is_what_is_told() -> None:
    lottery = select(make_assignment(["a", "a", "b", "b", "b"], {"0a": (1, 1)}, size=2), panels=30)
    assert [float(chance) for chance in chances_of_list(lottery)] == pytest.approx(lottery.listed_chances)
