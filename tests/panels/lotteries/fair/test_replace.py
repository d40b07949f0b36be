"""Seats that are drawn again, while those who are seated stay."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panels.lotteries.fair.lottery import select
from panels.lotteries.fair.replace import NothingToFill, left_to_fill
from panels.lotteries.fair.targets import Assignment
from tests.builders.sortition import all_panels, assignments, is_panel, make_assignment


def test_targets_become_what_is_left_of_them() -> None:
    assignment = make_assignment(["a", "a", "b", "b", "b"], {"0a": (1, 1), "0b": (2, 3)}, size=3)
    rest = left_to_fill(assignment, seated=[0], gone=[2])
    assert [(each.value, each.least, each.most) for each in rest.targets] == [("a", 0, 0), ("b", 2, 3)]
    assert (rest.size, [person.id for person in rest.pool.people]) == (2, ["p1", "p3", "p4"])


def test_nobody_comes_from_the_address_of_somebody_seated() -> None:
    assignment = make_assignment(["a", "a", "a"], {"0a": (0, 3)}, size=2, homes=["x", "x", "y"])
    rest = left_to_fill(assignment, seated=[0])
    assert [person.id for person in rest.pool.people] == ["p2"]


def test_who_is_seated_beyond_a_maximum_stays_and_nobody_like_them_joins() -> None:
    assignment = make_assignment(["a", "a", "a", "b"], {"0a": (0, 1), "0b": (0, 2)}, size=3)
    rest = left_to_fill(assignment, seated=[0, 1])
    lottery = select(rest, panels=10)
    assert {rest.pool.people[person].id for panel in lottery.seated for person in panel} == {"p3"}


def test_a_full_panel_has_nothing_to_fill() -> None:
    with pytest.raises(NothingToFill):
        left_to_fill(make_assignment(["a", "a"], {"0a": (0, 2)}, size=1), seated=[1])


@given(
    assignment=st.one_of(assignments(most_people=9), assignments(most_people=9, with_homes=True)),
    data=st.data(),
)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_the_seated_and_the_newly_drawn_make_a_whole_panel(
    assignment: Assignment, data: st.DataObject
) -> None:
    panel = data.draw(st.sampled_from(all_panels(assignment)))
    seated = panel[: data.draw(st.integers(0, len(panel) - 1))]
    rest = left_to_fill(assignment, seated=seated)
    places = {person.id: place for place, person in enumerate(assignment.pool.people)}
    for drawn in select(rest, panels=5).seated:
        joined = [*seated, *(places[rest.pool.people[person].id] for person in drawn)]
        assert is_panel(assignment, joined)
