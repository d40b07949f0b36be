"""The table at the end: what was asked for, what was measured, and whether that meets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEADINGS = ("What", "Target", "Measured", "Met")


@dataclass(frozen=True)
class Row:
    """One line. Without a target, `is_met` is None and the line only informs."""

    what: str
    target: str
    measured: str
    is_met: bool | None = None

    def cells(self) -> tuple[str, str, str, str]:
        met = {True: "yes", False: "NO", None: ""}[self.is_met]
        return (self.what, self.target, self.measured, met)


def at_most(what: str, limit: float, measured: float, unit: str, *, digits: int = 1) -> Row:
    return Row(what, f"at most {limit:g} {unit}", f"{measured:,.{digits}f} {unit}", measured <= limit)


def as_markdown(rows: Iterable[Row]) -> str:
    """Readable on a terminal, and pasted as it is into docs/benchmarks.md."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    written.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(written)
