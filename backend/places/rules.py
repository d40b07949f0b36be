"""Where a point lies and how the names and postcodes of places compare. No queries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

Ring = Sequence[Sequence[float]]
Geometry = Mapping[str, Any]

_NUMBERED = re.compile(r"^wijk \d\d ")
_NO_LETTER = re.compile(r"[^\w]+")
_POSTCODE = re.compile(r"[1-9][0-9]{3}[A-Z]{2}")


def polygons_of(geometry: Geometry) -> Sequence[Sequence[Ring]]:
    """The polygons of a GeoJSON geometry, each an outer ring followed by its holes."""
    coordinates: Sequence[Any] = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]


def lies_in(geometry: Geometry, *, latitude: float, longitude: float) -> bool:
    """Whether a point lies in an area, on land and not in one of its holes.

    Areas that share a border never both claim a point on it: a ray counts an edge by its lower end only.
    """
    return any(
        _is_within(outer, latitude, longitude)
        and not any(_is_within(hole, latitude, longitude) for hole in holes)
        for outer, *holes in polygons_of(geometry)
    )


def _is_within(ring: Ring, latitude: float, longitude: float) -> bool:
    """Follow a ray to the east: an odd number of edges crossed means that it started inside."""
    inside = False
    for (start_x, start_y, *_), (end_x, end_y, *_) in pairwise(ring):
        if (start_y > latitude) == (end_y > latitude):
            continue
        # From the lower end up, so that neighbours who draw the edge both ways round get the same crossing.
        if start_y > end_y:
            start_x, start_y, end_x, end_y = end_x, end_y, start_x, start_y
        crossing = start_x + (latitude - start_y) / (end_y - start_y) * (end_x - start_x)
        inside ^= longitude < crossing
    return inside


def comparable_name(name: str) -> str:
    """The name of an area without what differs between maps: case, signs, "Wijk 03" before it, "e.o."."""
    plain = _NUMBERED.sub("", name.casefold().strip()).replace("e.o.", "en omgeving")
    return _NO_LETTER.sub(" ", plain).strip()


def normal_postcode(text: str) -> str | None:
    """A postcode as it is stored ("1055 tk" is 1055TK), or None when it is not one."""
    postcode = "".join(text.split()).upper()
    return postcode if _POSTCODE.fullmatch(postcode) else None
