"""What to change when targets cannot be met: as little as possible, in a sentence each."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panels.lotteries.fair.feasible import advise
from panels.lotteries.fair.lottery import select
from panels.lotteries.fair.targets import Assignment, Impossible, Target
from tests.builders.sortition import all_panels, assignments, make_assignment


def test_targets_that_can_be_met_need_no_change() -> None:
    advice = advise(make_assignment(["a", "b"], {"0a": (1, 1), "0b": (0, 1)}, size=2))
    assert (advice.is_feasible, advice.sentences) == (True, ())


@pytest.mark.parametrize(
    ("people", "targets", "size", "sentence"),
    [
        (
            "aaab",
            {"0a": (0, 3), "0b": (2, 3)},
            3,
            "feature 0 “b”: lower the minimum from 2 to 1. One person in the pool has this value.",
        ),
        (
            "aaab",
            {"0a": (0, 3), "0c": (1, 3)},
            3,
            "feature 0 “c”: lower the minimum from 1 to 0. Nobody in the pool has this value.",
        ),
        (
            "aabb",
            {"0a": (2, 2), "0b": (0, 1)},
            4,
            "feature 0 “b”: raise the maximum from 1 to 2. "
            "The maximums of feature 0 add up to 3, and there are 4 seats.",
        ),
    ],
)
def test_a_change_says_what_and_why(
    people: str, targets: dict[str, tuple[int, int]], size: int, sentence: str
) -> None:
    assert advise(make_assignment(list(people), targets, size=size)).sentences == (sentence,)


def test_minimums_that_add_up_to_too_much_are_told() -> None:
    advice = advise(make_assignment(["a", "a", "b", "b"], {"0a": (2, 2), "0b": (1, 2)}, size=2))
    (change,) = advice.changes
    assert "The minimums of feature 0 add up to 3, and there are 2 seats." in change.sentence


def test_one_target_that_changes_much_is_less_than_two_that_change_a_little() -> None:
    """Two a, two b and ten c: without the minimum for c, nothing else has to give."""
    people = ["a"] * 2 + ["b"] * 2 + ["c"] * 10
    advice = advise(make_assignment(people, {"0a": (2, 2), "0b": (2, 2), "0c": (8, 8)}, size=6))
    assert [(change.target.value, change.least) for change in advice.changes] == [("c", 2)]


def test_how_far_a_target_may_move_is_kept_where_that_is_possible() -> None:
    assignment = make_assignment(["a", "a", "b", "b"], {"0a": (2, 2), "0b": (1, 2)}, size=2)
    first, second = assignment.targets
    fixed = Target(first.feature, first.value, 2, 2, flex_least=2, flex_most=2)
    advice = advise(Assignment(assignment.pool, (fixed, second), 2))
    assert [(change.target.value, change.least) for change in advice.changes] == [("b", 0)]


def test_everyone_at_one_address_leaves_one_seat() -> None:
    advice = advise(make_assignment(["a", "a", "b"], {"0a": (0, 3)}, size=2, homes=["x", "x", "x"]))
    assert advice.sentences == (
        "Make the panel smaller: 1 seats instead of 2. With one person per address, the pool holds no more.",
    )


@given(assignment=assignments(most_people=9), much=st.integers(1, 4), data=st.data())
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_the_changes_make_it_possible_and_none_of_them_can_be_missed(
    assignment: Assignment, much: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(assignment.targets) - 1))
    target = assignment.targets[place]
    narrow = Target(target.feature, target.value, target.least + much, target.most + much)
    targets = (*assignment.targets[:place], narrow, *assignment.targets[place + 1 :])
    question = Assignment(assignment.pool, targets, assignment.size)
    advice = advise(question)
    assert advice.is_feasible == bool(all_panels(question))
    assert all_panels(advice.apply(question))
    assert len(advice.changes) <= 1
    for change in advice.changes:
        assert change.seats <= much
    if not advice.is_feasible:
        with pytest.raises(Impossible):
            select(question, panels=5)
