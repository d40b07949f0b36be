"""What every panel must look like: how many seats, how many for each value of a feature, one per address."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .pool import Pool, Types, types_of
from .solver import Counts, Rows


@dataclass(frozen=True, slots=True)
class Target:
    """How many of a panel have this value: at least and at most."""

    feature: str
    value: str
    least: int
    most: int
    flex_least: int = 0
    """The lowest that `least` may become where targets cannot be met."""
    flex_most: int | None = None
    """The highest that `most` may become. None: the size of the panel."""

    @property
    def name(self) -> str:
        return f"{self.feature} “{self.value}”"


@dataclass(frozen=True, slots=True)
class Limit:
    """One rule for a panel: the seats of these types together."""

    types: tuple[int, ...]
    least: int
    most: int
    name: str


class Impossible(Exception):
    """No panel meets all targets and limits together."""


class BrokenPanel(AssertionError):
    """A panel does not meet a rule. It is never handed out: something is wrong in this package."""


@dataclass(frozen=True)
class Assignment:
    """Whom to choose from, how many, and what every panel must look like."""

    pool: Pool
    targets: tuple[Target, ...]
    size: int

    @cached_property
    def types(self) -> Types:
        return types_of(self.pool)

    @cached_property
    def sizes(self) -> Counts:
        """How many people are of each type."""
        return np.asarray(self.types.sizes, dtype=np.int32)

    @cached_property
    def rooms(self) -> Counts:
        """How many of each type can sit in one panel."""
        return np.asarray([min(each.room, self.size) for each in self.types.of], dtype=np.int32)

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """Every rule over types: the size first, then the targets in their order, then the addresses."""
        return (
            Limit(tuple(range(len(self.types.of))), self.size, self.size, "seats"),
            *self.target_limits,
            *(
                Limit(homes.types, 0, len(homes.households), "one per address")
                for homes in self.types.homes
                if len(homes.types) > 1
            ),
        )

    @cached_property
    def target_limits(self) -> tuple[Limit, ...]:
        places = {feature: place for place, feature in enumerate(self.pool.features)}
        having: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, each in enumerate(self.types.of):
            for place, value in enumerate(each.values):
                having[place, value].append(number)
        return tuple(
            Limit(tuple(having[places[target.feature], target.value]), target.least, target.most, target.name)
            for target in self.targets
        )

    @cached_property
    def _types_of_limits(self) -> tuple[NDArray[np.intp], ...]:
        return tuple(np.asarray(limit.types, dtype=np.intp) for limit in self.limits)

    def rows(self) -> Rows:
        """The rules as rows of a program of which the first columns are the seats per type."""
        rows = Rows()
        for limit in self.limits:
            rows.add(limit.types, [1.0] * len(limit.types), least=limit.least, most=limit.most)
        return rows

    def check(self, panel: Counts) -> None:
        """Count with whole numbers whether a panel meets every rule; the solver is not taken at its word."""
        if (panel < 0).any() or (panel > self.rooms).any():
            raise BrokenPanel("a type has fewer seats than none, or more than its room")
        for limit, types in zip(self.limits, self._types_of_limits, strict=True):
            seats = int(panel[types].sum())
            if not limit.least <= seats <= limit.most:
                raise BrokenPanel(f"{limit.name}: {seats}, not {limit.least} to {limit.most}")

    def check_people(self, people: Iterable[int]) -> None:
        """The same for people by their place in the list, from their own features and addresses."""
        chosen = [self.pool.people[place] for place in people]
        if len(chosen) != self.size or len({person.id for person in chosen}) != self.size:
            raise BrokenPanel(f"{len(chosen)} people, not {self.size} different ones")
        addresses = [person.address for person in chosen if person.address]
        if len(addresses) != len(set(addresses)):
            raise BrokenPanel("two people from one address")
        values = Counter(
            pair for person in chosen for pair in zip(self.pool.features, person.values, strict=True)
        )
        for target in self.targets:
            seats = values[target.feature, target.value]
            if not target.least <= seats <= target.most:
                raise BrokenPanel(f"{target.name}: {seats}, not {target.least} to {target.most}")
