"""From a file to rows of text, one at a time: nothing here holds more than a row of it.

XLSX is the exception that openpyxl makes: it keeps the texts of the sheet that are used more than once, so
their size has a limit of its own.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from .citizen_numbers import Watch
from .findings import MOST_COLUMNS, MOST_ROWS, Broken, UnreadableList

DELIMITERS = ",;\t"
XLSX = "XLSX"
WINDOWS = "Windows-1252"
# What a list of 200,000 rows can be unpacked to, and the part of it that is kept in memory.
MOST_UNPACKED = 400_000_000
MOST_SHARED_TEXTS = 60_000_000
MOST_PACKED_FILES = 1_000
LONGEST_LINE = 1_000_000
PIECE = 1 << 16
# Rows that are looked at when a list comes in; the others are while it is checked.
ROWS_LOOKED_AT = 1_000
_MARKS = [
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16LE"),
    (codecs.BOM_UTF16_BE, "UTF-16BE"),
]
# How Python calls what we say on the page.
_CODECS = {"UTF-8": "utf-8-sig", "UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be", WINDOWS: "cp1252"}


@dataclass(frozen=True)
class Form:
    """How a list is stored."""

    encoding: str
    delimiter: str = ""


@dataclass(frozen=True)
class Row:
    """A row with the number that a spreadsheet shows beside it."""

    number: int
    cells: list[str]


def form_of(path: Path) -> Form:
    """How a file is stored. Raises UnreadableList with what to do about it."""
    with path.open("rb") as file:
        start = file.read(PIECE)
    if not start.strip():
        raise UnreadableList(Broken.EMPTY)
    if start.startswith(b"PK\x03\x04"):
        _require_modest(path)
        return Form(XLSX)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableList(Broken.OLD_EXCEL)
    encoding = _marked(start) or _without_marks(path, start)
    return Form(encoding, _delimiter_of(path, encoding))


def headings_of(path: Path, form: Form) -> list[str]:
    """The first row of a list."""
    first = next(rows_of(path, form), None)
    if first is None:
        raise UnreadableList(Broken.EMPTY)
    headings = [" ".join(cell.split())[:100] for cell in first.cells]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise UnreadableList(Broken.MANY_COLUMNS)
    if len(headings) < 2:
        raise UnreadableList(Broken.ONE_COLUMN)
    return headings


def require_no_citizen_numbers(path: Path, form: Form) -> None:
    """Refuse a list that holds citizen service numbers, by the first rows of it. Raises UnreadableList."""
    rows = rows_of(path, form)
    watch = Watch(next(rows).cells)
    try:
        for row in islice(rows, ROWS_LOOKED_AT):
            watch.see(row.cells)
    except UnreadableList:
        # The check comes across this again, and says it with its row.
        pass
    if watch.found():
        raise UnreadableList(Broken.CITIZEN_NUMBERS)


def rows_of(path: Path, form: Form) -> Iterator[Row]:
    """Every row that is not empty, the headings first. Raises UnreadableList where reading cannot go on."""
    rows = _sheet_rows(path) if form.encoding == XLSX else _text_rows(path, form)
    for count, row in enumerate(row for row in rows if any(cell.strip() for cell in row.cells)):
        if count > MOST_ROWS:
            raise UnreadableList(Broken.MANY_ROWS, row.number)
        yield row


def _marked(start: bytes) -> str | None:
    return next((name for mark, name in _MARKS if start.startswith(mark)), None)


def _without_marks(path: Path, start: bytes) -> str:
    """Text without a mark of its own: zeros tell UTF-16, and what is no UTF-8 is what Windows writes."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even or odd:
        if min(even, odd) * 10 > max(even, odd):
            raise UnreadableList(Broken.NO_LIST)
        return "UTF-16LE" if odd > even else "UTF-16BE"
    with path.open("rb") as file:
        bad_row = _first_row_that_is_no_utf8(file)
        if bad_row is None:
            return "UTF-8"
        file.seek(0)
        if _has_utf8(file):
            # Half of the file in one form and half in another: any guess would spoil names.
            raise UnreadableList(Broken.ENCODING, bad_row)
        file.seek(0)
        decoder = codecs.getincrementaldecoder("cp1252")()
        try:
            while piece := file.read(PIECE):
                decoder.decode(piece)
        except UnicodeDecodeError as error:
            raise UnreadableList(Broken.ENCODING, bad_row) from error
    return WINDOWS


