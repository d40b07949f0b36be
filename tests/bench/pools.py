"""Made-up pools of people who came forward for a panel, the same on every machine for the same seed.

How a pool comes about. A city has six features, each with a share of its residents per value (`CITY`).
Features hang together a little: in one case out of five, the value for a feature leans to the same side as
the one before it, as older people more often live in certain neighbourhoods. Not everybody answers equally
often: each value has a weight for how eagerly such people come forward, and whoever is drawn from the city
joins the pool with a chance in proportion to the product of their weights. So a pool is skewed as real
ones are, with few of those who seldom answer.

The targets are the shares of the city, not of the pool: for each value the number of seats that its share
gives, rounded down and up, and a little more room for values that hardly anybody has.
"""

from __future__ import annotations

import csv
import math
import random
from dataclasses import dataclass
from pathlib import Path

# Per feature: value, share of the city in per cent, and how eagerly such people come forward.
CITY: dict[str, list[tuple[str, int, float]]] = {
    "gender": [("woman", 49, 1.0), ("man", 49, 1.1), ("other", 2, 1.0)],
    "age": [
        ("16-29", 21, 0.6),
        ("30-39", 18, 0.7),
        ("40-49", 17, 0.9),
        ("50-59", 16, 1.1),
        ("60-69", 14, 1.6),
        ("70+", 14, 1.2),
    ],
    "area": [
        ("Centrum", 10, 1.5),
        ("Noord", 12, 0.8),
        ("Oost", 16, 1.2),
        ("Zuid", 17, 1.3),
        ("West", 17, 1.1),
        ("Nieuw-West", 18, 0.6),
        ("Zuidoost", 9, 0.5),
        ("Weesp", 1, 1.4),
    ],
    "education": [("practical", 26, 0.5), ("middle", 36, 0.8), ("theoretical", 38, 1.8)],
    "born": [("here", 64, 1.2), ("elsewhere in Europe", 12, 0.8), ("further away", 24, 0.6)],
    "view": [("in favour", 38, 1.5), ("mixed", 30, 0.7), ("against", 22, 1.2), ("does not know", 10, 0.4)],
}
FOLLOWS = 0.2


@dataclass(frozen=True)
class MadeUp:
    """Rows as they stand in the files that the command line reads, and the number of seats."""

    targets: list[dict[str, str]]
    people: list[dict[str, str]]
    size: int

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The files of targets and of people."""
        paths = (folder / "targets.csv", folder / "people.csv")
        for path, rows in zip(paths, (self.targets, self.people), strict=True):
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return paths


def make_pool(*, people: int, size: int, seed: int, homes: float = 0.0) -> MadeUp:
    """A pool of this many people for a panel of this size.

    `homes` is the share of people who live with the one before them in the list, under the same address.
    """
    chance = random.Random(f"pool {seed}")
    pool: list[dict[str, str]] = []
    most_eager = math.prod(max(eager for _, _, eager in values) for values in CITY.values())
    while len(pool) < people:
        person, eager = _resident(chance)
        if chance.random() * most_eager < eager:
            number = len(pool)
            follows = pool and chance.random() < homes
            address = pool[-1]["address"] if follows else f"address {number}"
            pool.append({"id": f"p{number:06}", **person, "address": address})
    return MadeUp(targets=_targets(size), people=pool, size=size)


def _resident(chance: random.Random) -> tuple[dict[str, str], float]:
    person: dict[str, str] = {}
    eagerness, place = 1.0, chance.random()
    for feature, values in CITY.items():
        if chance.random() >= FOLLOWS:
            place = chance.random()
        value, eager = _value_at(values, place)
        person[feature] = value
        eagerness *= eager
    return person, eagerness


def _value_at(values: list[tuple[str, int, float]], place: float) -> tuple[str, float]:
    reached = 0.0
    for value, share, eager in values:
        reached += share / 100
        if place < reached:
            return value, eager
    return values[-1][0], values[-1][2]


def _targets(size: int) -> list[dict[str, str]]:
    rows = []
    for feature, values in CITY.items():
        for value, share, _ in values:
            seats = size * share / 100
            room = 1 if share < 5 else 0
            least, most = max(0, math.floor(seats) - room), math.ceil(seats) + room
            rows.append({"category": feature, "feature": value, "min": str(least), "max": str(most)})
    return rows
