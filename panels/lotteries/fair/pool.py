"""The people to choose from, and the types they are of.

People are of one type when the lot cannot tell them apart: they have the same values for every feature
and, where at most one may come from an address, live in homes of the same make-up. All that follows is
computed over types, of which there are far fewer than people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

Values = tuple[str, ...]
"""What somebody is, one value per feature, in the order of the pool's features."""


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    values: Values
    address: str = ""
    """At most one from the same address is chosen. Empty: nobody else lives there."""


@dataclass(frozen=True, slots=True)
class Pool:
    features: tuple[str, ...]
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class PersonType:
    """People with the same values who, if they live with others of the pool, do so in the same way."""

    values: Values
    members: tuple[int, ...]
    """Places in the list of people."""
    room: int
    """The most that can sit in one panel: one per home."""


@dataclass(frozen=True, slots=True)
class Homes:
    """Addresses with several people of the pool, of the same types at each."""

    households: tuple[tuple[int, ...], ...]
    """Per address the places of its people in the list."""
    types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Types:
    of: tuple[PersonType, ...]
    homes: tuple[Homes, ...]

    @property
    def sizes(self) -> list[int]:
        return [len(each.members) for each in self.of]


def types_of(pool: Pool) -> Types:
    """Sort people into types. The order of types follows from what people are, not from who came first."""
    together = _homes_of(pool.people)
    make_ups = {place: make_up for make_up, homes in together.items() for home in homes for place in home}
    members: dict[tuple[Values, tuple[Values, ...]], list[int]] = defaultdict(list)
    for place, person in enumerate(pool.people):
        members[person.values, make_ups.get(place, ())].append(place)
    keys = sorted(members)
    numbers = {key: number for number, key in enumerate(keys)}
    return Types(
        of=tuple(
            PersonType(
                values=values,
                members=tuple(members[values, make_up]),
                room=len(together[make_up]) if make_up else len(members[values, make_up]),
            )
            for values, make_up in keys
        ),
        homes=tuple(
            Homes(
                households=tuple(homes),
                types=tuple(numbers[values, make_up] for values in sorted(set(make_up))),
            )
            for make_up, homes in sorted(together.items())
        ),
    )


def _homes_of(people: Iterable[Person]) -> dict[tuple[Values, ...], list[tuple[int, ...]]]:
    """The addresses where several live, by what those people are."""
    at_address: dict[str, list[int]] = defaultdict(list)
    values = []
    for place, person in enumerate(people):
        values.append(person.values)
        if person.address:
            at_address[person.address].append(place)
    together: dict[tuple[Values, ...], list[tuple[int, ...]]] = defaultdict(list)
    for home in at_address.values():
        if len(home) > 1:
            together[tuple(sorted(values[place] for place in home))].append(tuple(home))
    return together