def _first_row_that_is_no_utf8(file: IO[bytes]) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    rows = 1
    while True:
        piece = file.read(PIECE)
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            return rows + piece[: max(error.start, 0)].count(b"\n")
        if not piece:
            return None
        rows += piece.count(b"\n")


def _has_utf8(file: IO[bytes]) -> bool:
    """Whether some letter is stored as UTF-8 does: in bytes that Windows would show as several odd signs."""
    for line in iter(lambda: file.readline(PIECE), b""):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def _delimiter_of(path: Path, encoding: str) -> str:
    with _opened(path, encoding) as file:
        first = file.readline(LONGEST_LINE)
        if first.lower().startswith("sep=") and len(first.strip()) == 5:
            return first.strip()[-1]
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), first.count(sign)))


def _opened(path: Path, encoding: str) -> IO[str]:
    return path.open(encoding=_CODECS[encoding], newline="")


def _text_rows(path: Path, form: Form) -> Iterator[Row]:
    with _opened(path, form.encoding) as file:
        lines = _Lines(file)
        try:
            for cells in csv.reader(lines, delimiter=form.delimiter):
                # Excel says in a first line of its own which sign stands between columns.
                if lines.first == 1 and form.delimiter.join(cells).lower().startswith("sep="):
                    lines.begin_row()
                    continue
                yield Row(lines.first, [cell.replace("\ufeff", "") for cell in cells])
                lines.begin_row()
        except csv.Error as error:
            raise UnreadableList(Broken.LONG_CELL, lines.first) from error
        except UnicodeDecodeError as error:
            raise UnreadableList(Broken.ENCODING, lines.first) from error


class _Lines:
    """The lines of a file, counted, none longer than a row can be."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._read = 0
        self.first = 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE:
            raise UnreadableList(Broken.LONG_CELL, self.first)
        self._read += 1
        return line.replace("\0", "")

    def begin_row(self) -> None:
        """The next row begins on the line after those read so far."""
        self.first = self._read + 1


def _require_modest(path: Path) -> None:
    """A small file can unpack to more than any machine has. The sizes it names are those it may unpack to."""
    try:
        with zipfile.ZipFile(path) as packed:
            files = packed.infolist()
    except zipfile.BadZipFile as error:
        raise UnreadableList(Broken.PROTECTED) from error
    if "[Content_Types].xml" not in {file.filename for file in files}:
        raise UnreadableList(Broken.NO_LIST)
    shared = sum(file.file_size for file in files if "sharedstrings" in file.filename.lower())
    unpacked = sum(file.file_size for file in files)
    if len(files) > MOST_PACKED_FILES or unpacked > MOST_UNPACKED or shared > MOST_SHARED_TEXTS:
        raise UnreadableList(Broken.TOO_LARGE)


def _sheet_rows(path: Path) -> Iterator[Row]:
    # With what it brings along it takes 30 MB of every process, and hardly any process reads a workbook.
    from openpyxl import load_workbook  # noqa: PLC0415

    number = 0
    try:
        # As a file and not by its name: how it is called says nothing here.
        with path.open("rb") as file, closing(load_workbook(file, read_only=True, keep_links=False)) as book:
            sheet = next(iter(book.worksheets), None)
            if sheet is None:
                raise UnreadableList(Broken.EMPTY)
            # What a sheet says about its own size may be a lie, and costs a cell each.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=MOST_ROWS + 2)
            for number, cells in enumerate(rows, start=1):
                yield Row(number, [_text_of(cell) for cell in cells])
    except UnreadableList:
        raise
    except Exception as error:
        # Parsers of ZIP and XML raise many classes, and a hostile file finds all of them.
        raise UnreadableList(Broken.PROTECTED, number) from error


def _text_of(cell: Any) -> str:
    """What a cell holds as text. A formula keeps its sign, by which the row is refused."""
    value = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", "") == "f":
        return "=" + str(value).removeprefix("=")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
