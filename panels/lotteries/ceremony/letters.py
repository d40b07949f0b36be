"""What one person gets to check their own part in a draw, drawn or not: a small file behind the code of a
letter.

It holds their own row and salt, their place in the register and the path from there, and in a draw between
panels the seals of their own seats: in how many of the panels they were put. That shows at least how large
their chance was. It says nothing about anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping

from .manifest import Manifest
from .register import FrozenRegister, seal_row
from .sealing import SealedPanels, Seat, salt_of, seal_of, tree_of
from .sealing import sealed as seals_of

LETTER_FORMAT = "meebeslissen-panel-letter/1"


def letter_of(
    manifest: Manifest,
    register: FrozenRegister,
    *,
    row: Mapping[str, str],
    salt: str,
    sealed: SealedPanels | None = None,
) -> dict[str, object]:
    """Everything one person needs. Refuses a row that is not in the register."""
    commitment = seal_row(row, salt).commitment
    return {
        "format": LETTER_FORMAT,
        "manifest_fingerprint": manifest.fingerprint(),
        "row": dict(row),
        "salt": salt,
        **register.inclusion_of(commitment).to_json(),
        "seats": _seats_of(commitment, sealed) if sealed else [],
        "group": _group_of(commitment, sealed) if sealed else None,
    }


def _seats_of(commitment: str, sealed: SealedPanels) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number, panel in enumerate(sealed.panels):
        own = next((seat for seat in panel.seats if seat.commitment == commitment), None)
        if own is not None:
            found.append(_seat_of(own, number, sealed))
    return found


def _seat_of(own: Seat, number: int, sealed: SealedPanels) -> dict[str, object]:
    secret, entry = sealed.panel_secret(number), own.entry(number)
    seals = seals_of(secret, sealed.panels[number].entries(number))
    salt = salt_of(secret, entry)
    place = seals.index(seal_of(salt, entry))
    return {
        "panel": number,
        "group": own.group,
        "salt": salt,
        "place": place,
        "entries": len(seals),
        "path": tree_of(seals).path(place),
    }


def _group_of(commitment: str, sealed: SealedPanels) -> int | None:
    return next((number for number, group in enumerate(sealed.groups) if commitment in group), None)
