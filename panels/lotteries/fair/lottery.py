"""The whole way from people and targets to panels with their chances."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .bound import Bound, bound_of
from .exact import exact_lottery, more_panels
from .panels import best_panel, build_panels
from .progress import Progress
from .solver import Counts, NoSolution, Numbers
from .spread import Panel, seat_people
from .stream import Stream
from .targets import Assignment, Impossible
from .weights import best_weights, chances_of, equal_weights, is_close, whole_weights

PANELS = 1_000
_EXACT_TYPES = 100
_EXACT_SIZE = 60
"""Pools of at most so many types, for a panel of at most so many, are solved exactly where the bound is not met."""
_ROUNDS = 100
"""How many more panels are looked for where the bound is not met and the pool is larger."""
_NEAR = 1e-3
_PROVEN = 1e-5
"""Chances this close to the bound, in parts, are the best there are: nothing beats the bound."""


@dataclass(frozen=True)
class Lottery:
    """Panels, how likely each is, and what that means for everybody. One number below `total` draws a panel."""

    assignment: Assignment
    panels: Counts
    """A row per panel with the seats per type."""
    weights: tuple[int, ...]
    method: str
    """`equal`: all panels are equally likely. `weighted`: each has a weight. `exact`: no lottery is fairer."""
    bound: Bound
    seed: str
    seated: tuple[Panel, ...]
    """Who sits in each panel, with this seed, by place in the list of people."""
    seconds: dict[str, float]

    @cached_property
    def total(self) -> int:
        return sum(self.weights)

    @cached_property
    def type_chances(self) -> list[float]:
        """Per type the chance of each of its people, over the order within the type and the draw of a panel."""
        seats = np.asarray(self.weights, dtype=np.int64) @ self.panels.astype(np.int64)
        sizes = self.assignment.types.sizes
        return [int(each) / (self.total * size) for each, size in zip(seats, sizes, strict=True)]

    @cached_property
    def chances(self) -> list[float]:
        """Everybody's chance, in the order of the list of people."""
        chances = [0.0] * len(self.assignment.pool.people)
        for each, chance in zip(self.assignment.types.of, self.type_chances, strict=True):
            for person in each.members:
                chances[person] = chance
        return chances

    @cached_property
    def listed_chances(self) -> list[float]:
        """Everybody's chance once the order within the types is known, and only the panel is still to be drawn."""
        weights = [0] * len(self.assignment.pool.people)
        for panel, weight in zip(self.seated, self.weights, strict=True):
            for person in panel:
                weights[person] += weight
        return [weight / self.total for weight in weights]

    @cached_property
    def smallest(self) -> float:
        """The smallest chance of those who can be drawn at all."""
        return min(
            chance for chance, can in zip(self.type_chances, self.bound.possible, strict=True) if bool(can)
        )

    @property
    def largest(self) -> float:
        return max(self.type_chances)

    def panel_at(self, number: int) -> int:
        """Which panel a number below `total` draws: each has as many numbers as its weight, in their order."""
        if not 0 <= number < self.total:
            raise ValueError(number)
        for panel, weight in enumerate(self.weights):
            number -= weight
            if number < 0:
                return panel
        raise AssertionError

    def draw(self, seed: str) -> int:
        """Which panel this seed draws."""
        return self.panel_at(Stream(seed, "panel").below(self.total))


def select(
    assignment: Assignment,
    *,
    panels: int = PANELS,
    seed: str = "",
    equal: bool = False,
    progress: Progress | None = None,
) -> Lottery:
    """Panels and weights that treat everybody as fairly as can be.

    `panels`: how many to make; small pools may need fewer. `equal`: all panels equally likely, also where
    weights would give a larger smallest chance. Raises Impossible where no panel meets the targets, and
    Cancelled when the progress says so.
    """
    progress = progress or Progress()
    progress.step("first panel")
    try:
        best_panel(assignment, np.zeros(len(assignment.sizes)))
    except NoSolution:
        raise Impossible from None
    found = _Search(assignment, panels, equal, progress).run()
    progress.step("people")
    seated = seat_people(assignment, found.panels, found.weights, seed)
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
    method: str
    bound: Bound


class _Search:
    def __init__(self, assignment: Assignment, panels: int, equal: bool, progress: Progress) -> None:
        self.assignment, self.count, self.equal, self.progress = assignment, panels, equal, progress

    def run(self) -> _Found:
        bound = self._bound()
        panels = build_panels(self.assignment, bound.chances, self.count, self.progress)
        impossible = self._never_seated(panels, bound)
        if impossible:
            bound = self._bound(impossible)
            panels = build_panels(self.assignment, bound.chances, self.count, self.progress)
        weights = equal_weights(panels)
        if self.equal or is_close(self._chances(panels, weights), bound):
            return _Found(panels, [1] * len(panels), "equal", bound)
        self.progress.step("weights")
        weights = best_weights(panels, self.assignment, bound)
        if self._is_small and not is_close(self._chances(panels, weights), bound, within=_PROVEN):
            return self._exact(panels)
        if self._smallest(panels, weights, bound) < bound.smallest * (1 - _NEAR):
            panels = more_panels(self.assignment, panels, bound.possible, self.progress, rounds=_ROUNDS)
            self.progress.step("weights")
            weights = best_weights(panels, self.assignment, bound)
        whole = whole_weights(weights)
        used = [number for number, weight in enumerate(whole) if weight]
        return _Found(panels[used], [whole[number] for number in used], "weighted", bound)

    @property
    def _is_small(self) -> bool:
        return len(self.assignment.sizes) <= _EXACT_TYPES and self.assignment.size <= _EXACT_SIZE

    def _exact(self, panels: Counts) -> _Found:
        exact = exact_lottery(self.assignment, panels, self.progress)
        whole = whole_weights(exact.weights)
        used = [number for number, weight in enumerate(whole) if weight]
        proven = Bound(exact.chances, exact.smallest, exact.largest, exact.possible)
        return _Found(exact.panels[used], [whole[number] for number in used], "exact", proven)

    def _bound(self, impossible: frozenset[int] = frozenset()) -> Bound:
        return bound_of(self.assignment, self.progress, impossible=impossible)

    def _never_seated(self, panels: Counts, bound: Bound) -> frozenset[int]:
        """Types that the bound has in panels, and that no whole panel can hold."""
        missing = np.flatnonzero(bound.possible & (panels.sum(axis=0) == 0))
        expected = bound.chances * self.assignment.sizes * len(panels)
        return frozenset(
            int(number) for number in missing if expected[number] >= 2 and not self._fits(int(number))
        )

    def _fits(self, number: int) -> bool:
        prices = np.zeros(len(self.assignment.sizes))
        prices[number] = 1.0
        return bool(best_panel(self.assignment, prices)[number])

    def _chances(self, panels: Counts, weights: Numbers) -> Numbers:
        return chances_of(panels, weights, self.assignment.sizes)

    def _smallest(self, panels: Counts, weights: Numbers, bound: Bound) -> float:
        possible: NDArray[np.bool_] = bound.possible
        return float(self._chances(panels, weights)[possible].min())
