"""A web address as a square that a phone can read."""

from __future__ import annotations

import io

import segno


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
