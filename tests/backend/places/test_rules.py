"""Points, names and postcodes."""

from itertools import pairwise
from math import cos, pi, sin
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.places.rules import comparable_name, lies_in, normal_postcode

Point = tuple[float, float]


def square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


DOUGHNUT = {"type": "Polygon", "coordinates": [square(4, 52, 5, 53), square(4.4, 52.4, 4.6, 52.6)]}
TWO_ISLANDS = {"type": "MultiPolygon", "coordinates": [[square(4, 52, 5, 53)], [square(6, 52, 7, 53)]]}


@pytest.mark.parametrize(
    ("geometry", "longitude", "latitude", "inside"),
    [
        (DOUGHNUT, 4.2, 52.5, True),
        (DOUGHNUT, 4.5, 52.5, False),
        (DOUGHNUT, 4.7, 52.5, True),
        (DOUGHNUT, 5.1, 52.5, False),
        (DOUGHNUT, 3.9, 52.5, False),
        (DOUGHNUT, 4.5, 53.1, False),
        (TWO_ISLANDS, 4.5, 52.5, True),
        (TWO_ISLANDS, 5.5, 52.5, False),
        (TWO_ISLANDS, 6.5, 52.5, True),
    ],
)
def test_a_point_lies_on_land_and_not_in_a_hole(
    geometry: dict[str, Any], longitude: float, latitude: float, inside: bool
) -> None:
    assert lies_in(geometry, latitude=latitude, longitude=longitude) is inside


def test_a_height_beside_the_position_changes_nothing() -> None:
    with_height = {
        "type": "Polygon",
        "coordinates": [[[*position, 1.5] for position in square(4, 52, 5, 53)]],
    }
    assert lies_in(with_height, latitude=52.5, longitude=4.5)


def wheel(spokes: int) -> list[dict[str, Any]]:
    """A circle cut like a cake: pieces that touch their neighbours along whole edges."""
    middle = [4.9, 52.4]
    rim = [[4.9 + cos(2 * pi * n / spokes), 52.4 + sin(2 * pi * n / spokes)] for n in range(spokes)]
    return [
        {"type": "Polygon", "coordinates": [[middle, one, other, middle]]}
        for one, other in pairwise([*rim, rim[0]])
    ]


@given(
    spokes=st.integers(3, 12),
    longitude=st.floats(4.5, 5.3),
    latitude=st.one_of(st.floats(52.0, 52.8), st.just(52.4)),
)
def test_neighbours_never_both_claim_a_point_and_never_leave_one_out(
    spokes: int, longitude: float, latitude: float
) -> None:
    pieces = wheel(spokes)
    claims = sum(lies_in(piece, latitude=latitude, longitude=longitude) for piece in pieces)
    near_the_middle = (longitude - 4.9) ** 2 + (latitude - 52.4) ** 2 < 0.2
    assert claims == 1 if near_the_middle else claims <= 1


@given(st.lists(st.tuples(st.floats(4, 5), st.floats(52, 53)), min_size=3, max_size=8), st.integers(0, 7))
def test_it_does_not_matter_where_an_outline_begins_or_which_way_it_goes(
    corners: list[Point], turn: int
) -> None:
    turn %= len(corners)
    turned = corners[turn:] + corners[:turn]
    answers = {
        lies_in({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, latitude=52.5, longitude=4.5)
        for ring in (corners, turned, corners[::-1])
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wijk 03 Overvecht", "Overvecht"),
        ("Hoofdweg e.o.", "Hoofdweg en omgeving"),
        ("Westindische Buurt", "Westindische buurt"),
        ("Bijlmer Oost (E,G,K)", "Bijlmer-Oost (E, G, K)"),
        ("IJplein/Vogelbuurt", "Ijplein/Vogelbuurt"),
    ],
)
def test_maps_and_tables_spell_the_same_name_differently(one: str, other: str) -> None:
    assert comparable_name(one) == comparable_name(other)


def test_different_places_keep_different_names() -> None:
    assert comparable_name("IJburg Oost") != comparable_name("IJburg West")
    assert comparable_name("Wijk bij Duurstede") != comparable_name("Duurstede")


@pytest.mark.parametrize("text", ["1055TK", "1055 tk", " 1055  TK "])
def test_a_postcode_is_stored_in_one_way(text: str) -> None:
    assert normal_postcode(text) == "1055TK"


@pytest.mark.parametrize("text", ["", "1055", "0155TK", "1055TKK", "TK1055", "1055T1", "1055TK\n1"])
def test_what_is_not_a_postcode_is_none(text: str) -> None:
    assert normal_postcode(text) is None
