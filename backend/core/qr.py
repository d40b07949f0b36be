"""A web address as a square that a phone can read."""

from __future__ import annotations

import io
from itertools import groupby

import segno

FASTEST_MASK = 3


def qr_svg(text: str) -> str:
    """The square as SVG: one black path on white, with the quiet edge around it that phones need.

    It scales with the page it is put on. A quarter of it may be torn, wet or folded and it still reads.
    """
    file = io.BytesIO()
    code = segno.make_qr(text, error="q")
    code.save(
        file,
        kind="svg",
        border=4,
        light="#fff",
        xmldecl=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return file.getvalue().decode("ascii")


def small_qr_svg(text: str) -> str:
    """The same for a letter, of which thousands are made: drawn in few words, and a sixth may be damaged.

    The pattern laid over it is always the same: choosing the best of eight takes most of the time.
    """
    matrix = segno.make_qr(text, error="m", boost_error=False, mask=FASTEST_MASK).matrix
    size, edge = len(matrix), 4
    whole = size + 2 * edge
    runs = "".join(_runs(row, y) for y, row in enumerate(matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-{edge} -{edge} {whole} {whole}">'
        f'<path fill="#fff" d="M-{edge}-{edge}h{whole}v{whole}h-{whole}z"/>'
        f'<path d="{runs}"/></svg>'
    )


def _runs(row: bytearray, y: int) -> str:
    """The black squares of a row that lie side by side, drawn as one."""
    drawn, x = [], 0
    for is_black, squares in groupby(row):
        width = len(list(squares))
        if is_black:
            drawn.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(drawn)
