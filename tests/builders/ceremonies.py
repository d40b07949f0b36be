"""Draws for tests: a register, panels with groups, and real rounds of drand for the chance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from random import Random
from typing import Any

from backend.core.lots.commitments import CommittedSecret, commitment_of
from panels.lotteries.ceremony.drand import QUICKNET
from panels.lotteries.ceremony.drawing import (
    Chance,
    draw_panel,
    draw_places,
    published_panel,
    published_places,
    settle,
)
from panels.lotteries.ceremony.letters import letter_of
from panels.lotteries.ceremony.manifest import AnnouncedPanel, Manifest, PanelDraw, SimpleDraw
from panels.lotteries.ceremony.register import FrozenRegister, SealedRow, seal_row
from panels.lotteries.ceremony.sealing import OpenSeats, Panel, SealedPanels, Seat
from panels.lotteries.ceremony.sources import Dice, DrandRound, Source, WitnessSecret
from panels.lotteries.ceremony.suppression import Target
from tests.builders.drand_rounds import QUICKNET_ROUNDS

ROUND = 1000
SIGNATURE, RANDOMNESS = QUICKNET_ROUNDS[ROUND]
KNOWN_AT = QUICKNET.time_of(ROUND)
DRAND = DrandRound(QUICKNET.hash, ROUND)
DICE = Dice(where="Raadszaal", at=KNOWN_AT + timedelta(hours=2), throws=25, reading="from left to right")
LATER_DICE = Dice(
    where="Raadszaal", at=KNOWN_AT + timedelta(hours=4), throws=25, reading="from left to right"
)
THROWS = " ".join(str(1 + number * 7 % 6) for number in range(25))
WITNESSES = tuple(
    WitnessSecret(CommittedSecret(holder, commitment_of(secret)))
    for holder, secret in (("de griffier", "1a" * 32), ("een inwoner", "2b" * 32))
)
SOURCES = (
    Source((DRAND,), until=KNOWN_AT + timedelta(hours=1)),
    Source((DICE,), until=KNOWN_AT + timedelta(hours=3)),
    Source((*WITNESSES, LATER_DICE), until=KNOWN_AT + timedelta(hours=5)),
)
DRAND_VALUES = [{"signature": SIGNATURE}]
DICE_VALUES = [{"throws": THROWS}]
WITNESS_VALUES = [{"secret": "1a" * 32}, {"secret": "2b" * 32}, {"throws": THROWS}]
AFTERWARDS = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = "5e" * 32


def targets_for(seats: int) -> tuple[Target, ...]:
    """The numbers by age can be small and are left out; those by neighbourhood cannot, and are shown."""
    return (
        Target("leeftijd", "16 tot 40", 0, seats),
        Target("leeftijd", "40 en ouder", 0, seats),
        Target("buurt", "Noord", 5, seats),
        Target("buurt", "Zuid", 5, seats),
    )


def salt(number: int) -> str:
    return sha256(b"salt %d" % number).hexdigest()[:32]


def row(number: int) -> dict[str, str]:
    return {
        "naam": f"Inwoner {number}",
        "geboren": f"19{number % 90 + 10}-01-0{number % 9 + 1}",
        "buurt": "Noörd",
    }


def sealed_row(number: int) -> SealedRow:
    return seal_row(row(number), salt(number))


@dataclass(frozen=True)
class Ceremony:
    """A draw with everything its organiser has."""

    manifest: Manifest
    register: FrozenRegister
    commitments: list[str]
    sealed: SealedPanels | None = None

    def chance(self, values: Sequence[Sequence[Mapping[str, str]] | None] | None = None) -> Chance:
        return settle(self.manifest, values=values or [DRAND_VALUES, None, None], now=AFTERWARDS)

    def announced(self) -> dict[str, Any]:
        return as_published(self.manifest.to_json())

    def drawn(self, values: Sequence[Sequence[Mapping[str, str]] | None] | None = None) -> dict[str, Any]:
        chance = self.chance(values)
        if self.sealed is None:
            return as_published(published_places(self.manifest, chance, draw_places(self.manifest, chance)))
        drawn = draw_panel(self.manifest, chance, self.sealed)
        return as_published(
            published_panel(self.manifest, chance, drawn, sealed=self.sealed, register=self.register)
        )

    def letter(self, number: int) -> dict[str, Any]:
        return as_published(
            letter_of(self.manifest, self.register, row=row(number), salt=salt(number), sealed=self.sealed)
        )


def as_published(content: object) -> Any:
    """What somebody else reads from the file."""
    return json.loads(json.dumps(content))


def simple_ceremony(*, rows: int = 50, number: int = 5, reserves: int = 3, **announced: Any) -> Ceremony:
    commitments = [sealed_row(each).commitment for each in range(rows)]
    register = FrozenRegister(commitments)
    manifest = _manifest(register, SimpleDraw(number, reserves), **announced)
    return Ceremony(manifest, register, commitments)


def panel_ceremony(
    *,
    rows: int = 60,
    panels: int = 7,
    seats: int = 12,
    groups: int = 5,
    open_seats: int = 1,
    **announced: Any,
) -> Ceremony:
    """Rows go to groups in turn. Every panel has open seats in groups 0 and 1."""
    people = [sealed_row(each) for each in range(rows)]
    commitments = [person.commitment for person in people]
    register, chance = FrozenRegister(commitments), Random(panels)
    made = []
    for _ in range(panels):
        members = chance.sample(range(rows), seats - 2 * open_seats)
        made.append(
            Panel(
                tuple(Seat(commitments[member], member % groups) for member in members),
                (OpenSeats(0, open_seats), OpenSeats(1, open_seats)) if open_seats else (),
            )
        )
    sealed = SealedPanels(SECRET, made, [people[group::groups] for group in range(groups)])
    half = seats // 2
    draw = PanelDraw(
        seats=seats,
        panels=tuple(
            AnnouncedPanel(root, (None, None, half, seats - half), weight=1 + number % 2)
            for number, root in enumerate(sealed.panel_roots)
        ),
        lowest_chance=Fraction(1, 1000),
        highest_chance=Fraction(1),
        targets=targets_for(seats),
        groups=groups,
        groups_root=sealed.groups_root,
    )
    return Ceremony(_manifest(register, draw, **announced), register, commitments, sealed)


def _manifest(register: FrozenRegister, draw: SimpleDraw | PanelDraw, **announced: Any) -> Manifest:
    return Manifest(
        purpose="Het buurtpanel van Noörd",
        register_rows=register.rows,
        register_root=register.root,
        draw=draw,
        **{"sources": SOURCES, "published_before": KNOWN_AT - timedelta(minutes=1), **announced},
    )
