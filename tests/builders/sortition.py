"""Made-up pools for a stratified lot, and sums about them that share no code with what they check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path

from hypothesis import strategies as st

from panels.lotteries.fair.chances import Lottery
from panels.lotteries.fair.pool import Person, Pool
from panels.lotteries.fair.targets import Assignment, Target

REAL_POOLS = Path(__file__).parents[3] / "shared" / "data" / "sortition"


def make_assignment(
    people: Sequence[str], targets: Mapping[str, tuple[int, int]], *, size: int, homes: Sequence[str] = ()
) -> Assignment:
    """People as words with a letter per feature, targets per letter and place: `{"0a": (1, 2)}`."""
    features = tuple(f"feature {place}" for place in range(len(people[0])))
    pool = tuple(
        Person(f"p{number}", tuple(word), homes[number] if homes else "")
        for number, word in enumerate(people)
    )
    wanted = tuple(Target(f"feature {key[0]}", key[1], least, most) for key, (least, most) in targets.items())
    return Assignment(Pool(features, pool), wanted, size)


@st.composite
def assignments(draw: st.DrawFn, *, most_people: int = 24, with_homes: bool = False) -> Assignment:
    """Pools of which at least one panel meets all targets, because the targets were made around one."""
    letters = draw(st.lists(st.sampled_from(["ab", "abc", "abcd"]), min_size=1, max_size=3))
    people = draw(
        st.lists(
            st.tuples(*(st.sampled_from(values) for values in letters)).map("".join),
            min_size=4,
            max_size=most_people,
        )
    )
    homes: list[str] = []
    if with_homes:
        homes = [f"home {draw(st.integers(0, len(people) - 1))}" for _ in people]
    order = draw(st.permutations(range(len(people))))
    size = draw(st.integers(1, max(1, len(people) // 2)))
    panel: list[int] = []
    for person in order:
        if len(panel) < size and not (homes and homes[person] in {homes[each] for each in panel}):
            panel.append(person)
    targets = {}
    for place, values in enumerate(letters):
        for value in values:
            seats = sum(people[person][place] == value for person in panel)
            less, more = draw(st.tuples(st.integers(0, 1), st.integers(0, 1)))
            targets[f"{place}{value}"] = (max(seats - less, 0), seats + more)
    return make_assignment(people, targets, size=len(panel), homes=homes)


def is_panel(assignment: Assignment, people: Iterable[int]) -> bool:
    """Does this group meet every target and limit? Counted anew, from the people themselves."""
    group = [assignment.pool.people[each] for each in people]
    addresses = [person.address for person in group if person.address]
    if len(group) != assignment.size or len(set(addresses)) != len(addresses):
        return False
    if len({person.id for person in group}) != assignment.size:
        return False
    return all(
        target.least
        <= sum(
            dict(zip(assignment.pool.features, p.values, strict=True))[target.feature] == target.value
            for p in group
        )
        <= target.most
        for target in assignment.targets
    )


def all_panels(assignment: Assignment) -> list[tuple[int, ...]]:
    """Every group that meets all targets, by trying all groups there are."""
    groups = combinations(range(len(assignment.pool.people)), assignment.size)
    return [group for group in groups if is_panel(assignment, group)]


def chances_of_list(lottery: Lottery) -> list[Fraction]:
    """Everybody's chance in the panels as they are listed, added up exactly."""
    chances = [Fraction(0)] * len(lottery.assignment.pool.people)
    for weight, panel in zip(lottery.weights, lottery.seated, strict=True):
        for person in panel:
            chances[person] += Fraction(weight, lottery.total)
    return chances


def best_smallest_chance(panels: Sequence[Sequence[int]]) -> Fraction:
    """The best smallest chance of those who are in any panel, over all lotteries over them.

    By the simplex method in fractions, with Bland's rule: no rounding, no solver. It is the value of a game:
    somebody picks a panel, somebody else a person, and the first wants the person to be in the panel. With v
    the answers of "the largest sum of v, while no panel holds more than 1", the value is 1 over that sum.
    """
    people = sorted({person for panel in panels for person in panel})
    columns = len(people) + len(panels)
    rows = [
        [Fraction(int(person in panel)) for person in people]
        + [Fraction(int(number == other)) for other in range(len(panels))]
        + [Fraction(1)]
        for number, panel in enumerate(panels)
    ]
    goal = [Fraction(-1)] * len(people) + [Fraction(0)] * (len(panels) + 1)
    basis = list(range(len(people), columns))
    while True:
        enter = next((column for column in range(columns) if goal[column] < 0), None)
        if enter is None:
            return 1 / goal[-1]
        ratios = [
            (row[-1] / row[enter], basis[number], number) for number, row in enumerate(rows) if row[enter] > 0
        ]
        leave = min(ratios)[2]
        pivot = rows[leave][enter]
        rows[leave] = [cell / pivot for cell in rows[leave]]
        for number, row in enumerate(rows):
            if number != leave and row[enter]:
                rows[number] = [
                    cell - row[enter] * other for cell, other in zip(row, rows[leave], strict=True)
                ]
        goal = [cell - goal[enter] * other for cell, other in zip(goal, rows[leave], strict=True)]
        basis[leave] = enter
