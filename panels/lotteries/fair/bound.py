"""The best chances there could be if a panel could hold parts of people: a proven upper bound.

What a lottery over panels gives to each type on average meets every rule that panels meet. So the best
averages that meet the rules are at least as good as the best lottery. Three steps, each a linear program
over types: the smallest chance as large as possible; then the largest as small as possible; then leximin,
which raises the smallest among the chances that can still rise, over and over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .progress import Progress
from .solver import INFINITY, NoSolution, NotFinished, Numbers, Program, Rows, Solved
from .targets import Assignment

NOTHING = 1e-7
"""A chance below this is none."""
_COSTS = 1e-9
"""A bound that costs more than this holds its type where it is."""
_SURE = 2.0
"""More than any chance."""
_SLACKS = (1e-8, 1e-7, 1e-6, 1e-5)
"""How much a chance that was settled may give way, so that rounding does not make the program impossible."""


@dataclass(frozen=True, slots=True)
class Bound:
    chances: Numbers
    """Per type, the chance of each of its people."""
    smallest: float
    """Of those who can sit in a panel at all."""
    largest: float
    possible: NDArray[np.bool_]
    """Per type, whether its people can sit in a panel at all."""


def bound_of(
    assignment: Assignment, progress: Progress, *, impossible: frozenset[int] = frozenset()
) -> Bound:
    """Raises NoSolution when rules contradict each other. `impossible`: types that are known to fit no
    panel."""
    progress.step("bound")
    for slack in _SLACKS:
        try:
            return _Chances(assignment, impossible, slack).bound(progress)
        except (NoSolution, NotFinished):
            if slack == _SLACKS[-1]:
                raise
    raise AssertionError


class _Chances:
    """A program with a chance per type, and one more: the smallest of the chances that may still rise."""

    def __init__(self, assignment: Assignment, impossible: frozenset[int], slack: float) -> None:
        self.assignment, self.slack = assignment, slack
        self.sizes = assignment.sizes.astype(np.float64)
        self.count = len(self.sizes)
        self.lower = np.zeros(self.count)
        self.upper = assignment.rooms / self.sizes
        self.upper[sorted(impossible)] = 0.0
        self.settled = np.zeros(self.count, dtype=np.bool_)
        rows = self._rows()
        self.first_row = len(rows.least)
        for number in range(self.count):
            rows.add((number, self.count), (1.0, -1.0), least=0.0, most=INFINITY)
        self.program = Program(
            rows,
            costs=[*[0.0] * self.count, 1.0],
            lower=[*self.lower, 0.0],
            upper=[*self.upper, _SURE],
            maximise=True,
        )

    def bound(self, progress: Progress) -> Bound:
        impossible = np.zeros(self.count, dtype=np.bool_)
        while True:
            solved = self.program.solve()
            if solved.objective > NOTHING or self.settled.all():
                break
            # Somebody fits no panel whatever the others get. The smallest chance is that of all others.
            held = self._settle(solved)
            impossible |= held & (solved.values[: self.count] <= NOTHING)
            self.upper[impossible] = 0.0
            self._pass_bounds()
        chances = solved.values[: self.count]
        smallest = min([solved.objective, *chances[self.settled & ~impossible]])
        largest = self._lower_largest(smallest, impossible)
        self.upper = np.minimum(self.upper, largest * (1 + 10 * self.slack) + self.slack)
        self._pass_bounds()
        while not self.settled.all():
            progress.step("bound", int(self.settled.sum()), self.count)
            solved = self.program.solve()
            self._settle(solved)
        chances = np.where(impossible, 0.0, np.maximum(solved.values[: self.count], 0.0))
        return Bound(chances, smallest, max(largest, smallest), ~impossible)

    def _lower_largest(self, smallest: float, impossible: NDArray[np.bool_]) -> float:
        """The smallest largest chance at which nobody has less than the smallest."""
        rows = self._rows()
        for number in range(self.count):
            rows.add((number, self.count), (1.0, -1.0), least=-INFINITY, most=0.0)
        lower = np.maximum(self.lower, np.minimum(smallest * (1 - self.slack), self.upper))
        program = Program(
            rows,
            costs=[*[0.0] * self.count, 1.0],
            lower=[*np.where(impossible, 0.0, lower), 0.0],
            upper=[*self.upper, 1.0],
        )
        return program.solve().objective

    def _settle(self, solved: Solved) -> NDArray[np.bool_]:
        """Keep the types that cannot rise without somebody with less falling: those whose bound costs
        something."""
        costs = np.maximum(
            np.abs(solved.row_duals[self.first_row :]), np.abs(solved.column_duals[: self.count])
        )
        costs[self.settled] = 0.0
        held = costs > _COSTS
        if not held.any():
            held = ~self.settled
        self.settled |= held
        values = solved.values[: self.count][held]
        self.lower[held] = np.maximum(values * (1 - self.slack) - self.slack / 100, 0.0)
        for number in np.flatnonzero(held):
            self.program.set_row(self.first_row + int(number), least=-INFINITY, most=INFINITY)
        self._pass_bounds()
        return held

    def _pass_bounds(self) -> None:
        self.program.set_bounds(np.append(self.lower, 0.0), np.append(self.upper, _SURE))

    def _rows(self) -> Rows:
        rows = Rows()
        for limit in self.assignment.limits:
            sizes = [float(self.sizes[each]) for each in limit.types]
            rows.add(limit.types, sizes, least=limit.least, most=limit.most)
        return rows
