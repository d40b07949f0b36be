"""Boundaries of areas from GeoJSON files: reading, checking and making them compact."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.core.errors import InvalidInput

from .area_table import DATA
from .rules import Geometry, comparable_name, polygons_of
from .tables import read_text

SHIPPED_BOUNDARIES = DATA / "boundaries-amsterdam-west.geojson.gz"
# The smallest area first: files of buurten also carry the codes of the wijk and the municipality.
CODE_PROPERTIES = ("statcode", "code", "buurtcode", "wijkcode", "gemeentecode")
NAME_PROPERTIES = ("statnaam", "name", "naam", "buurtnaam", "wijknaam", "gemeentenaam")
# The European Netherlands with its waters, in degrees.
LONGITUDES = (3.0, 7.5)
LATITUDES = (50.5, 54.0)


@dataclass(frozen=True, slots=True)
class Boundary:
    """What one feature of a file says: which area, and where it lies."""

    code: str
    name: str
    geometry: Geometry

    @property
    def label(self) -> str:
        return self.code or self.name


def read_boundaries(path: Path) -> list[Boundary]:
    """The boundaries in a GeoJSON file. InvalidInput says which feature is broken, and how."""
    try:
        content = json.loads(read_text(path), parse_constant=_no_number)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"{path.name} is not JSON.") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise InvalidInput(f"{path.name} is not a GeoJSON file with features.")
    return [_boundary(number, feature) for number, feature in enumerate(features, start=1)]


def problem_with(geometry: object) -> str:
    """What is wrong with a geometry in words, or nothing.

    A line that crosses itself is let through: whether a point lies inside is then still decided, if oddly.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        return "it is not a Polygon or MultiPolygon"
    if not isinstance(geometry.get("coordinates"), list) or not geometry["coordinates"]:
        return "it has no coordinates"
    for polygon in polygons_of(geometry):
        if not isinstance(polygon, list) or not polygon:
            return "a polygon has no outline"
        for ring in polygon:
            if problem := _problem_with_ring(ring):
                return problem
    return ""


def match_boundaries(
    boundaries: Iterable[Boundary], names: Mapping[str, str]
) -> tuple[dict[str, Boundary], list[Boundary]]:
    """Which boundary belongs to which area code, and which belong to none.

    A code decides. Without one the name does, if exactly one area in `names` (code to name) bears it.
    """
    by_name: dict[str, list[str]] = {}
    for code, name in names.items():
        by_name.setdefault(comparable_name(name), []).append(code)
    matched: dict[str, Boundary] = {}
    unmatched: list[Boundary] = []
    for boundary in boundaries:
        found = [boundary.code] if boundary.code else by_name.get(comparable_name(boundary.name), [])
        if len(found) != 1 or found[0] not in names:
            unmatched.append(boundary)
        elif found[0] in matched:
            raise InvalidInput(f"The file holds two boundaries of {found[0]} {names[found[0]]}.")
        else:
            matched[found[0]] = boundary
    return matched, unmatched


def compact(geometry: Geometry, decimals: int) -> dict[str, Any]:
    """The geometry with fewer decimals; five are about a metre."""
    polygons = [
        [
            [[round(position[0], decimals), round(position[1], decimals)] for position in ring]
            for ring in polygon
        ]
        for polygon in polygons_of(geometry)
    ]
    return {
        "type": geometry["type"],
        "coordinates": polygons if geometry["type"] == "MultiPolygon" else polygons[0],
    }


def _boundary(number: int, feature: object) -> Boundary:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise InvalidInput(f"Feature {number} has no properties.")
    properties = feature["properties"]
    code, name = _first(properties, CODE_PROPERTIES), _first(properties, NAME_PROPERTIES)
    if not code and not name:
        raise InvalidInput(f"Feature {number} has no code and no name.")
    if problem := problem_with(feature.get("geometry")):
        raise InvalidInput(f"Feature {number} ({code or name}) has a broken boundary: {problem}.")
    return Boundary(code, name, feature["geometry"])


def _first(properties: Mapping[str, object], keys: Iterable[str]) -> str:
    return next((str(properties[key]).strip() for key in keys if properties.get(key)), "")


def _problem_with_ring(ring: object) -> str:
    if not isinstance(ring, list) or len(ring) < 4:
        return "an outline has fewer than four points"
    for position in ring:
        if not isinstance(position, list) or len(position) < 2 or not all(map(_is_number, position[:2])):
            return "a point is not a pair of numbers"
        longitude, latitude = position[:2]
        if not (LONGITUDES[0] <= longitude <= LONGITUDES[1] and LATITUDES[0] <= latitude <= LATITUDES[1]):
            return (
                f"the point {longitude}, {latitude} is not in the Netherlands; "
                "write degrees (WGS 84), longitude before latitude"
            )
    if ring[0] != ring[-1]:
        return "an outline does not end where it begins"
    if len({(position[0], position[1]) for position in ring}) < 3:
        return "an outline encloses nothing"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _no_number(constant: str) -> float:
    raise InvalidInput(f"The file holds {constant}, which is not a number.")
