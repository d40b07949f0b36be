"""Chance that follows from a seed: as likely as published, in both steps of the draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.lotteries.fair.chances import Lottery
from panels.lotteries.fair.lottery import select
from panels.lotteries.fair.spread import people_in_places
from panels.lotteries.fair.stream import Stream
from tests.builders.sortition import chances_of_list, make_assignment

DRAWS = 4_000


def lottery_with_weights() -> Lottery:
    """Panels of which some are far likelier than others."""
    words = ["ax", "ay", "bx", "by", "bx", "ay", "cx"]
    targets = {"0a": (1, 2), "0b": (1, 1), "0c": (0, 1), "1x": (1, 2), "1y": (1, 2)}
    return select(make_assignment(words, targets, size=3), panels=12)


def fits(counted: Sequence[int], expected: Sequence[float]) -> bool:
    """Pearson's chi-square, against a bound that a fair draw passes all but once in a hundred thousand times.

    The bound is Wilson and Hilferty's: for f degrees of freedom, f (1 - 2/9f + 4.26 √(2/9f))³.
    """
    sum_of_squares = sum((seen - meant) ** 2 / meant for seen, meant in zip(counted, expected, strict=True))
    freedom = len(expected) - 1
    return sum_of_squares < freedom * (1 - 2 / (9 * freedom) + 4.26 * sqrt(2 / (9 * freedom))) ** 3


def test_panels_are_drawn_as_often_as_their_weights_say() -> None:
    lottery = lottery_with_weights()
    drawn = Counter(lottery.draw(f"dice {number}") for number in range(DRAWS))
    counted = [drawn[panel] for panel in range(len(lottery.weights))]
    assert len(counted) > 3
    assert fits(counted, [DRAWS * weight / lottery.total for weight in lottery.weights])


def test_a_draw_that_favours_a_panel_is_seen() -> None:
    """The test above would notice: one panel that comes a fifth more often than it should."""
    expected = [DRAWS / 5] * 5
    assert not fits([int(DRAWS * 0.24), *[int(DRAWS * 0.19)] * 4], expected)


def test_people_are_drawn_as_often_as_their_published_chance() -> None:
    lottery = lottery_with_weights()
    drawn = Counter(person for number in range(DRAWS) for person in lottery.seated[lottery.draw(f"{number}")])
    for person, chance in enumerate(chances_of_list(lottery)):
        spread = sqrt(DRAWS * chance * (1 - chance))
        assert abs(drawn[person] - DRAWS * chance) <= 4.5 * spread + 1e-9


def test_every_order_within_a_type_is_equally_likely() -> None:
    assignment = make_assignment(["a", "a", "a", "b"], {"0a": (1, 1)}, size=1)
    orders = Counter(tuple(people_in_places(assignment, f"dice {number}")) for number in range(DRAWS))
    assert len(orders) == 6
    assert fits(list(orders.values()), [DRAWS / 6] * 6)


def test_whole_homes_change_places_and_people_within_them() -> None:
    assignment = make_assignment(
        ["a", "a", "b", "a", "a", "b"], {"0b": (0, 1)}, size=2, homes=["x", "x", "x", "y", "y", "y"]
    )
    orders = Counter(tuple(people_in_places(assignment, f"dice {number}")) for number in range(DRAWS))
    assert len(orders) == 8
    assert fits(list(orders.values()), [DRAWS / 8] * 8)
    for order in orders:
        assert {order[0] // 3, order[1] // 3, order[2] // 3} in ({0}, {1})


@given(n=st.integers(1, 2**63), seed=st.text(max_size=5))
def test_numbers_stay_below_what_was_asked(n: int, seed: str) -> None:
    assert 0 <= Stream(seed, "panel").below(n) < n


def test_the_stream_is_as_it_is_written_down() -> None:
    """Computed with sha256sum from the description: a change here changes draws that were announced."""
    stream = Stream("spring", "panel")
    first = [990_143_295_827, 562_074_366_856, 729_605_333_728]
    assert [stream.below(1_000_000_000_000) for _ in range(3)] == first
    assert Stream("spring", "type 0").order("abcdef") != Stream("spring", "type 1").order("abcdef")


@pytest.mark.parametrize("number", [-1, 12])
def test_a_number_outside_the_weights_draws_nothing(number: int) -> None:
    lottery = select(make_assignment(["a", "a", "b", "b"], {"0a": (1, 1)}, size=2), panels=12, equal=True)
    with pytest.raises(ValueError, match=str(number)):
        lottery.panel_at(number)
    assert [lottery.panel_at(each) for each in range(12)] == list(range(12))
