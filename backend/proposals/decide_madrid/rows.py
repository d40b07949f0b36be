"""From bytes to rows: encoding, quoting and columns."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .findings import BrokenFile, File, Finding, Findings, Problem

# Far more than the longest text that fits. It bounds the memory that a broken file can take.
LONGEST_LINE = 500_000
LONGEST_VALUE = 100_000
SHOWN = 60
QUOTED = "\1"

COLUMNS: Mapping[File, tuple[str, ...]] = {
    File.PROPOSALS: ("id", "code", "title", "date", "summary", "text", "numComments", "status"),
    File.COMMENTS: (
        "id",
        "parentId",
        "proposalId",
        "date",
        "time",
        "text",
        "numVotes",
        "numPositiveVotes",
        "numNegativeVotes",
    ),
}
_IN_QUOTES = re.compile(r'"(?:[^"]|"")*("|$)')


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column name. `number` is the row as a spreadsheet counts them."""

    number: int
    values: Mapping[str, str]


def fingerprint(folder: Path) -> str:
    """SHA-256 over both files, by which they are known once they were read in."""
    both = hashlib.sha256()
    for name in File:
        with (folder / name).open("rb") as file:
            both.update(hashlib.file_digest(file, "sha256").digest())
    return both.hexdigest()


def shown(text: str) -> str:
    """The beginning of what stands there, fit for a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text[:SHOWN])


def read_rows(folder: Path, name: File, findings: Findings) -> Iterator[Row]:
    """The rows of a file below its heading, without those that have too many or too few values.

    Raises BrokenFile where reading cannot go on.
    """
    with (folder / name).open("rb") as file:
        records = _Records(file, name)
        columns: list[str] = []
        for number, record in records:
            if not columns:
                columns = [column.strip() for column in record]
                records.columns = columns
                _require_columns(columns, name, number)
            elif len(record) != len(columns):
                found, expected = len(record), len(columns)
                findings.add(Problem.MALFORMED_ROW, name, number, found=found, expected=expected)
            else:
                yield Row(number, dict(zip(columns, record, strict=True)))
        if not columns:
            raise BrokenFile(Finding(Problem.EMPTY_FILE, name))


def _require_columns(columns: list[str], name: File, number: int) -> None:
    for column in COLUMNS[name]:
        if column not in columns:
            raise BrokenFile(Finding(Problem.MISSING_COLUMN, name, number, column))
        if columns.count(column) > 1:
            raise BrokenFile(Finding(Problem.REPEATED_COLUMN, name, number, column))


class _Records:
    """The records of a file with their numbers, and a word on where in a record reading broke off."""

    def __init__(self, file: BinaryIO, name: File) -> None:
        self.columns: list[str] = []
        self._file = file
        self._name = name
        self._number = 0
        self._read: list[str] = []
        """The lines of the record that is being read: a value in quotes may run over several."""

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._lines(), strict=True)
        while True:
            self._number += 1
            self._read = []
            try:
                record = next(reader, None)
            except csv.Error as error:
                if sum(map(len, self._read)) > LONGEST_VALUE:
                    raise self._broken(Problem.TOO_LONG, longest=LONGEST_VALUE) from error
                raise self._broken(Problem.BAD_QUOTES) from error
            if record is None:
                return
            if any(len(value) > LONGEST_VALUE for value in record):
                raise self._broken(Problem.TOO_LONG, longest=LONGEST_VALUE)
            if any(value.strip() for value in record):
                yield self._number, record

    def _lines(self) -> Iterator[str]:
        is_first, length = True, 0
        while line := self._file.readline(LONGEST_LINE + 1):
            if is_first:
                line = line.removeprefix(codecs.BOM_UTF8)
            is_first = False
            length = len(line) + (length if self._read else 0)
            self._read.append(line.decode("utf-8", errors="replace"))
            if length > LONGEST_LINE:
                raise self._broken(Problem.TOO_LONG, longest=LONGEST_VALUE)
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                self._read[-1] = line[: error.start].decode("utf-8")
                raise self._broken(Problem.NOT_UTF8, position=error.start + 1) from error
            if "\0" in text:
                self._read[-1] = text[: text.index("\0")]
                raise self._broken(Problem.NOT_TEXT)
            yield text

    def _broken(self, problem: Problem, **values: str | int) -> BrokenFile:
        return BrokenFile(Finding(problem, self._name, self._number, self._column(problem), values))

    def _column(self, problem: Problem) -> str:
        """The column at fault: the one that has more behind its quotes, the longest, or that of the end."""
        quoted = _IN_QUOTES.sub(lambda found: QUOTED * len(found[0]), "".join(self._read))
        pieces = quoted.rstrip("\r\n").split(",")
        index = len(pieces) - 1
        if problem is Problem.TOO_LONG:
            index = max(range(len(pieces)), key=lambda place: len(pieces[place]))
        elif problem is Problem.BAD_QUOTES:
            mixed = (place for place, piece in enumerate(pieces) if QUOTED in piece and piece.strip(QUOTED))
            index = next(mixed, index)
        return self.columns[index] if index < len(self.columns) else ""
