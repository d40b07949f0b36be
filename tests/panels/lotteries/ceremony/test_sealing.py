"""Sealed panels: fixed for good, opened one by one, and silent about the rest."""

from __future__ import annotations

import pytest

from backend.core.errors import InvalidInput
from panels.lotteries.ceremony.merkle import root_of_path
from panels.lotteries.ceremony.register import SealedRow
from panels.lotteries.ceremony.sealing import (
    OpenSeats,
    Panel,
    SealedPanels,
    Seat,
    group_line,
    salt_of,
    seal_of,
    sealed,
    ticket_of,
    tree_of,
)
from tests.builders.ceremonies import SECRET, sealed_row

PEOPLE = [sealed_row(number) for number in range(4)]
A, B, C, D = (person.commitment for person in PEOPLE)
PANELS = [
    Panel((Seat(A, 0), Seat(C, 1)), (OpenSeats(0, 1),)),
    Panel((Seat(B, 0), Seat(C, 1)), (OpenSeats(1, 1),)),
]
GROUPS = [PEOPLE[:2], PEOPLE[2:]]


def test_every_change_of_a_panel_or_of_its_place_breaks_the_seal() -> None:
    roots = {
        SealedPanels(SECRET, panels, GROUPS).panel_roots
        for panels in (
            PANELS,
            PANELS[::-1],
            [Panel((Seat(A, 0), Seat(D, 1)), (OpenSeats(0, 1),)), PANELS[1]],
            [Panel((Seat(A, 0), Seat(C)), (OpenSeats(0, 1),)), PANELS[1]],
            [Panel((Seat(A, 0), Seat(C, 1)), (OpenSeats(1, 1),)), PANELS[1]],
            [Panel((Seat(C, 1),), (OpenSeats(0, 2),)), PANELS[1]],
            [Panel((Seat(C, 1),), (OpenSeats(0, 1),)), PANELS[1]],
        )
    }
    assert len(roots) == 7
    assert SealedPanels("6f" * 32, PANELS, GROUPS).panel_roots not in roots


def test_the_order_of_the_seats_makes_no_difference() -> None:
    turned = [Panel(panel.seats[::-1], panel.open_seats[::-1]) for panel in PANELS]
    assert (
        SealedPanels(SECRET, turned, GROUPS).panel_roots == SealedPanels(SECRET, PANELS, GROUPS).panel_roots
    )


def test_the_same_member_looks_different_in_every_panel_and_group() -> None:
    """Otherwise the paths in letters would tell who is where."""
    sealed_panels = SealedPanels(SECRET, PANELS, GROUPS)
    seals = [
        seal
        for number, panel in enumerate(PANELS)
        for seal in sealed(sealed_panels.panel_secret(number), panel.entries(number))
    ]
    seals += [*sealed_panels.tickets(0), *sealed_panels.tickets(1)]
    assert len(set(seals)) == 6 + 4


def test_the_secret_of_a_panel_opens_that_panel_alone() -> None:
    sealed_panels = SealedPanels(SECRET, PANELS, GROUPS)
    secret, entry = sealed_panels.panel_secret(0), PANELS[0].seats[1].entry(0)
    assert seal_of(salt_of(secret, entry), entry) in sealed(secret, PANELS[0].entries(0))
    entry = PANELS[1].seats[1].entry(1)
    seals = sealed(sealed_panels.panel_secret(1), PANELS[1].entries(1))
    assert seal_of(salt_of(secret, entry), entry) not in seals


def test_a_group_is_proved_by_its_size_and_its_tickets() -> None:
    sealed_panels = SealedPanels(SECRET, PANELS, GROUPS)
    for number in (0, 1):
        tickets = list(sealed_panels.tickets(number))
        assert tickets == sorted(ticket_of(person, number) for person in GROUPS[number])
        line, path = group_line(number, 2, tree_of(tickets).root), sealed_panels.group_path(number)
        assert root_of_path(line, place=number, size=2, path=path) == sealed_panels.groups_root


def test_without_groups_there_is_no_fingerprint_of_groups() -> None:
    plain = SealedPanels(SECRET, [Panel((Seat(A),))])
    assert plain.groups_root is None
    with pytest.raises(InvalidInput, match="no groups"):
        plain.group_path(0)


@pytest.mark.parametrize(
    ("panels", "groups", "sentence"),
    [
        ([], [], "no panel to draw"),
        ([Panel((Seat(A, 0),))], [], "does not exist"),
        ([Panel((Seat(A),))], [PEOPLE[:1], PEOPLE[:1]], "in two groups"),
        ([Panel((Seat(A, 0),))], [PEOPLE[1:2]], "not in the group"),
        ([Panel((Seat(A),), (OpenSeats(0, 2),))], [PEOPLE[:2]], "more open seats"),
    ],
)
def test_panels_that_cannot_be_are_refused(
    panels: list[Panel], groups: list[list[SealedRow]], sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        SealedPanels(SECRET, panels, groups)


@pytest.mark.parametrize(
    ("seats", "open_seats", "sentence"),
    [
        ((Seat(A), Seat(A, 1)), (), "same panel twice"),
        ((), (OpenSeats(0, 1), OpenSeats(0, 2)), "of a group twice"),
        ((), (OpenSeats(0, 0),), "at least one open seat"),
    ],
)
def test_a_panel_that_cannot_be_is_refused(
    seats: tuple[Seat, ...], open_seats: tuple[OpenSeats, ...], sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        Panel(seats, open_seats)
