"""The fairest lottery exactly, for small pools: column generation over types.

A panel joins the lottery when it would make the smallest chance larger, which an integer program decides:
it looks for the panel with the highest price, where the prices are those of the linear program over the
panels so far. When no panel is worth its price, none that exists would help, and the chances are proven
the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .panels import best_panel
from .progress import Progress
from .solver import INFINITY, Counts, NoSolution, NotFinished, Numbers, Program, Rows, Solved
from .targets import Assignment

_GAIN = 1e-7
"""A panel that would gain less than this gains nothing."""
_COST = 1e-6
"""A rule for a type that costs more than this holds its chance where it is."""
_CLOSE = 0.05
"""How far from the best, in parts, a panel may be where many would help."""
_SLACKS = (1e-9, 1e-8, 1e-7, 1e-6)
"""How much a settled chance may give way, so that rounding does not make the program impossible."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A lottery that no other beats."""

    panels: Counts
    weights: Numbers
    chances: Numbers
    """Per type, the chance of each of its people."""
    smallest: float
    """Of those who can sit in a panel at all."""
    largest: float
    possible: NDArray[np.bool_]


def exact_lottery(assignment: Assignment, first: Counts, progress: Progress) -> Exact:
    """The smallest chance as large as can be, then the largest as small, then leximin.

    `first` are panels to start from, at least one.
    """
    for slack in _SLACKS:
        try:
            return _Generation(assignment, first, progress, slack).run()
        except (NoSolution, NotFinished):
            if slack == _SLACKS[-1]:
                raise
    raise AssertionError


def more_panels(
    assignment: Assignment, panels: Counts, possible: NDArray[np.bool_], progress: Progress, *, rounds: int
) -> Counts:
    """These panels and more that make the smallest chance larger: as many as so many rounds find."""
    generation = _Generation(assignment, panels, progress, _SLACKS[0])
    generation.settled = ~possible
    generation.rounds, generation.gap = rounds, _CLOSE
    generation.improve(raising=True)
    return np.asarray(generation.panels)


class _Generation:
    def __init__(self, assignment: Assignment, first: Counts, progress: Progress, slack: float) -> None:
        self.assignment, self.progress, self.slack = assignment, progress, slack
        self.sizes = assignment.sizes.astype(np.float64)
        self.count = len(self.sizes)
        self.panels = [np.asarray(panel, dtype=np.int32) for panel in np.unique(first, axis=0)]
        self.settled = np.zeros(self.count, dtype=np.bool_)
        self.lower = np.zeros(self.count)
        self.most = INFINITY
        self.rounds, self.gap = 1_000_000, 0.0

    def run(self) -> Exact:
        smallest = self._raise()
        while smallest <= _GAIN and not self.settled.all():
            # A smallest chance of nothing is that of people who fit no panel: go on with the others.
            smallest = self._raise()
        impossible = self.settled & (self.lower <= _GAIN)
        self._start_again(impossible, smallest)
        largest = self.improve(raising=False).objective
        self._start_again(impossible, 0.0)
        self.most = largest * (1 + self.slack) + self.slack
        while not self.settled.all():
            self._raise()
        weights = np.maximum(self._solve(raising=True).values[: len(self.panels)], 0.0)
        used = np.flatnonzero(weights > _GAIN / 10)
        panels, weights = np.asarray([self.panels[each] for each in used]), weights[used]
        weights = weights / weights.sum()
        chances = (weights @ panels) / self.sizes
        return Exact(panels, weights, chances, smallest, largest, ~impossible)

    def improve(self, *, raising: bool) -> Solved:
        """Add panels until none that exists would help, and the best there is then."""
        sign = 1.0 if raising else -1.0
        for _ in range(self.rounds):
            self.progress.step("exact", int(self.settled.sum()), self.count)
            solved = self._solve(raising=raising)
            prices = (
                -sign
                * (solved.row_duals[: self.count] + solved.row_duals[self.count : 2 * self.count])
                / self.sizes
            )
            panel = best_panel(self.assignment, prices, gap=self.gap)
            if float(prices @ panel) - sign * float(solved.row_duals[-1]) <= _GAIN:
                break
            self.panels.append(panel)
        return solved

    def _raise(self) -> float:
        """Raise the smallest chance that is not settled, and settle those that could not rise further."""
        solved = self.improve(raising=True)
        costs = np.abs(solved.row_duals[: self.count])
        costs[self.settled] = 0.0
        held = costs > _COST
        # What is left has no rule that costs anything: all of it is at its best.
        if not held.any():
            held = costs >= costs.max()
            held &= ~self.settled
        self.settled |= held
        self.lower[held] = max(solved.objective, 0.0)
        return float(solved.objective)

    def _start_again(self, settled: NDArray[np.bool_], lower: float) -> None:
        self.settled = settled.copy()
        self.lower = np.where(settled, 0.0, lower)

    def _solve(self, *, raising: bool) -> Solved:
        """The best weights for the panels so far: one row per type for its least, and one for its most."""
        count, matrix = len(self.panels), np.asarray(self.panels) / self.sizes
        rows = Rows()
        for number in range(self.count):
            having = np.flatnonzero(matrix[:, number])
            columns, chances = having.tolist(), matrix[having, number].tolist()
            least = self.lower[number] * (1 - self.slack) - self.slack
            if raising and not self.settled[number]:
                columns, chances, least = [*columns, count], [*chances, -1.0], 0.0
            rows.add(columns, chances, least=least, most=INFINITY)
        for number in range(self.count):
            having = np.flatnonzero(matrix[:, number])
            columns, chances, most = having.tolist(), matrix[having, number].tolist(), self.most
            if not raising:
                columns, chances, most = [*columns, count], [*chances, -1.0], 0.0
            rows.add(columns, chances, least=-INFINITY, most=most)
        rows.add(range(count), [1.0] * count, least=1.0, most=1.0)
        return Program(
            rows,
            costs=[*[0.0] * count, 1.0],
            lower=np.zeros(count + 1),
            upper=[*[1.0] * count, 2.0],
            maximise=raising,
        ).solve()
