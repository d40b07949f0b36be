"""From seats per type to people: each type's seats go round its members, in an order that chance decides.

The order is the second step of the draw. Over that step and the draw of a panel together, all people of a type
have exactly the same chance, because every order is equally likely. And whatever the order, the seats of all
panels together are spread as evenly as their weights allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from .solver import Counts
from .stream import Stream
from .targets import Assignment

Panel = tuple[int, ...]
"""People by their place in the list, in the order of the list."""


def seat_people(assignment: Assignment, panels: Counts, weights: Sequence[int], seed: str) -> list[Panel]:
    """Who sits in each panel with this seed. Everybody's own share of all panels is as even as can be."""
    places, home_of = _order(assignment, seed)
    # Per type, who waits: those who had least first, and among them by the order that chance decided.
    queues = [
        sorted((0, places[person], person) for person in each.members) for each in assignment.types.of
    ]
    seated = []
    for counts, weight in zip(panels, weights, strict=True):
        people: list[int] = []
        taken: set[int] = set()
        for number in counts.nonzero()[0]:
            queue, passed = queues[number], []
            seats = int(counts[number])
            while seats:
                had, place, person = heappop(queue)
                if home_of.get(person) in taken:
                    passed.append((had, place, person))
                    continue
                seats -= 1
                people.append(person)
                passed.append((had + weight, place, person))
                if person in home_of:
                    taken.add(home_of[person])
            for waiting in passed:
                heappush(queue, waiting)
        assignment.check_people(people)
        seated.append(tuple(sorted(people)))
    return seated


def _order(assignment: Assignment, seed: str) -> tuple[list[int], dict[int, int]]:
    """Everybody's place in the order of their type, and the home of who lives with others of the pool.

    Homes are put in order as a whole, and the people in a home among each other, so that homes that look the
    same to the lot also have the same chances in it.
    """
    pool = assignment.pool
    places = [0] * len(pool.people)
    home_of: dict[int, int] = {}
    for number, homes in enumerate(assignment.types.homes):
        stream = Stream(seed, f"homes {number}")
        households = sorted(homes.households, key=lambda home: min(pool.people[each].id for each in home))
        for place, home in enumerate(stream.order(households)):
            people = stream.order(sorted(home, key=lambda each: pool.people[each].id))
            for within, person in enumerate(people):
                places[person] = place * len(people) + within
                home_of[person] = min(home)
    for number, each in enumerate(assignment.types.of):
        alone = sorted((place for place in each.members if place not in home_of), key=lambda p: pool.people[p].id)
        for place, person in enumerate(Stream(seed, f"type {number}").order(alone)):
            places[person] = place
    return places, home_of
