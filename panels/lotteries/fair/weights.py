"""How likely each panel is: all the same where that is good enough, and otherwise by one linear program."""

from __future__ import annotations

import numpy as np

from .bound import Bound
from .solver import INFINITY, Counts, NoSolution, NotFinished, Numbers, Program, Rows

TOTAL = 1_000_000_000_000
"""Weights are whole numbers with this sum, so that the draw itself is a draw of one number below it."""
CLOSE = 1e-6
"""A chance that is this close to the best, in parts, is the best."""
_NEAR = 1.25
"""Who has this much more than the smallest chance is kept from falling below it by the third aim."""

_OTHERS_COUNT = 1e-3


def chances_of(panels: Counts, weights: Numbers, sizes: Counts) -> Numbers:
    """Per type, the chance of each of its people when weights say how likely a panel is."""
    shares = weights / weights.sum()
    seats: Numbers = shares @ panels
    return seats / sizes


def equal_weights(panels: Counts) -> Numbers:
    return np.ones(len(panels))


def is_close(chances: Numbers, bound: Bound, *, within: float = CLOSE) -> bool:
    """Does everybody have the chance of the bound?"""
    return bool((chances >= bound.chances * (1 - within) - CLOSE * within).all())


def best_weights(panels: Counts, sizes: Counts, bound: Bound) -> Numbers:
    """Weights that make the smallest chance as large as these panels allow.

    One program with three aims, the last two counting a thousandth of the first: the smallest chance; the
    largest; and the part that everybody has of what leximin gives them. The answer is taken from the
    middle of all best ones, so that weights stay near each other instead of a few panels getting them all.

    The columns of `panels` are types with their sizes, or people with sizes of one; the bound is over the
    same.
    """
    count = len(panels)
    smallest, largest, share = count, count + 1, count + 2
    rows = Rows()
    for number in np.flatnonzero(bound.possible):
        having = np.flatnonzero(panels[:, number])
        columns, chances = having.tolist(), (panels[having, number] / sizes[number]).tolist()
        best = float(bound.chances[number])
        if best < bound.smallest * _NEAR:
            rows.add([*columns, smallest], [*chances, -bound.smallest], least=0.0, most=INFINITY)
        if best > bound.smallest * (1 + CLOSE):
            rows.add([*columns, share], [*chances, -best], least=0.0, most=INFINITY)
        if best > bound.largest / 2:
            rows.add([*columns, largest], [*chances, -bound.largest], least=-INFINITY, most=0.0)
    rows.add(range(count), [1.0] * count, least=1.0, most=1.0)
    program = Program(
        rows,
        costs=[*[0.0] * count, 1.0, -_OTHERS_COUNT, _OTHERS_COUNT],
        lower=np.zeros(count + 3),
        upper=[*[1.0] * count, 2.0, INFINITY, 1.0],
        maximise=True,
        interior=True,
        # With more types than panels the last digits would cost a quarter of the time.
        tolerance=1e-7 if len(sizes) <= count else 1e-5,
    )
    try:
        weights = np.maximum(program.solve().values[:count], 0.0)
    except (NoSolution, NotFinished):
        return equal_weights(panels)
    found = weights / weights.sum()
    before = chances_of(panels, equal_weights(panels), sizes)[bound.possible]
    after = chances_of(panels, found, sizes)[bound.possible]
    return found if after.min() >= before.min() * (1 - CLOSE) else equal_weights(panels)


def whole_weights(weights: Numbers) -> list[int]:
    """The same weights as whole numbers with the sum TOTAL; what rounding leaves goes to the largest
    remainders."""
    exact = weights / weights.sum() * TOTAL
    floors = np.floor(exact).astype(np.int64)
    left = TOTAL - int(floors.sum())
    order = np.argsort(floors - exact, kind="stable")
    floors[order[:left]] += 1
    return [int(weight) for weight in floors]
