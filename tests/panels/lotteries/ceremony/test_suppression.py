"""Numbers that are left out: nobody computes them, not even somebody who knows this program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from panels.lotteries.ceremony.suppression import Target, publishable_totals, shown_places
from panels.lotteries.ceremony.verify_draw import can_be_small

BOUNDS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=4)


def targets_of(bounds: Sequence[tuple[int, int]]) -> list[Target]:
    return [Target("feature", str(number), low, low + more) for number, (low, more) in enumerate(bounds)]


def ways(seats: int, targets: Sequence[Target]) -> Iterator[tuple[int, ...]]:
    """All numbers that a panel can have."""
    if not targets:
        if seats == 0:
            yield ()
        return
    for count in range(targets[0].minimum, min(targets[0].maximum, seats) + 1):
        for others in ways(seats - count, targets[1:]):
            yield (count, *others)


@given(bounds=BOUNDS, seats=st.integers(1, 16), small_below=st.integers(0, 6))
def test_what_is_left_out_could_still_be_all_that_the_targets_allow(
    bounds: list[tuple[int, int]], seats: int, small_below: int
) -> None:
    """The strongest reader: knows the targets, the seats and this program, and tries every way there is."""
    targets = targets_of(bounds)
    possible = list(ways(seats, targets))
    behind = defaultdict(set)
    for counts in possible:
        shown = publishable_totals(counts, targets=targets, seats=seats, small_below=small_below)
        assert set(shown) == {None} or None not in shown
        behind[shown].add(counts)
    for shown, candidates in behind.items():
        if None in shown:
            assert candidates == set(possible)
        else:
            (counts,) = candidates
            everywhere = [{each[place] for each in possible} for place in range(len(counts))]
            assert all(
                count >= small_below or everywhere[place] == {count} for place, count in enumerate(counts)
            )


@given(bounds=BOUNDS, seats=st.integers(1, 16), small_below=st.integers(0, 6))
def test_the_two_programs_agree(bounds: list[tuple[int, int]], seats: int, small_below: int) -> None:
    targets = targets_of(bounds)
    plain, draw = [target.to_json() for target in targets], {"seats": seats, "small_below": small_below}
    shown = not any(can_be_small(target, plain, draw) for target in plain)
    ours = shown_places(targets, seats=seats, small_below=small_below)
    assert ours == (frozenset(range(len(targets))) if shown else frozenset())


def test_one_feature_is_left_out_and_the_other_shown() -> None:
    targets = [
        Target("leeftijd", "jong", 5, 9),
        Target("buurt", "Noord", 0, 11),
        Target("leeftijd", "oud", 2, 6),
        Target("buurt", "Zuid", 5, 11),
    ]
    shown = publishable_totals([6, 3, 5, 8], targets=targets, seats=11, small_below=2)
    assert shown == (6, None, 5, None)


def test_a_number_that_the_targets_fix_is_no_secret() -> None:
    targets = [Target("rol", "voorzitter", 1, 1), Target("rol", "lid", 10, 10)]
    assert publishable_totals([1, 10], targets=targets, seats=11, small_below=5) == (1, 10)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [([6], "one number for every target"), ([6, 6], "do not add up"), ([9, 2], "does not meet its targets")],
)
def test_numbers_that_cannot_be_are_refused(counts: list[int], sentence: str) -> None:
    targets = [Target("leeftijd", "jong", 5, 8), Target("leeftijd", "oud", 2, 6)]
    with pytest.raises(InvalidInput, match=sentence):
        publishable_totals(counts, targets=targets, seats=11, small_below=5)


@pytest.mark.parametrize(
    ("feature", "value", "minimum", "maximum"),
    [("", "x", 0, 1), ("x", " ", 0, 1), ("x", "y", 2, 1), ("x", "y", -1, 1)],
)
def test_a_target_that_cannot_be_is_refused(feature: str, value: str, minimum: int, maximum: int) -> None:
    with pytest.raises(InvalidInput, match="A target"):
        Target(feature, value, minimum, maximum)
