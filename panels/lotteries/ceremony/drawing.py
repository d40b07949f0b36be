"""How it is drawn: the algorithm "meebeslissen-panel/1". Chance comes in; nothing here makes any.

Anyone can re-implement it from these lines, with those of `merkle`, `register` and `sealing` for the seals.
SHA-256 is that of FIPS 180-4; hexadecimal is in lower case. To join texts, write each as its length in
UTF-8 bytes in decimal, a colon and those bytes, and put them behind each other.

1. Manifest. Its fingerprint is SHA-256 over it as JSON with sorted keys, no spaces, characters outside
   ASCII as themselves, in UTF-8. In hexadecimal.
2. Source. The sources stand in the manifest in order, counted from 0. The first that came holds; its parts
   give one text each: of drand the randomness (64 hexadecimal digits), of dice the throws with one space
   between them, of a witness the secret (64 hexadecimal digits).
3. Seed. The SHA-256 of the joined texts: "meebeslissen-panel/1", "seed", the fingerprint of the manifest,
   the number of the source, and the texts of its parts in order. In hexadecimal.
4. Steps. Every step has a seed of its own: the SHA-256 of the joined texts "meebeslissen-panel/1", the name
   of the step, its number if it has one, and the seed of 3. In hexadecimal.
5. Stream and a number below n: as steps 5 and 6 of "meebeslissen-lot/1" (block k is SHA-256 over the 32
   bytes of the step's seed and k as 8 bytes, big-endian; read in numbers x of 8 bytes, big-endian; thrown
   away when x >= 2^64 - (2^64 mod n); the result is x mod n).
6. The first m of s places. Start with the places 0 to s - 1 in order. For i = 0 to m - 1: take a number j
   below s - i and swap the places at i and i + j. The first m, in this order, are drawn.
7. Simple draw, step "simple": the first (number + reserves) of the rows of the register, which stand in the
   order of their commitments. Those after the number are the reserves, in that order.
8. Panel, step "panel": take a number below the sum of all weights. Count through the panels in order,
   taking off each weight; the panel in whose weight the number falls is drawn. Panels are counted from 0.
9. Group g, step "group" with number g, for every group that the drawn panel names: the first s of its s
   tickets, which stand in sorted order. Tickets of who has a seat on the panel already are passed over. The
   first so many as the panel has open seats in this group get those; all others are reserves of the group,
   in this order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.core.lots.commitments import joined
from backend.core.lots.drawing import number_below, numbers_from

from .manifest import ALGORITHM, Manifest, PanelDraw, SimpleDraw
from .register import FrozenRegister
from .sealing import SealedPanels
from .sources import Revealed, written

DRAW_FORMAT = "meebeslissen-panel-draw/1"
Values = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Chance:
    """The source that holds, and the seed that follows from it."""

    source: int
    parts: tuple[Revealed, ...]
    missing_since: tuple[datetime, ...]
    """Until when each earlier source was waited for in vain."""
    seed: str

    def to_json(self) -> dict[str, object]:
        return {
            "source": self.source,
            "values": [dict(part.published) for part in self.parts],
            "waited_until": [written(moment) for moment in self.missing_since],
        }


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """The order in a group that the drawn panel names, by rows: who gets a seat, and then the reserves."""

    group: int
    drawn: tuple[str, ...]
    reserves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    """Who is drawn: the number of the panel, the rows of all its members, and the reserves per group."""

    panel: int
    members: tuple[str, ...]
    groups: tuple[DrawnGroup, ...]


@dataclass(frozen=True, slots=True)
class DrawnPlaces:
    """Who is drawn in a simple draw: places in the register, in the order of the lot."""

    drawn: tuple[int, ...]
    reserves: tuple[int, ...]


def settle(manifest: Manifest, *, values: Sequence[Values | None], now: datetime) -> Chance:
    """The source that holds, once it has come. `values`: per source one per part, or None if it never came.

    The first that came holds, also when a later one came as well. Nothing is passed over before its moment.
    Raises InvalidInput when it is too early, when a value is wrong, and when no source came at all.
    """
    if len(values) != len(manifest.sources):
        raise InvalidInput(_("Say of every announced source what came, in the order of the announcement."))
    for number, (source, given) in enumerate(zip(manifest.sources, values, strict=True)):
        if given is None:
            if now < source.until:
                raise InvalidInput(
                    _("This source can still come. Wait until the announced moment has passed.")
                )
            continue
        if len(given) != len(source.parts):
            raise InvalidInput(
                _("Give one value for every part of the source, in the order of the announcement.")
            )
        if any(part.known_at is not None and now < part.known_at for part in source.parts):
            raise InvalidInput(_("This source is not known yet. A value from before cannot be right."))
        parts = tuple(part.revealed(value) for part, value in zip(source.parts, given, strict=True))
        return Chance(
            source=number,
            parts=parts,
            missing_since=tuple(each.until for each in manifest.sources[:number]),
            seed=seed_of(manifest.fingerprint(), number, [part.text for part in parts]),
        )
    raise InvalidInput(_("None of the announced sources came. Nothing is drawn: announce a new draw."))


def seed_of(fingerprint: str, source: int, texts: Sequence[str]) -> str:
    """The one number all chance of a draw follows from (step 3), in hexadecimal."""
    return _hash([ALGORITHM, "seed", fingerprint, str(source), *texts])


def step_seed(seed: str, step: str, number: int | None = None) -> str:
    """The seed of one step (step 4), so that no step tells about another."""
    return _hash([ALGORITHM, step, *([] if number is None else [str(number)]), seed])


def first_places(seed: str, number: int, size: int) -> list[int]:
    """The first so many of all places, every order as likely (step 6). Takes no longer for a long list."""
    stream, moved, order = numbers_from(seed), dict[int, int](), []
    for at in range(number):
        other = at + number_below(size - at, stream)
        order.append(moved.get(other, other))
        moved[other] = moved.pop(at, at)
    return order


def panel_number(seed: str, weights: Sequence[int]) -> int:
    """Which panel is drawn (step 8)."""
    left = number_below(sum(weights), numbers_from(step_seed(seed, "panel")))
    for number, weight in enumerate(weights):
        if left < weight:
            return number
        left -= weight
    raise AssertionError("the number is below the sum of the weights")


def ticket_order(seed: str, group: int, tickets: Sequence[str]) -> list[str]:
    """The tickets of one group in the order of the lot (step 9)."""
    in_order = sorted(tickets)
    places = first_places(step_seed(seed, "group", group), len(in_order), len(in_order))
    return [in_order[place] for place in places]


def draw_places(manifest: Manifest, chance: Chance) -> DrawnPlaces:
    """The simple draw (step 7)."""
    wanted = manifest.draw
    if not isinstance(wanted, SimpleDraw):
        raise InvalidInput(_("This draw is between panels, not between rows of the register."))
    places = first_places(
        step_seed(chance.seed, "simple"), wanted.number + wanted.reserves, manifest.register_rows
    )
    return DrawnPlaces(tuple(places[: wanted.number]), tuple(places[wanted.number :]))


def draw_panel(manifest: Manifest, chance: Chance, sealed: SealedPanels) -> DrawnPanel:
    """The drawn panel, its open seats filled and its reserves in order (steps 8 and 9)."""
    wanted = manifest.draw
    if not isinstance(wanted, PanelDraw):
        raise InvalidInput(_("This draw is between rows of the register, not between panels."))
    if (
        tuple(panel.root for panel in wanted.panels) != sealed.panel_roots
        or wanted.groups_root != sealed.groups_root
    ):
        raise InvalidInput(_("These are not the panels that were announced. Nothing was drawn."))
    number = panel_number(chance.seed, [panel.weight for panel in wanted.panels])
    panel = sealed.panels[number]
    fixed = {seat.commitment for seat in panel.seats}
    open_seats = {each.group: each.number for each in panel.open_seats}
    groups = []
    for group in panel.groups:
        holder = sealed.tickets(group)
        order = [holder[ticket].commitment for ticket in ticket_order(chance.seed, group, list(holder))]
        free = [row for row in order if row not in fixed]
        seats = open_seats.get(group, 0)
        groups.append(DrawnGroup(group, tuple(free[:seats]), tuple(free[seats:])))
    members = sorted(fixed.union(*(group.drawn for group in groups)))
    return DrawnPanel(number, tuple(members), tuple(groups))


def published_places(manifest: Manifest, chance: Chance, drawn: DrawnPlaces) -> dict[str, object]:
    """The file that goes online after a simple draw."""
    outcome: dict[str, object] = {
        "kind": "simple",
        "drawn": list(drawn.drawn),
        "reserves": list(drawn.reserves),
    }
    return _published(manifest, chance, outcome)


def published_panel(
    manifest: Manifest, chance: Chance, drawn: DrawnPanel, *, sealed: SealedPanels, register: FrozenRegister
) -> dict[str, object]:
    """The file that goes online after a panel was drawn: it opens this panel, and no other."""
    panel = sealed.panels[drawn.panel]
    groups = [_opened_group(each, set(drawn.members), sealed) for each in drawn.groups]
    outcome = {
        "kind": "panel",
        "panel": drawn.panel,
        "secret": sealed.panel_secret(drawn.panel),
        "seats": sorted((seat.to_json() for seat in panel.seats), key=lambda seat: str(seat["commitment"])),
        "open_seats": [each.to_json() for each in sorted(panel.open_seats, key=lambda each: each.group)],
        "groups": groups,
        "members": [{"commitment": row, **register.inclusion_of(row).to_json()} for row in drawn.members],
    }
    return _published(manifest, chance, outcome)


def _opened_group(drawn: DrawnGroup, members: set[str], sealed: SealedPanels) -> dict[str, object]:
    holder = sealed.tickets(drawn.group)
    ticket = {row.commitment: each for each, row in holder.items()}
    return {
        "group": drawn.group,
        "tickets": list(holder),
        "path": sealed.group_path(drawn.group),
        "opened": [
            {"ticket": each, "key": row.ticket_key, "seal": row.seal, "commitment": row.commitment}
            for each, row in holder.items()
            if row.commitment in members
        ],
        "reserves": [ticket[row] for row in drawn.reserves],
    }


def _published(manifest: Manifest, chance: Chance, outcome: dict[str, object]) -> dict[str, object]:
    return {
        "format": DRAW_FORMAT,
        "manifest_fingerprint": manifest.fingerprint(),
        "chance": chance.to_json(),
        "seed": chance.seed,
        "outcome": outcome,
    }


def _hash(texts: Sequence[str]) -> str:
    return hashlib.sha256(joined(texts)).hexdigest()
