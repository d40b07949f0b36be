"""The panels and groups of a draw, sealed: fixed before the draw, and readable only when they are opened.

There are usually a thousand panels, any of which can be drawn, so that everybody's chance is right. Who is
in which must be fixed before the draw and must stay unknown, for the panels that were not drawn for ever:
with all of them in the open, the published totals could be solved for what one member is or thinks.

- An entry of panel j is a list of texts: ("seat", j, commitment of the row, group or "") for a member, or
  ("open", j, group, number) for seats whose members are drawn within a group afterwards.
- The secret of panel j is HMAC-SHA-256(the secret of this draw, ("panel", j) joined). The salt of an entry
  is HMAC-SHA-256(secret of the panel, the joined entry), and its seal is HMAC-SHA-256(salt, the joined
  entry). So one entry can be opened alone, by its salt, and a whole panel by its secret.
- The ticket of a row in group g is HMAC-SHA-256(ticket key of the row, ("ticket", g) joined). Somebody has
  one ticket in a group. It is opened by the key and the seal of the row, which give its commitment and
  nothing more.
- The root of a panel is that of the tree over its seals in sorted order; of a group, over its tickets. All
  groups together have one root, over ("group", g, size, root) joined, in the order of their numbers,
  counted from 0.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.core.lots.commitments import joined

from .merkle import Tree
from .register import SealedRow

Entry = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of a panel with its member, and the group that fills it when the member declines."""

    commitment: str
    group: int | None = None

    def entry(self, panel: int) -> Entry:
        return ("seat", str(panel), self.commitment, "" if self.group is None else str(self.group))

    def to_json(self) -> dict[str, object]:
        return {"commitment": self.commitment, "group": self.group}


@dataclass(frozen=True, slots=True)
class OpenSeats:
    """Seats of a panel that are for whoever is drawn within a group."""

    group: int
    number: int

    def entry(self, panel: int) -> Entry:
        return ("open", str(panel), str(self.group), str(self.number))

    def to_json(self) -> dict[str, object]:
        return {"group": self.group, "number": self.number}


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the panels that can be drawn."""

    seats: tuple[Seat, ...] = ()
    open_seats: tuple[OpenSeats, ...] = ()

    def __post_init__(self) -> None:
        if len({seat.commitment for seat in self.seats}) != len(self.seats):
            raise InvalidInput(_("Somebody is on the same panel twice."))
        if len({each.group for each in self.open_seats}) != len(self.open_seats):
            raise InvalidInput(_("A panel names the open seats of a group twice."))
        if any(each.number < 1 for each in self.open_seats):
            raise InvalidInput(_("A panel has at least one open seat in each group that it names."))

    @property
    def size(self) -> int:
        return len(self.seats) + sum(each.number for each in self.open_seats)

    @property
    def groups(self) -> list[int]:
        """The groups whose order matters when this panel is drawn."""
        named = {seat.group for seat in self.seats if seat.group is not None}
        return sorted(named | {each.group for each in self.open_seats})

    def entries(self, number: int) -> list[Entry]:
        seats = [seat.entry(number) for seat in self.seats]
        return seats + [each.entry(number) for each in self.open_seats]


def secret_of(draw_secret: str, panel: int) -> str:
    """The secret of one panel, which follows from the secret of the draw."""
    return _mac(draw_secret, ("panel", str(panel)))


def salt_of(secret: str, entry: Entry) -> str:
    return _mac(secret, entry)


def seal_of(salt: str, entry: Entry) -> str:
    """What stands for an entry in the published tree, in hexadecimal."""
    return _mac(salt, entry)


def ticket_of(row: SealedRow, group: int) -> str:
    """What stands for somebody in a group, in hexadecimal."""
    return _mac(row.ticket_key, ("ticket", str(group)))


def sealed(secret: str, entries: Sequence[Entry]) -> list[str]:
    """The seals of all entries, sorted, so that their order says nothing."""
    key, seals = bytes.fromhex(secret), []
    for message in map(joined, entries):
        salt = hmac.digest(key, message, "sha256")
        seals.append(hmac.digest(salt, message, "sha256").hex())
    return sorted(seals)


def tree_of(seals: Sequence[str]) -> Tree:
    return Tree(map(bytes.fromhex, seals))


def group_line(number: int, size: int, root: str) -> bytes:
    """A group as a line in the tree of all groups."""
    return joined(["group", str(number), str(size), root])


class SealedPanels:
    """All panels and groups of one draw, under one secret that is kept as long as letters are answered."""

    def __init__(
        self, draw_secret: str, panels: Sequence[Panel], groups: Sequence[Sequence[SealedRow]] = ()
    ) -> None:
        if not panels:
            raise InvalidInput(_("There is no panel to draw."))
        self._secret, self.panels = draw_secret, tuple(panels)
        self.groups = tuple({row.commitment: row for row in group} for group in groups)
        """Per group the rows in it, by their commitments."""
        if any(group >= len(groups) for panel in panels for group in panel.groups):
            raise InvalidInput(_("A panel names a group that does not exist."))
        everybody = [row.commitment for group in groups for row in group]
        if len(set(everybody)) != len(everybody):
            raise InvalidInput(_("Somebody is in a group twice, or in two groups."))
        _require_enough_in_groups(self.panels, self.groups)

    @cached_property
    def panel_roots(self) -> tuple[str, ...]:
        """What is published of each panel. Takes some seconds for a thousand large panels."""
        return tuple(
            tree_of(sealed(self.panel_secret(number), panel.entries(number))).root
            for number, panel in enumerate(self.panels)
        )

    @property
    def groups_root(self) -> str | None:
        return self._group_tree.root if self._group_tree else None

    def panel_secret(self, number: int) -> str:
        return secret_of(self._secret, number)

    def tickets(self, group: int) -> dict[str, SealedRow]:
        """Everybody in a group by their tickets, in the sorted order of these."""
        return dict(sorted((ticket_of(row, group), row) for row in self.groups[group].values()))

    @cached_property
    def _group_tree(self) -> Tree | None:
        lines = [
            group_line(number, len(group), tree_of(list(self.tickets(number))).root)
            for number, group in enumerate(self.groups)
        ]
        return Tree(lines) if lines else None

    def group_path(self, group: int) -> list[str]:
        if self._group_tree is None:
            raise InvalidInput(_("This draw has no groups."))
        return self._group_tree.path(group)


def _mac(key: str, texts: Sequence[str]) -> str:
    return hmac.digest(bytes.fromhex(key), joined(texts), "sha256").hex()


def _require_enough_in_groups(panels: Sequence[Panel], groups: Sequence[Mapping[str, SealedRow]]) -> None:
    members = [frozenset(group) for group in groups]
    for panel in panels:
        fixed = {seat.commitment for seat in panel.seats}
        if any(seat.group is not None and seat.commitment not in members[seat.group] for seat in panel.seats):
            raise InvalidInput(_("A member of a panel is not in the group that is named with the seat."))
        if any(each.number > len(members[each.group] - fixed) for each in panel.open_seats):
            raise InvalidInput(_("A panel has more open seats in a group than people are left in it."))
