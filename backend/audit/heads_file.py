"""The file with daily heads, as it is published and as others kept it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from .selectors.chains import Head

FORMAT = "meebeslissen-daily-heads-1"


class NotAHeadsFile(ValueError):
    """It is something else, or it was damaged."""


def as_file(code: str, *, own: Iterable[Head], of_installation: Iterable[Head]) -> dict[str, Any]:
    """Everything that is published for one municipality: its own chain, and that of the installation."""
    return {
        "format": FORMAT,
        "municipality": code,
        "heads": [_written(head) for head in own],
        "installation": [_written(head) for head in of_installation],
    }


def read_file(content: Any) -> tuple[str, list[Head], list[Head]]:
    """The municipality of a file, the heads of its chain and those of the installation's chain."""
    try:
        if content["format"] != FORMAT:
            raise NotAHeadsFile
        own = [_read(row) for row in content["heads"]]
        return str(content["municipality"]), own, [_read(row) for row in content["installation"]]
    except (KeyError, TypeError, ValueError) as error:
        raise NotAHeadsFile from error


def _written(head: Head) -> dict[str, Any]:
    return {"day": head.day.isoformat(), "seal": head.number, "hash": head.hash, "entries": head.entries}


def _read(row: Any) -> Head:
    return Head(date.fromisoformat(row["day"]), int(row["seal"]), str(row["hash"]), int(row["entries"]))
