"""Fill what is left of a panel: those who are seated stay, and the free seats are drawn again, as fairly as
can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .pool import Pool
from .targets import Assignment, Target


class NothingToFill(Exception):
    """Every seat is taken already, or more than there are."""


def left_to_fill(assignment: Assignment, *, seated: Iterable[int], gone: Iterable[int] = ()) -> Assignment:
    """The same question for the free seats alone.

    Targets become what is left of them. Who is seated, who is gone (declined, moved, did not answer) and
    who lives at the address of somebody seated cannot be drawn. Whoever is seated beyond a maximum keeps
    the seat: then nobody else with that value is drawn.
    """
    seated, gone = sorted(set(seated)), set(gone)
    people = assignment.pool.people
    if len(seated) >= assignment.size:
        raise NothingToFill
    taken = {people[place].address for place in seated if people[place].address}
    pool = Pool(
        assignment.pool.features,
        tuple(
            person
            for place, person in enumerate(people)
            if place not in gone and place not in seated and person.address not in taken
        ),
    )
    targets = tuple(_rest_of(target, assignment, seated) for target in assignment.targets)
    return Assignment(pool, targets, assignment.size - len(seated))


def _rest_of(target: Target, assignment: Assignment, seated: Sequence[int]) -> Target:
    place = assignment.pool.features.index(target.feature)
    have = sum(assignment.pool.people[each].values[place] == target.value for each in seated)
    flex = target.flex_most
    return replace(
        target,
        least=max(target.least - have, 0),
        most=max(target.most - have, 0),
        flex_least=max(target.flex_least - have, 0),
        flex_most=None if flex is None else max(flex - have, 0),
    )
