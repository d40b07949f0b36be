"""Who is of one type, and the made-up pools that are measured with."""

from __future__ import annotations

import pytest

from panels.lotteries.fair.pool import Types, types_of
from panels.lotteries.fair.targets import BrokenPanel
from tests.bench.pools import CITY, make_pool
from tests.builders.sortition import make_assignment


def types(words: list[str], homes: list[str]) -> Types:
    return types_of(make_assignment(words, {"0a": (0, 9)}, size=1, homes=homes).pool)


def test_people_with_the_same_features_are_one_type() -> None:
    found = types(["a", "b", "a"], [])
    assert [(each.values, each.members, each.room) for each in found.of] == [
        (("a",), (0, 2), 2),
        (("b",), (1,), 1),
    ]
    assert found.homes == ()


def test_homes_of_the_same_make_up_are_put_together() -> None:
    """Two couples a and b, a couple of two a, and an a alone."""
    found = types(["a", "b", "b", "a", "a", "a", "a"], ["x", "x", "y", "y", "z", "z", "w"])
    assert [(each.values[0], each.members, each.room) for each in found.of] == [
        ("a", (6,), 1),
        ("a", (4, 5), 1),
        ("a", (0, 3), 2),
        ("b", (1, 2), 2),
    ]
    assert [(homes.households, homes.types) for homes in found.homes] == [
        (((4, 5),), (1,)),
        (((0, 1), (2, 3)), (2, 3)),
    ]


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([0, 1], "two people from one address"),
        ([2, 3], "feature 0 “b”: 2, not 0 to 1"),
        ([0], "1 people, not 2 different ones"),
        ([0, 0], "2 people, not 2 different ones"),
    ],
)
def test_a_panel_that_breaks_a_rule_is_never_handed_out(people: list[int], why: str) -> None:
    assignment = make_assignment(
        ["a", "a", "b", "b"], {"0a": (0, 2), "0b": (0, 1)}, size=2, homes=["x", "x", "", ""]
    )
    with pytest.raises(BrokenPanel, match=why):
        assignment.check_people(people)


@pytest.mark.parametrize(("people", "size", "count"), [(1_000, 40, 650), (20_000, 400, 2_500)])
def test_made_up_pools_are_as_they_are_described(people: int, size: int, count: int) -> None:
    made = make_pool(people=people, size=size, seed=1)
    found = {tuple(person[feature] for feature in CITY) for person in made.people}
    assert len(made.people) == people
    assert len(found) == pytest.approx(count, rel=0.06)


def test_the_same_seed_makes_the_same_pool() -> None:
    first, again, other = (make_pool(people=50, size=5, seed=seed, homes=0.2) for seed in (1, 1, 2))
    assert first == again != other
    assert all(sum(share for _, share, _ in values) == 100 for values in CITY.values())
