"""What to change when no panel meets all targets: as few targets as possible, each as little as possible."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from .solver import NoSolution, Program, Rows
from .targets import Assignment, Target


@dataclass(frozen=True, slots=True)
class Change:
    """One target that becomes wider, and why that is needed."""

    target: Target
    least: int
    most: int
    sentence: str

    @property
    def seats(self) -> int:
        return self.target.least - self.least + self.most - self.target.most


@dataclass(frozen=True, slots=True)
class Advice:
    """The smallest set of changes after which there is a panel. Nothing to change: there is one already."""

    size: int
    size_sentence: str
    """Empty where the size can stay as it is."""
    changes: tuple[Change, ...]

    @property
    def is_feasible(self) -> bool:
        return not self.changes and not self.size_sentence

    @property
    def sentences(self) -> tuple[str, ...]:
        return (*filter(None, [self.size_sentence]), *(change.sentence for change in self.changes))

    def apply(self, assignment: Assignment) -> Assignment:
        """The same with these changes made."""
        wider = {change.target: change for change in self.changes}
        targets = tuple(
            replace(target, least=wider[target].least, most=wider[target].most) if target in wider else target
            for target in assignment.targets
        )
        return Assignment(assignment.pool, targets, self.size)


def advise(assignment: Assignment) -> Advice:
    """Which targets to change, and how.

    The fewest targets first; among those sets, the one that gives the fewest seats away. Limits to how far a
    target may move (`min_flex`, `max_flex`) are kept where they allow a panel, and passed over where not.
    """
    size = min(assignment.size, _homes_in(assignment))
    sentence = ""
    if size < assignment.size:
        why = "With one person per address, the" if size < len(assignment.pool.people) else "The"
        sentence = (
            f"Make the panel smaller: {size} seats instead of {assignment.size}. {why} pool holds no more."
        )
    smaller = Assignment(assignment.pool, assignment.targets, size)
    try:
        widths = _smallest_widths(smaller, within_flex=True)
    except NoSolution:
        widths = _smallest_widths(smaller, within_flex=False)
    changes = []
    having = Counter(
        (feature, value)
        for person in assignment.pool.people
        for feature, value in zip(assignment.pool.features, person.values, strict=True)
    )
    for target, (down, up) in zip(smaller.targets, widths, strict=True):
        if down or up:
            least, most = target.least - down, target.most + up
            words = _sentence(smaller, target, least, most, having[target.feature, target.value])
            changes.append(Change(target, least, most, words))
    return Advice(size, sentence, tuple(changes))


def _homes_in(assignment: Assignment) -> int:
    """How many different addresses the pool has."""
    addresses = {person.address for person in assignment.pool.people if person.address}
    return len(addresses) + sum(not person.address for person in assignment.pool.people)


def _smallest_widths(assignment: Assignment, *, within_flex: bool) -> list[tuple[int, int]]:
    """Per target, how much its minimum falls and its maximum rises."""
    types, size = len(assignment.sizes), assignment.size
    count = len(assignment.targets)
    # Columns: seats per type; per target how much lower, how much higher, and whether it changes at all.
    down, up, changed = types, types + count, types + 2 * count
    rows = Rows()
    others = [each for each in assignment.limits if each not in assignment.target_limits]
    for limit in others:
        rows.add(limit.types, [1.0] * len(limit.types), least=limit.least, most=limit.most)
    lower_room, upper_room = [], []
    for number, (target, limit) in enumerate(zip(assignment.targets, assignment.target_limits, strict=True)):
        ones = [1.0] * len(limit.types)
        rows.add([*limit.types, down + number], [*ones, 1.0], least=target.least, most=np.inf)
        rows.add([*limit.types, up + number], [*ones, -1.0], least=-np.inf, most=target.most)
        room_below = target.least - (target.flex_least if within_flex else 0)
        flex_most = target.flex_most if within_flex and target.flex_most is not None else size
        room_above = max(flex_most - target.most, 0)
        rows.add(
            [down + number, up + number, changed + number],
            [1.0, 1.0, -float(max(room_below + room_above, 1))],
            least=-np.inf,
            most=0.0,
        )
        lower_room.append(room_below)
        upper_room.append(room_above)
    # One target more counts for more than all seats together.
    one_more = float(sum(lower_room) + sum(upper_room) + 1)
    solved = Program(
        rows,
        costs=[*[0.0] * types, *[1.0] * (2 * count), *[one_more] * count],
        lower=np.zeros(types + 3 * count),
        upper=[*assignment.rooms, *lower_room, *upper_room, *[1] * count],
        integer=True,
    ).solve()
    values = [round(float(value)) for value in solved.values]
    return list(zip(values[down:up], values[up:changed], strict=True))


def _sentence(assignment: Assignment, target: Target, least: int, most: int, people: int) -> str:
    moves = []
    if least < target.least:
        moves.append(f"lower the minimum from {target.least} to {least}")
    if most > target.most:
        moves.append(f"raise the maximum from {target.most} to {most}")
    return f"{target.name}: {' and '.join(moves)}. {_reason(assignment, target, least, most, people)}"


def _reason(assignment: Assignment, target: Target, least: int, most: int, people: int) -> str:
    same = [each for each in assignment.targets if each.feature == target.feature]
    if people < target.least:
        who = {0: "Nobody in the pool has", 1: "One person in the pool has"}.get(
            people, f"Only {people} people in the pool have"
        )
        return f"{who} this value."
    if sum(each.least for each in same) > assignment.size:
        total = sum(each.least for each in same)
        return f"The minimums of {target.feature} add up to {total}, and there are {assignment.size} seats."
    if sum(each.most for each in same) < assignment.size:
        total = sum(each.most for each in same)
        return f"The maximums of {target.feature} add up to {total}, and there are {assignment.size} seats."
    if least < target.least:
        return f"The other targets leave room for {least} of the {people} people with this value."
    return f"The other targets cannot be met with fewer than {most} of the {people} people with this value."
