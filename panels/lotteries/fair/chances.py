"""A lottery over panels, and the chances that it gives to people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .bound import Bound
from .solver import Counts
from .spread import Panel
from .stream import Stream
from .targets import Assignment


@dataclass(frozen=True)
class Lottery:
    """Panels, how likely each is, and what that means for everybody. A number below `total` draws a panel."""

    assignment: Assignment
    panels: Counts
    """A row per panel with the seats per type."""
    weights: tuple[int, ...]
    method: str
    """`equal`: all panels are equally likely. `weighted`: each has a weight. `exact`: proven by whole
    panels."""
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
        """Per type the chance of each of its people, over the order within it and the draw of a panel."""
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
        """Everybody's chance once the order within the types is known, and only the panel is still to be
        drawn."""
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

    @cached_property
    def listed_smallest(self) -> float:
        """The smallest chance in the panels as they are listed, of those who can be drawn at all."""
        listed = self.listed_chances
        return min(
            listed[person]
            for each, can in zip(self.assignment.types.of, self.bound.possible, strict=True)
            if bool(can)
            for person in each.members
        )

    @property
    def largest(self) -> float:
        return max(self.type_chances)

    def panel_at(self, number: int) -> int:
        """Which panel a number below `total` draws: each has as many numbers as its weight, in order."""
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
