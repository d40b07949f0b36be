"""The square that a phone reads."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from backend.core.qr import qr_svg

SVG = "{http://www.w3.org/2000/svg}"


def modules(svg: str) -> set[tuple[int, int]]:
    """The black squares, read back from the path."""
    path = ElementTree.fromstring(svg).findall(f"{SVG}path")[-1]  # noqa: S314  (our own SVG)
    black: set[tuple[int, int]] = set()
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]+)", path.attrib["d"]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            black |= {(int(x) + step, int(y)) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return black


def test_it_has_the_three_corners_and_a_quiet_edge() -> None:
    svg = qr_svg("https://west.example.nl/plannen/bcdfg23456")
    size = int(ElementTree.fromstring(svg).attrib["viewBox"].split()[2])  # noqa: S314
    black = modules(svg)
    for left, top in ((4, 4), (size - 11, 4), (4, size - 11)):
        assert {(left + step, top) for step in range(7)} <= black
        assert {(left, top + step) for step in range(7)} <= black
    assert min(min(x, y) for x, y in black) == 4
    assert max(max(x, y) for x, y in black) == size - 5


@pytest.mark.parametrize("text", ["https://west.example.nl/plannen/a", "<script>\"'&", "é – ş", "x" * 300])
def test_it_is_plain_svg_without_styles_or_the_text_itself(text: str) -> None:
    svg = qr_svg(text)
    assert {element.tag for element in ElementTree.fromstring(svg).iter()} == {f"{SVG}svg", f"{SVG}path"}  # noqa: S314
    assert "style" not in svg
    assert "script" not in svg


def test_another_address_is_another_square() -> None:
    assert modules(qr_svg("https://west.example.nl/a")) != modules(qr_svg("https://west.example.nl/b"))
