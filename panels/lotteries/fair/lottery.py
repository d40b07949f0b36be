"""The whole way from people and targets to panels with their chances."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .bound import Bound, bound_of
from .chances import Lottery
from .exact import exact_lottery, more_panels
from .panels import best_panel, build_panels
from .progress import Progress
from .solver import Counts, NoSolution, NotFinished, Numbers
from .spread import Panel, seat_in_turn, seat_people
from .targets import Assignment, Impossible
from .weights import best_weights, chances_of, is_close, whole_weights

PANELS = 1_000
_EXACT_TYPES = 100
_EXACT_SIZE = 60
"""Pools of at most so many types, for a panel of at most so many, are solved exactly where the bound is not
met."""
_ROUNDS = 20
"""How many more panels are looked for where the bound is not met and the pool is larger."""
_NEAR = 1e-2
"""A smallest chance this close to the bound, in parts, is near enough in a pool that is not small."""
_PEOPLE = 2_000
"""For at most so many people weights look at each of them; with more, at types."""
_PROVEN = 1e-5
"""Chances this close to the bound, in parts, are the best there are: nothing beats the bound."""


def select(
    assignment: Assignment,
    *,
    panels: int = PANELS,
    seed: str = "",
    equal: bool = False,
    progress: Progress | None = None,
) -> Lottery:
    """Panels and weights that treat everybody as fairly as can be.

    `panels`: how many to make at first; some may get no weight, and some may join. `equal`: all panels
    equally likely, also where weights would give a larger smallest chance. Raises Impossible where no
    panel meets the targets, and Cancelled when the progress says so.
    """
    progress = progress or Progress()
    progress.step("first panel")
    try:
        best_panel(assignment, np.zeros(len(assignment.sizes)))
    except NoSolution:
        raise Impossible from None
    found = _Search(assignment, panels, equal, progress).run()
    progress.step("people")
    seated = seat_people(assignment, found.in_turn, seed)
    progress.finish()
    return Lottery(
        assignment,
        found.panels,
        tuple(found.weights),
        found.method,
        found.bound,
        seed,
        tuple(seated),
        dict(progress.seconds),
    )


@dataclass(frozen=True)
class _Found:
    panels: Counts
    weights: list[int]
    in_turn: list[Panel]
    method: str
    bound: Bound


class _Search:
    def __init__(self, assignment: Assignment, panels: int, equal: bool, progress: Progress) -> None:
        self.assignment, self.count, self.equal, self.progress = assignment, panels, equal, progress
        self.people_per_type = assignment.sizes
        type_of = {
            person: number for number, each in enumerate(assignment.types.of) for person in each.members
        }
        # People in the order of their ids, so that the order of the list changes nothing.
        by_id = sorted(type_of, key=lambda person: assignment.pool.people[person].id)
        self.rank = {person: rank for rank, person in enumerate(by_id)}
        self.type_of = np.asarray([type_of[person] for person in by_id])

    def run(self) -> _Found:
        bound, panels = self._build()
        equal = _Found(panels, [1] * len(panels), [], "equal", bound)
        if self.equal or is_close(self._chances(equal), bound):
            equal = replace(equal, in_turn=self._in_turn(panels, equal.weights))
            if self.equal or self._is_level(equal):
                return equal
        found = self._weigh(panels, bound, "weighted")
        if self._is_small and not self._is_proven(found):
            # Whole people cannot reach the bound here, or it takes a panel that was not made.
            try:
                exact = exact_lottery(self.assignment, panels, self.progress)
            except (NoSolution, NotFinished):
                # Decimals got in the way. What was found is a lottery that can be used, and says its bound.
                return found
            proven = Bound(exact.chances, exact.smallest, exact.largest, exact.possible)
            return self._weigh(_copies(exact.panels, exact.weights, self.count), proven, "exact")
        if self._smallest_of(found) < bound.smallest * (1 - _NEAR):
            panels = more_panels(self.assignment, panels, bound.possible, self.progress, rounds=_ROUNDS)
            return self._weigh(panels, bound, "weighted")
        return found

    def _build(self) -> tuple[Bound, Counts]:
        bound = bound_of(self.assignment, self.progress)
        panels = build_panels(self.assignment, bound.chances, self.count, self.progress)
        impossible = self._never_seated(panels, bound)
        if impossible:
            bound = bound_of(self.assignment, self.progress, impossible=impossible)
            panels = build_panels(self.assignment, bound.chances, self.count, self.progress)
        return bound, panels

    def _never_seated(self, panels: Counts, bound: Bound) -> frozenset[int]:
        """Types that the bound has in panels, and that no whole panel can hold."""
        expected = bound.chances * self.people_per_type * len(panels)
        missing = np.flatnonzero((panels.sum(axis=0) == 0) & (expected >= 2))
        prices = np.eye(len(expected))
        return frozenset(
            int(number) for number in missing if not best_panel(self.assignment, prices[number])[number]
        )

    def _weigh(self, panels: Counts, bound: Bound, method: str) -> _Found:
        """Weights by which everybody's own share of the listed panels is fair, or at least that of each
        type."""
        if len(self.type_of) <= _PEOPLE:
            in_turn = self._in_turn(panels, [1] * len(panels))
            self.progress.step("weights")
            weights = best_weights(self._matrix(in_turn), np.ones_like(self.type_of), self._per_person(bound))
            found = _found(panels, weights, in_turn, method, bound)
            if self._smallest_of(found) >= bound.smallest * (1 - _NEAR):
                return found
        self.progress.step("weights")
        weights = best_weights(panels, self.people_per_type, bound)
        found = _found(panels, weights, [], method, bound)
        return replace(found, in_turn=self._in_turn(found.panels, found.weights))

    def _in_turn(self, panels: Counts, weights: list[int]) -> list[Panel]:
        self.progress.step("people")
        return seat_in_turn(self.assignment, panels, weights)

    @property
    def _is_small(self) -> bool:
        return len(self.people_per_type) <= _EXACT_TYPES and self.assignment.size <= _EXACT_SIZE

    def _is_level(self, equal: _Found) -> bool:
        """Is everybody's own share of the listed panels that of the bound?"""
        shares = self._matrix(equal.in_turn).mean(axis=0)
        return is_close(shares, self._per_person(equal.bound))

    def _is_proven(self, found: _Found) -> bool:
        return is_close(self._chances(found), found.bound, within=_PROVEN)

    def _smallest_of(self, found: _Found) -> float:
        return float(self._chances(found)[found.bound.possible].min())

    def _chances(self, found: _Found) -> Numbers:
        return chances_of(found.panels, np.asarray(found.weights, dtype=np.float64), self.people_per_type)

    def _matrix(self, in_turn: list[Panel]) -> Counts:
        """A row per panel with a one for each of its people."""
        matrix = np.zeros((len(in_turn), len(self.type_of)), dtype=np.int32)
        for number, panel in enumerate(in_turn):
            matrix[number, [self.rank[person] for person in panel]] = 1
        return matrix

    def _per_person(self, bound: Bound) -> Bound:
        """The same bound for people one by one."""
        return Bound(bound.chances[self.type_of], bound.smallest, bound.largest, bound.possible[self.type_of])


def _found(panels: Counts, weights: Numbers, in_turn: list[Panel], method: str, bound: Bound) -> _Found:
    """With whole weights, and without the panels that have none."""
    whole = whole_weights(weights)
    used = [number for number, weight in enumerate(whole) if weight]
    return _Found(
        panels[used],
        [whole[number] for number in used],
        [in_turn[number] for number in used] if in_turn else [],
        method,
        bound,
    )


def _copies(panels: Counts, weights: Numbers, count: int) -> Counts:
    """Each panel as often as its weight asks of so many, at least once: then people of a type can take
    turns."""
    times = np.maximum(np.rint(weights * count).astype(np.int64), 1)
    return np.repeat(panels, times, axis=0)
