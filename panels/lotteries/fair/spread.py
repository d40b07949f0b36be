"""From seats per type to people: each type's seats go round places, and chance decides who has which place.

A type of five has five places. Places take turns: the one that had least so far is next, so that all
places of a type end with nearly the same share of the panels. This follows from the numbers alone. Then
the second step of the draw puts the people of a type in their places, in an order that the seed decides.
Every order is equally likely, so over both steps together all people of a type have exactly the same
chance.

Where at most one comes from an address, the places are those of homes that look the same, and chance puts
whole homes in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from .solver import Counts
from .stream import Stream
from .targets import Assignment

Panel = tuple[int, ...]
"""People by their place in the list, in the order of the list."""


def seat_in_turn(assignment: Assignment, panels: Counts, weights: Sequence[int]) -> list[Panel]:
    """Who sits in each panel when everybody has the place of their own: people in the order of their ids."""
    ids = [person.id for person in assignment.pool.people]
    home_of = {
        person: min(home) for homes in assignment.types.homes for home in homes.households for person in home
    }
    # Per type, who waits: those who had least are first, and then those whose home comes first.
    queues = [
        sorted((0, ids[home_of.get(person, person)], ids[person], person) for person in each.members)
        for each in assignment.types.of
    ]
    seated = []
    for counts, weight in zip(panels, weights, strict=True):
        people: list[int] = []
        taken: set[int] = set()
        for number in counts.nonzero()[0]:
            queue, back = queues[number], []
            seats = int(counts[number])
            while seats:
                had, home_id, own_id, person = heappop(queue)
                home = home_of.get(person, person)
                if home not in taken:
                    seats -= 1
                    had += weight
                    people.append(person)
                    taken.add(home)
                back.append((had, home_id, own_id, person))
            for waiting in back:
                heappush(queue, waiting)
        seated.append(tuple(sorted(people)))
    return seated


def people_in_places(assignment: Assignment, seed: str) -> list[int]:
    """Who gets the place of each person of the list: somebody of the same type, as the seed decides."""
    ids = [person.id for person in assignment.pool.people]
    values = [person.values for person in assignment.pool.people]
    who = list(range(len(ids)))
    at_home = set()
    for number, homes in enumerate(assignment.types.homes):
        stream = Stream(seed, f"homes {number}")
        households = sorted(
            (sorted(home, key=lambda each: (values[each], ids[each])) for home in homes.households),
            key=lambda home: min(ids[each] for each in home),
        )
        for places, drawn in zip(households, stream.order(households), strict=True):
            # Who of a home is who: chance decides among those with the same values.
            mixed = sorted(stream.order(drawn), key=lambda each: values[each])
            for place, person in zip(places, mixed, strict=True):
                who[place] = person
                at_home.add(place)
    for number, each in enumerate(assignment.types.of):
        alone = sorted(
            (place for place in each.members if place not in at_home), key=lambda place: ids[place]
        )
        for place, person in zip(alone, Stream(seed, f"type {number}").order(alone), strict=True):
            who[place] = person
    return who


def seat_people(assignment: Assignment, in_turn: Sequence[Panel], seed: str) -> list[Panel]:
    """Who sits in each panel with this seed. Every panel is checked, person by person."""
    who = people_in_places(assignment, seed)
    seated = [tuple(sorted(who[place] for place in panel)) for panel in in_turn]
    for panel in seated:
        assignment.check_people(panel)
    return seated
