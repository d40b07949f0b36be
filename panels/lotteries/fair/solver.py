"""Linear and integer programs. The only module that knows the solver, which is HiGHS by its package highspy.

HiGHS runs on one thread with a fixed seed, so that the same program has the same answer every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int32]
INFINITY = float(highspy.kHighsInf)


class NoSolution(Exception):
    """Nothing satisfies all rows and bounds."""


class NotFinished(Exception):
    """The solver stopped before it was sure of an answer."""


@dataclass(slots=True)
class Rows:
    """The rows of a program: sums of columns with a least and a most."""

    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)

    def add(self, columns: Iterable[int], factors: Iterable[float], *, least: float, most: float) -> int:
        """Add a row and say its number."""
        self.starts.append(len(self.columns))
        self.columns.extend(columns)
        self.factors.extend(factors)
        self.least.append(least)
        self.most.append(most)
        return len(self.least) - 1


@dataclass(frozen=True, slots=True)
class Solved:
    """The best values of the columns, with what the bounds and rows cost."""

    objective: float
    values: Numbers
    column_duals: Numbers
    row_duals: Numbers


class Program:
    """One program that may be solved again after a change, from where the last time ended."""

    def __init__(
        self,
        rows: Rows,
        *,
        costs: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        integer: bool | Sequence[bool] = False,
        maximise: bool = False,
        gap: float = 0.0,
        worth: float = 1e-9,
        interior: bool = False,
        tolerance: float = 1e-7,
        presolve: bool = True,
    ) -> None:
        """`gap`: how far an integer answer may be from the best, in parts; `worth`: or as a number.
        `interior`: an answer in the middle of all best ones, which spreads over the columns what it can,
        and not one at a corner."""
        self._costs = np.asarray(costs, dtype=np.float64)
        self._all = np.arange(len(self._costs), dtype=np.int32)
        program = highspy.HighsLp()
        program.num_col_ = len(self._costs)
        program.num_row_ = len(rows.least)
        program.col_cost_ = self._costs
        program.col_lower_ = np.asarray(lower, dtype=np.float64)
        program.col_upper_ = np.asarray(upper, dtype=np.float64)
        program.row_lower_ = np.asarray(rows.least, dtype=np.float64)
        program.row_upper_ = np.asarray(rows.most, dtype=np.float64)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.num_col_ = program.num_col_
        program.a_matrix_.num_row_ = program.num_row_
        program.a_matrix_.start_ = np.asarray([*rows.starts, len(rows.columns)], dtype=np.int32)
        program.a_matrix_.index_ = np.asarray(rows.columns, dtype=np.int32)
        program.a_matrix_.value_ = np.asarray(rows.factors, dtype=np.float64)
        if maximise:
            program.sense_ = highspy.ObjSense.kMaximize
        whole = [integer] * len(self._costs) if isinstance(integer, bool) else integer
        self._is_integer = any(whole)
        if self._is_integer:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            program.integrality_ = [kinds[flag] for flag in whole]
        # The class under `Highs`, without its callbacks: to set those up prints a line on standard output.
        self._solver = highspy._core._Highs()
        for name, value in _OPTIONS.items():
            self._solver.setOptionValue(name, value)
        self._solver.setOptionValue("mip_rel_gap", gap)
        self._solver.setOptionValue("mip_abs_gap", worth)
        for name in ("primal_feasibility", "dual_feasibility", "ipm_optimality"):
            self._solver.setOptionValue(f"{name}_tolerance", tolerance)
        self._solver.setOptionValue("presolve", "choose" if presolve else "off")
        if interior:
            self._solver.setOptionValue("solver", "ipm")
            self._solver.setOptionValue("run_crossover", "off")
        self._solver.passModel(program)

    def set_costs(self, costs: Numbers) -> None:
        self._solver.changeColsCost(len(self._all), self._all, costs)

    def set_bounds(self, lower: Numbers, upper: Numbers) -> None:
        self._solver.changeColsBounds(len(self._all), self._all, lower, upper)

    def set_row(self, row: int, *, least: float, most: float) -> None:
        self._solver.changeRowBounds(row, least, most)

    def set_rows(self, least: Numbers, most: Numbers) -> None:
        rows = np.arange(len(least), dtype=np.int32)
        # It is there, and the stub of highspy does not know it.
        self._solver.changeRowsBounds(len(rows), rows, least, most)  # type: ignore[attr-defined]

    def add_column(self, cost: float, *, rows: Sequence[int], factors: Sequence[float]) -> None:
        """Add a column that is at least nothing and has no most."""
        self._solver.addCol(cost, 0.0, INFINITY, len(rows), list(rows), list(factors))

    def solve(self) -> Solved:
        """Raises NoSolution where rows and bounds contradict each other."""
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            raise NoSolution
        if status != highspy.HighsModelStatus.kOptimal:
            raise NotFinished(self._solver.modelStatusToString(status))
        solution = self._solver.getSolution()
        return Solved(
            objective=self._solver.getObjectiveValue(),
            values=np.asarray(solution.col_value, dtype=np.float64),
            column_duals=np.asarray(solution.col_dual, dtype=np.float64),
            row_duals=np.asarray(solution.row_dual, dtype=np.float64),
        )


_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
}
