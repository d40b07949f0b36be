"""Boundaries that come along, and boundaries that are broken."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import InvalidInput
from backend.places.area_table import SHIPPED_YEAR, read_areas, shipped_table
from backend.places.boundaries import (
    SHIPPED_BOUNDARIES,
    Boundary,
    compact,
    match_boundaries,
    problem_with,
    read_boundaries,
)
from backend.places.demo import WEST_AREAS
from backend.places.management.commands.make_place_data import zipped_boundaries
from backend.places.rules import lies_in, polygons_of

ROOT = Path(__file__).parents[3]
AMSTERDAM = ROOT.parent / "shared" / "data" / "geo" / "amsterdam.geojson"
SQUARE = [[4.0, 52.0], [5.0, 52.0], [5.0, 53.0], [4.0, 53.0], [4.0, 52.0]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}


def file_with(folder: Path, content: object) -> Path:
    path = folder / "map.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def feature(geometry: object = POLYGON, **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_every_area_of_west_has_a_boundary_that_comes_along() -> None:
    boundaries = read_boundaries(SHIPPED_BOUNDARIES)
    assert [boundary.code for boundary in boundaries] == list(WEST_AREAS)
    names = {row.code: row.name for row in read_areas(shipped_table(SHIPPED_YEAR))}
    assert all(boundary.name == names[boundary.code] for boundary in boundaries)
    positions = [
        p for b in boundaries for polygon in polygons_of(b.geometry) for ring in polygon for p in ring
    ]
    assert all(round(value, 5) == value for position in positions for value in position)


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [(52.3922, 4.8775, "Houthavens"), (52.3681, 4.8649, "Kinkerbuurt"), (52.3787, 4.8409, "De Kolenkit")],
)
def test_known_places_lie_in_their_wijk(latitude: float, longitude: float, name: str) -> None:
    found = [
        boundary.name
        for boundary in read_boundaries(SHIPPED_BOUNDARIES)
        if lies_in(boundary.geometry, latitude=latitude, longitude=longitude)
    ]
    assert found == [name]


@pytest.mark.skipif(not AMSTERDAM.exists(), reason="the map of Amsterdam is not on this machine")
def test_the_boundaries_that_come_along_are_made_from_the_map() -> None:
    rows = read_areas(shipped_table(SHIPPED_YEAR))
    assert zipped_boundaries(read_boundaries(AMSTERDAM), rows) == SHIPPED_BOUNDARIES.read_bytes()


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "not a Polygon"),
        ({"type": "Point", "coordinates": [4.0, 52.0]}, "not a Polygon"),
        ({"type": "Polygon"}, "no coordinates"),
        ({"type": "Polygon", "coordinates": []}, "no coordinates"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "no outline"),
        ({"type": "Polygon", "coordinates": [SQUARE[:3]]}, "fewer than four points"),
        ({"type": "Polygon", "coordinates": [SQUARE[:4]]}, "does not end where it begins"),
        ({"type": "Polygon", "coordinates": [[SQUARE[0]] * 5]}, "encloses nothing"),
        ({"type": "Polygon", "coordinates": [SQUARE, SQUARE[:4]]}, "does not end where it begins"),
        ({"type": "Polygon", "coordinates": [[[y, x] for x, y in SQUARE]]}, "not in the Netherlands"),
        ({"type": "Polygon", "coordinates": [[[121000, 487000]] * 4]}, "not in the Netherlands"),
        ({"type": "Polygon", "coordinates": [[["4", "52"]] * 4]}, "not a pair of numbers"),
        ({"type": "Polygon", "coordinates": [[[True, 52.0]] * 4]}, "not a pair of numbers"),
        ({"type": "Polygon", "coordinates": [[4.0, 52.0, 4.0, 52.0]]}, "not a pair of numbers"),
        ({"type": "Polygon", "coordinates": SQUARE}, "fewer than four points"),
        ({"type": "Polygon", "coordinates": "everything"}, "no coordinates"),
    ],
)
def test_a_broken_boundary_is_refused_in_words(tmp_path: Path, geometry: object, said: str) -> None:
    assert said in problem_with(geometry)
    path = file_with(tmp_path, collection(feature(code="WK036312"), feature(geometry, name="Centrum")))
    with pytest.raises(InvalidInput, match=rf"Feature 2 \(Centrum\) has a broken boundary: .*{said}"):
        read_boundaries(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ([], "not a GeoJSON file"),
        (collection(), "not a GeoJSON file"),
        ({"type": "FeatureCollection", "features": "many"}, "not a GeoJSON file"),
        ({"type": "FeatureCollection", "features": [1]}, "Feature 1 has no properties"),
        (collection(feature(colour="red")), "Feature 1 has no code and no name"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "NaN, which is not a number"),
    ],
)
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        read_boundaries(file_with(tmp_path, content))


def test_a_code_decides_and_a_name_helps_when_it_is_the_only_one() -> None:
    names = {"WK034403": "Wijk 03 Overvecht", "WK034401": "Wijk 01 West", "WK036399": "West"}
    by_code, by_name = Boundary("WK034401", "anything", POLYGON), Boundary("", "overvecht", POLYGON)
    twice, unknown = Boundary("", "West", POLYGON), Boundary("WK999999", "Overvecht", POLYGON)
    matched, unmatched = match_boundaries([by_code, by_name, twice, unknown], names)
    assert matched == {"WK034401": by_code, "WK034403": by_name}
    assert unmatched == [twice, unknown]


def test_two_boundaries_of_one_area_are_refused() -> None:
    pair = [Boundary("WK034403", "", POLYGON), Boundary("", "Overvecht", POLYGON)]
    with pytest.raises(InvalidInput, match="two boundaries of WK034403 Wijk 03 Overvecht"):
        match_boundaries(pair, {"WK034403": "Wijk 03 Overvecht"})


def test_a_compact_boundary_keeps_its_form() -> None:
    fine = {"type": "MultiPolygon", "coordinates": [[[[4.123456789, 52.987654321, 3.0], *SQUARE[1:]]]]}
    assert compact(fine, 5)["coordinates"][0][0][0] == [4.12346, 52.98765]
    assert compact(POLYGON, 5) == POLYGON
