"""The table of all Dutch municipalities, wijken and buurten: as we ship it, and as the CBS publishes it."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from backend.core.errors import InvalidInput

from .tables import columns_of, read_text, rows_of

DATA = Path(__file__).parent / "data"
# The year of the table that comes along: CBS 85318NED, "Kerncijfers wijken en buurten 2022".
SHIPPED_YEAR = 2022
KIND_OF = {"GM": "municipality", "WK": "wijk", "BU": "buurt"}
LONGEST_NAME = 100

_CODE = re.compile(r"GM\d{4}|WK\d{6}|BU\d{8}")
_COLUMNS = ("code", "kind", "name", "parent")
_CBS_COLUMNS = ("Key", "Title")


class AreaRow(NamedTuple):
    code: str
    kind: str
    name: str
    parent: str


def shipped_table(year: int) -> Path:
    """The table that comes along for a year."""
    return DATA / f"areas-{year}.csv.gz"


def municipality_of(code: str) -> str:
    """The municipality an area lies in: the CBS builds the code of an area from it."""
    return f"GM{code[2:6]}"


def parent_of(code: str) -> str:
    """The code of the area this one is a part of; nothing for a municipality."""
    if code.startswith("BU"):
        return f"WK{code[2:8]}"
    return municipality_of(code) if code.startswith("WK") else ""


def read_areas(path: Path) -> list[AreaRow]:
    """All areas of our own table or of the `WijkenEnBuurten.csv` of the CBS, in the order of their codes.

    InvalidInput names the row of a code that is broken, double or has no parent in the table.
    """
    text = read_text(path)
    rows = _from_cbs(text) if _CBS_COLUMNS[0] in columns_of(text) else _from_ours(text)
    by_code: dict[str, AreaRow] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        _check(line, row)
        if row.code in by_code:
            raise InvalidInput(f"Row {line}: {row.code} is also in row {lines[row.code]}.")
        by_code[row.code], lines[row.code] = row, line
    for row in by_code.values():
        if row.parent and row.parent not in by_code:
            raise InvalidInput(
                f"Row {lines[row.code]}: {row.code} lies in {row.parent}, which is not in the table."
            )
    if not by_code:
        raise InvalidInput(f"{path.name} holds no areas.")
    return [by_code[code] for code in sorted(by_code)]


def zipped_table(rows: Iterable[AreaRow]) -> bytes:
    """Our own form of the table. The same areas always give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def _from_cbs(text: str) -> Iterable[tuple[int, AreaRow]]:
    for line, (code, name) in rows_of(text, *_CBS_COLUMNS):
        # The table of the CBS begins with the country as a whole.
        if not code.startswith("NL"):
            yield line, AreaRow(code, KIND_OF.get(code[:2], ""), name, parent_of(code))


def _from_ours(text: str) -> Iterable[tuple[int, AreaRow]]:
    for line, values in rows_of(text, *_COLUMNS):
        yield line, AreaRow(*values)


def _check(line: int, row: AreaRow) -> None:
    if not _CODE.fullmatch(row.code):
        raise InvalidInput(f"Row {line}: “{row.code}” is not a code such as GM0363, WK036312 or BU03631200.")
    if row.kind != KIND_OF[row.code[:2]]:
        raise InvalidInput(f"Row {line}: {row.code} is a {KIND_OF[row.code[:2]]}, not “{row.kind}”.")
    if row.parent != parent_of(row.code):
        raise InvalidInput(f"Row {line}: {row.code} lies in {parent_of(row.code) or 'no other area'}.")
    if not 0 < len(row.name) <= LONGEST_NAME:
        raise InvalidInput(f"Row {line}: the name of {row.code} must have 1 to {LONGEST_NAME} characters.")
