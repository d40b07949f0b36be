"""Reading tables from files: CSV with comma or semicolon, zipped or not. Errors name the row."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from backend.core.errors import InvalidInput

# A thousand times the table of all Dutch neighbourhoods zipped; a file that unzips to more is no table.
LARGEST = 200_000_000


def read_text(path: Path) -> str:
    """The text of a file, unzipped when it is zipped."""
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if zipped else path.open("rb") as content:
            data = content.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except (EOFError, zlib.error) as error:
        raise InvalidInput(f"{path.name} is cut short or damaged.") from error
    if len(data) > LARGEST:
        raise InvalidInput(f"{path.name} is larger than {LARGEST // 1_000_000} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is not UTF-8 text.") from error


def columns_of(text: str) -> list[str]:
    """The names in the first line."""
    first = text.split("\n", 1)[0].strip("\r")
    return next(csv.reader([first], delimiter=_delimiter(text)), [])


def rows_of(text: str, *columns: str) -> Iterator[tuple[int, list[str]]]:
    """The values of these columns, row by row, with the line of the file each one ends on."""
    present = columns_of(text)
    missing = [column for column in columns if column not in present]
    if missing:
        raise InvalidInput(f"The first line has no column {', '.join(missing)}.")
    places = [present.index(column) for column in columns]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        next(reader)
        for row in reader:
            if not row:
                continue
            if len(row) != len(present):
                raise InvalidInput(f"Row {reader.line_num} has {len(row)} columns instead of {len(present)}.")
            yield reader.line_num, [row[place].strip() for place in places]
    except csv.Error as error:
        raise InvalidInput(f"Row {reader.line_num} cannot be read: {error}.") from error


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return ";" if first.count(";") > first.count(",") else ","
