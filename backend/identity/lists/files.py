"""Where the files of lists and batches lie, below DATA_DIR/private, by the name of their row."""

from __future__ import annotations

from pathlib import Path

from backend.core.private_files import private_folder

LISTS = "lists"
BATCHES = "letters"


def source_of(list_public_id: str) -> Path:
    """A list as it was sent in."""
    return private_folder(LISTS, list_public_id) / "source"


def rows_file(list_public_id: str) -> Path:
    """The rows of a list in one form, while it is being checked."""
    return private_folder(LISTS, list_public_id) / "rows"


def findings_file(list_public_id: str) -> Path:
    """Rows, columns and kinds of mistakes, without anything that a row holds."""
    return private_folder(LISTS, list_public_id) / "findings"
