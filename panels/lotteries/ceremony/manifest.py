"""What is published before a draw. From its fingerprint and the source of chance the whole outcome follows.

The manifest says what is drawn, from which register (fingerprint and number of rows), by which rules, and
where the chance will come from. Of every panel that can be drawn it holds the root of its seals and the
numbers that can be shown. Its fingerprint is SHA-256 over it as JSON: keys sorted, no spaces, UTF-8.
Compare that with copies from before the draw: whoever has one can prove that nothing was changed.

Sizes: 1,000 panels of 400 seats with 30 targets make a manifest of about 0.3 MB. The result of that draw is
about 1.5 MB, with the proofs of 400 members in a register of a million rows and the reserves of a few
hundred groups.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.core.lots.commitments import fingerprint_of_json

from .sources import Source, read_moment, source_from_json, written
from .suppression import Target, Totals, publishable_totals, shown_places

ALGORITHM = "meebeslissen-panel/1"
MANIFEST_FORMAT = "meebeslissen-panel-manifest/1"
_HEX_64 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class SimpleDraw:
    """Everyone in the register has the same chance."""

    number: int
    reserves: int = 0

    def __post_init__(self) -> None:
        if self.number < 1 or self.reserves < 0:
            raise InvalidInput(_("Draw at least one person, and no less than 0 reserves."))

    def to_json(self) -> dict[str, object]:
        return {"kind": "simple", "number": self.number, "reserves": self.reserves}


@dataclass(frozen=True, slots=True)
class AnnouncedPanel:
    """One panel as it is published: who is on it stays sealed."""

    root: str
    totals: Totals
    weight: int = 1
    """How many of the tickets between all panels this one has."""

    def to_json(self) -> dict[str, object]:
        return {"root": self.root, "weight": self.weight, "totals": list(self.totals)}


@dataclass(frozen=True, slots=True)
class PanelDraw:
    """One of many panels that were computed beforehand is drawn."""

    seats: int
    panels: tuple[AnnouncedPanel, ...]
    lowest_chance: Fraction
    highest_chance: Fraction
    targets: tuple[Target, ...] = ()
    small_below: int = 5
    groups: int = 0
    groups_root: str | None = None

    def __post_init__(self) -> None:
        if self.seats < 1 or not self.panels:
            raise InvalidInput(_("Name at least one panel with at least one seat."))
        if not 0 <= self.lowest_chance <= self.highest_chance <= 1:
            raise InvalidInput(_("A chance lies between 0 and 1, and the lowest is not above the highest."))
        if len({(target.feature, target.value) for target in self.targets}) != len(self.targets):
            raise InvalidInput(_("A target is named twice."))
        if (self.groups == 0) != (self.groups_root is None):
            raise InvalidInput(_("Groups are announced with their number and their fingerprint."))
        if len({panel.root for panel in self.panels}) != len(self.panels):
            raise InvalidInput(_("A panel stands in the list twice. Give it more weight instead."))
        if sum(panel.weight for panel in self.panels) >= 2**63:
            raise InvalidInput(_("The weights of the panels together are too large."))
        shown = shown_places(self.targets, seats=self.seats, small_below=self.small_below)
        for panel in self.panels:
            if not _HEX_64.match(panel.root) or panel.weight < 1:
                raise InvalidInput(_("A panel has a fingerprint, and a weight of at least 1."))
            if {place for place, total in enumerate(panel.totals) if total is not None} != shown:
                raise InvalidInput(_("A panel shows a number that must be left out, or leaves out another."))
            _require_fitting(panel.totals, self.targets, self.seats)

    def to_json(self) -> dict[str, object]:
        return {
            "kind": "panel",
            "seats": self.seats,
            "targets": [target.to_json() for target in self.targets],
            "small_below": self.small_below,
            "lowest_chance": str(self.lowest_chance),
            "highest_chance": str(self.highest_chance),
            "groups": {"number": self.groups, "root": self.groups_root},
            "panels": [panel.to_json() for panel in self.panels],
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """The announcement of a draw. Each time that panels are made there is one, numbered, also when unused."""

    purpose: str
    register_rows: int
    register_root: str
    draw: SimpleDraw | PanelDraw
    sources: tuple[Source, ...]
    published_before: datetime
    generation: int = 1
    previous: str | None = None
    """The fingerprint of the manifest that this one replaces, which was then published as not used."""

    def __post_init__(self) -> None:
        if not self.purpose.strip():
            raise InvalidInput(_("Say what is drawn."))
        if not _HEX_64.match(self.register_root) or self.register_rows < 1:
            raise InvalidInput(_("Give the fingerprint of the register and the number of its rows."))
        if not self.sources:
            raise InvalidInput(_("A draw needs a source of chance."))
        if self.generation < 1 or (self.generation == 1) != (self.previous is None):
            raise InvalidInput(_("The first announcement has number 1. A later one names the one before it."))
        if self.previous is not None and not _HEX_64.match(self.previous):
            raise InvalidInput(_("A fingerprint is 64 hexadecimal digits in lower case."))
        known = [
            part.known_at for source in self.sources for part in source.parts if part.known_at is not None
        ]
        if any(moment <= self.published_before for moment in known):
            raise InvalidInput(_("The chance would be known before the announcement. Choose a later moment."))
        waits = [source.until for source in self.sources]
        if waits[0] <= self.published_before or any(one >= next_one for one, next_one in pairwise(waits)):
            raise InvalidInput(
                _("Every next source is waited for until a later moment than the one before it.")
            )
        for before, source in pairwise(self.sources):
            if any(part.known_at is not None and part.known_at <= before.until for part in source.parts):
                raise InvalidInput(
                    _("The next source would be known while the one before it can still come.")
                )
        drawn, rows = self.draw, self.register_rows
        wanted = drawn.number + drawn.reserves if isinstance(drawn, SimpleDraw) else drawn.seats
        if wanted > rows:
            raise InvalidInput(_("More people would be drawn than stand in the register."))

    def to_json(self) -> dict[str, object]:
        """What to publish, before the draw and again with its result."""
        return {
            "format": MANIFEST_FORMAT,
            "algorithm": ALGORITHM,
            "purpose": self.purpose,
            "published_before": written(self.published_before),
            "generation": {"number": self.generation, "previous": self.previous},
            "register": {"rows": self.register_rows, "root": self.register_root},
            "sources": [source.to_json() for source in self.sources],
            "draw": self.draw.to_json(),
        }

    def fingerprint(self) -> str:
        """What the seed covers, so that nothing in the manifest can change afterwards."""
        return fingerprint_of_json(self.to_json())


def manifest_from_json(published: Mapping[str, Any]) -> Manifest:
    """A manifest as it was published. Refuses one that is not exactly what this version would publish."""
    try:
        manifest = Manifest(
            purpose=published["purpose"],
            register_rows=published["register"]["rows"],
            register_root=published["register"]["root"],
            draw=_draw_from_json(published["draw"]),
            sources=tuple(map(source_from_json, published["sources"])),
            published_before=read_moment(published["published_before"]),
            generation=published["generation"]["number"],
            previous=published["generation"]["previous"],
        )
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise InvalidInput(_("This is not the announcement of a draw.")) from error
    if manifest.to_json() != published:
        raise InvalidInput(_("This announcement was made by another version, or it was changed."))
    return manifest


def _draw_from_json(draw: Mapping[str, Any]) -> SimpleDraw | PanelDraw:
    if draw["kind"] == "simple":
        return SimpleDraw(number=draw["number"], reserves=draw["reserves"])
    return PanelDraw(
        seats=draw["seats"],
        panels=tuple(
            AnnouncedPanel(panel["root"], tuple(panel["totals"]), panel["weight"]) for panel in draw["panels"]
        ),
        lowest_chance=Fraction(draw["lowest_chance"]),
        highest_chance=Fraction(draw["highest_chance"]),
        targets=tuple(Target(**target) for target in draw["targets"]),
        small_below=draw["small_below"],
        groups=draw["groups"]["number"],
        groups_root=draw["groups"]["root"],
    )


def _require_fitting(totals: Totals, targets: Sequence[Target], seats: int) -> None:
    if len(totals) != len(targets):
        raise InvalidInput(_("Give one number for every target of the panel."))
    shown = [(target, total) for target, total in zip(targets, totals, strict=True) if total is not None]
    publishable_totals(
        [total for _target, total in shown],
        targets=[target for target, _total in shown],
        seats=seats,
        small_below=0,
    )
