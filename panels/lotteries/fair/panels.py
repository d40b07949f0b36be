"""Whole panels that together give everybody close to the chances of the bound.

Panels are made one at a time. What a type should have had by now, minus the seats it got, is what it has
to come: its residual. A linear program rounds all residuals down or up at the best price, where every rule
is met. Nearly all its answers are whole numbers; for the few that are not, and the few that it hardly
cared about, a small integer program decides. What goes wrong in one panel is residual for the next, so
errors never add up.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .progress import Progress
from .solver import Counts, NoSolution, Numbers, Program, Rows
from .targets import Assignment

_UNDECIDED = (40, 160, 640)
"""How many columns that the linear program hardly cared about the integer program may change: more when it
must."""
_FEW = 1_300
"""How many types are looked at first where there are far more."""
_CLOSE, _WORTH = 0.3, 1.0
"""The integer program may be this far from the best: in parts, or about one seat. The next panel mends it."""
_EASY = 8
"""So few undecided columns are rounded one by one first, which is faster and mostly works."""
_WHOLE = 1e-6


def build_panels(assignment: Assignment, chances: Numbers, count: int, progress: Progress) -> Counts:
    """So many panels, a row each, with the seats per type. Every one of them meets every rule."""
    builder = _Builder(assignment)
    deserved = chances * assignment.sizes
    given = np.zeros(len(deserved))
    panels = np.zeros((count, len(deserved)), dtype=np.int32)
    for number in range(count):
        progress.step("panels", number, count)
        panel = builder.panel_near((number + 1) * deserved - given)
        assignment.check(panel)
        panels[number] = panel
        given += panel
    return panels


class _Builder:
    """Rounds residuals to a panel. A type has three columns for what it gets beyond its residual rounded
    down: one seat more, yet another, and one fewer; each at a worse price than the one before."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.count = len(assignment.sizes)
        self.rooms = assignment.rooms.astype(np.float64)
        # An error of one seat weighs more where it is shared by fewer.
        self.weights = 1.0 / np.sqrt(assignment.sizes)
        limits = assignment.limits
        self.least = np.asarray([limit.least for limit in limits], dtype=np.float64)
        self.most = np.asarray([limit.most for limit in limits], dtype=np.float64)
        # Which rule counts which type, as two lists side by side.
        self.rules = np.repeat(np.arange(len(limits)), [len(limit.types) for limit in limits])
        self.types = np.asarray([each for limit in limits for each in limit.types], dtype=np.intp)
        # Most panels need only the first column of each type, and are found in half the time
        # without the others.
        nothing = np.zeros(3 * self.count)
        self.programs = [
            (
                self._program(np.arange(columns), nothing, nothing, self.least, self.most, every_rule=True),
                columns,
            )
            for columns in (self.count, 3 * self.count)
        ]

        self.rule_prices: Numbers | None = None
        """What a seat under each rule was worth in the last panel."""

    def _seats(self, values: Numbers) -> Numbers:
        """Per rule, the seats that these values give."""
        first, second, fewer = values.reshape(3, self.count)
        seats: Numbers = np.bincount(
            self.rules, weights=(first + second - fewer)[self.types], minlength=len(self.least)
        ).astype(np.float64)
        return seats

    def _worth(self, rule_prices: Numbers) -> Numbers:
        """Per column, what its seat costs at these prices for the rules."""
        worth = np.bincount(self.types, weights=rule_prices[self.rules], minlength=self.count)
        return np.concatenate([worth, worth, -worth])

    def _program(
        self,
        columns: NDArray[np.intp],
        prices: Numbers,
        upper: Numbers,
        least: Numbers,
        most: Numbers,
        *,
        integer: bool = False,
        every_rule: bool = False,
    ) -> Program:
        """The choice of values for some columns: as it is now, or with every rule in its place for later."""
        places = np.full(3 * self.count, -1)
        places[columns] = np.arange(len(columns))
        parts = []
        for number, factor in enumerate((1.0, 1.0, -1.0)):
            at = places[self.types + number * self.count]
            used = at >= 0
            parts.append((self.rules[used], at[used], np.full(int(used.sum()), factor)))
        rules, at, factors = (np.concatenate(each) for each in zip(*parts, strict=True))
        order = np.argsort(rules, kind="stable")
        kept = np.arange(len(least)) if every_rule else np.unique(rules)
        starts = np.searchsorted(rules[order], kept)
        return Program(
            Rows(
                least[kept].tolist(),
                most[kept].tolist(),
                starts.tolist(),
                at[order].tolist(),
                factors[order].tolist(),
            ),
            costs=prices[columns],
            lower=np.zeros(len(columns)),
            upper=upper[columns],
            integer=integer,
            maximise=True,
            gap=_CLOSE,
            worth=_WORTH,
            presolve=integer,
        )

    def panel_near(self, residual: Numbers) -> Counts:
        floor = np.clip(np.floor(residual), 0, self.rooms)
        left = residual - floor
        prices = np.concatenate([2 * left - 1, 2 * left - 3, -2 * left - 1]) * np.tile(self.weights, 3)
        room = self.rooms - floor
        upper = np.concatenate([np.minimum(room, 1), np.clip(room - 1, 0, 1), np.minimum(floor, 1)])
        filled = self._seats(np.concatenate([floor, np.zeros(2 * self.count)]))
        for chosen in self._choices(prices, upper, filled):
            steps = chosen.reshape(3, self.count)
            panel: Counts = np.rint(floor + steps[0] + steps[1] - steps[2]).astype(np.int32)
            return panel
        return self._panel_at_best_price(residual)

    def _choices(self, prices: Numbers, upper: Numbers, filled: Numbers) -> Iterator[Numbers]:
        """Whole answers, the first one first."""
        for relax in (self._relax_few, self._relax_narrow, self._relax_wide):
            try:
                values, self.rule_prices = relax(prices, upper, filled)
            except NoSolution:
                continue
            undecided = np.abs(values - np.rint(values)) > _WHOLE
            if not undecided.any():
                yield np.rint(values)
            # What one more of a column would bring beyond what its seat costs; near nothing: it
            # hardly matters.
            # Rounded, so that the last digits, which differ between machines, choose nothing.
            care = np.abs(np.round(prices - self._worth(self.rule_prices), 9))
            care[upper == 0] = np.inf
            care[undecided] = -1.0
            order = np.argsort(care, kind="stable")
            usable = int((upper > 0).sum())
            for more in _UNDECIDED:
                free = np.sort(order[: min(int(undecided.sum()) + more, usable)])
                whole = self._decide(free, values, prices, upper, filled)
                if whole is not None:
                    yield whole
                elif len(free) == usable:
                    # No choice of these columns is a panel.
                    return

    def _relax_few(self, prices: Numbers, upper: Numbers, filled: Numbers) -> tuple[Numbers, Numbers]:
        """Most of many types are clearly in or out at the prices of the panel before: look at the others."""
        if self.rule_prices is None or self.count < 1.5 * _FEW:
            raise NoSolution
        gains = np.round(prices - self._worth(self.rule_prices), 9)[: self.count]
        free = np.sort(np.argsort(np.abs(gains), kind="stable")[:_FEW])
        values = np.concatenate([np.where(gains > 0, upper[: self.count], 0.0), np.zeros(2 * self.count)])
        values[free] = 0.0
        filled = filled + self._seats(values)
        program = self._program(free, prices, upper, self.least - filled, self.most - filled, every_rule=True)
        solved = program.solve()
        values[free] = solved.values
        return values, solved.row_duals

    def _relax_narrow(self, prices: Numbers, upper: Numbers, filled: Numbers) -> tuple[Numbers, Numbers]:
        return self._relax(0, prices, upper, filled)

    def _relax_wide(self, prices: Numbers, upper: Numbers, filled: Numbers) -> tuple[Numbers, Numbers]:
        return self._relax(1, prices, upper, filled)

    def _relax(self, which: int, prices: Numbers, upper: Numbers, filled: Numbers) -> tuple[Numbers, Numbers]:
        program, columns = self.programs[which]
        program.set_rows(self.least - filled, self.most - filled)
        program.set_costs(prices[:columns])
        program.set_bounds(np.zeros(columns), upper[:columns])
        solved = program.solve()
        return np.append(solved.values, np.zeros(3 * self.count - columns)), solved.row_duals

    def _decide(
        self, free: NDArray[np.intp], values: Numbers, prices: Numbers, upper: Numbers, filled: Numbers
    ) -> Numbers | None:
        """Good whole numbers for some columns, with the others as they are; None where there are none."""
        undecided = int((np.abs(values - np.rint(values)) > _WHOLE).sum())
        values = np.rint(values)
        values[free] = 0
        filled = filled + self._seats(values)
        least, most = self.least - filled, self.most - filled
        found = None
        if undecided <= _EASY:
            found = self._round(self._program(free, prices, upper, least, most), upper[free])
        if found is None:
            try:
                found = self._program(free, prices, upper, least, most, integer=True).solve().values
            except NoSolution:
                return None
        values[free] = np.rint(found)
        return values

    def _round(self, program: Program, upper: Numbers) -> Numbers | None:
        """Settle the clearest undecided column, solve again, and so on. None where that leads nowhere."""
        lower, upper = np.zeros(len(upper)), upper.copy()
        for _ in range(3 * _EASY):
            try:
                values = program.solve().values
            except NoSolution:
                return None
            off = np.abs(values - np.rint(values))
            if off.max() <= _WHOLE:
                return values
            clearest = int(np.argmin(np.where(off > _WHOLE, off, np.inf)))
            lower[clearest] = upper[clearest] = np.rint(values[clearest])
            program.set_bounds(lower, upper)
        return None

    def _panel_at_best_price(self, residual: Numbers) -> Counts:
        """For the rare case that no rounding of the residuals is a panel."""
        return best_panel(self.assignment, residual * self.weights, gap=_CLOSE, worth=_WORTH)


def best_panel(assignment: Assignment, prices: Numbers, *, gap: float = 0.0, worth: float = 1e-9) -> Counts:
    """The panel with the highest sum of a price per seat. Raises NoSolution when there is no panel at all."""
    program = Program(
        assignment.rows(),
        costs=prices,
        lower=np.zeros(len(prices)),
        upper=assignment.rooms,
        integer=True,
        maximise=True,
        gap=gap,
        worth=worth,
    )
    panel = np.rint(program.solve().values).astype(np.int32)
    assignment.check(panel)
    return panel
