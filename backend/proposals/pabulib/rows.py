"""From bytes to rows: encoding, quoting, and the three sections with their columns."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from .findings import BrokenFile, Finding, Problem

# The longest real line is about a thousand bytes. A longer one than this is not an election.
LONGEST_LINE = 1_000_000
SHOWN = 60


class Section(StrEnum):
    META = "META"
    PROJECTS = "PROJECTS"
    VOTES = "VOTES"


_ORDER = list(Section)
COLUMNS: Mapping[Section, tuple[str, ...]] = {
    Section.META: ("key", "value"),
    Section.PROJECTS: ("project_id", "cost", "name"),
    Section.VOTES: ("voter_id", "vote"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a section, by column name. `number` is the line it starts on."""

    section: Section
    number: int
    values: Mapping[str, str]


def fingerprint(path: Path) -> str:
    """SHA-256 of the file, by which it is known once it was read in."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_rows(path: Path) -> Iterator[Row | Finding]:
    """All rows of all sections in order, and between them what was wrong with a section or row.

    Raises BrokenFile where reading cannot go on.
    """
    with path.open("rb") as file:
        yield from _in_sections(_records(file))


def _lines(file: BinaryIO) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BrokenFile(Finding(Problem.LONG_LINE, number, {"longest": LONGEST_LINE}))
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if b"\0" in line:
            raise BrokenFile(Finding(Problem.NOT_TEXT, number))
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BrokenFile(Finding(Problem.NOT_UTF8, number, {"position": error.start + 1})) from error
    if not number:
        raise BrokenFile(Finding(Problem.EMPTY_FILE))


def _records(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(file), delimiter=";", strict=True)
    while True:
        number = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise BrokenFile(Finding(Problem.BAD_QUOTES, number)) from error
        if record is None:
            return
        if any(value.strip() for value in record):
            yield number, record


def _in_sections(records: Iterator[tuple[int, list[str]]]) -> Iterator[Row | Finding]:
    section: Section | None = None
    seen: list[Section] = []
    columns: list[str] | None = None
    is_readable = False
    for number, record in records:
        begun = _section_begun(record)
        if begun is not None:
            if any(_ORDER.index(earlier) >= _ORDER.index(begun) for earlier in seen):
                yield Finding(Problem.MISPLACED_SECTION, number, {"section": begun.value})
            section, columns = begun, None
            seen.append(begun)
        elif section is None:
            raise BrokenFile(Finding(Problem.NO_SECTION_YET, number, {"text": _shown(record[0])}))
        elif columns is None:
            columns = [name.strip().lower() for name in record]
            faults = list(_faults_of(columns, section, number))
            is_readable = not faults
            yield from faults
        elif is_readable and len(record) != len(columns):
            values = {"section": section.value, "found": len(record), "expected": len(columns)}
            yield Finding(Problem.MALFORMED_ROW, number, values)
        elif is_readable:
            yield Row(section, number, dict(zip(columns, record, strict=True)))
    for absent in Section:
        if absent not in seen:
            yield Finding(Problem.MISSING_SECTION, None, {"section": absent.value})


def _shown(text: str) -> str:
    """The beginning of what stands there, fit for a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text[:SHOWN])


def _section_begun(record: list[str]) -> Section | None:
    name = record[0].strip().upper()
    if name in Section.__members__ and not any(value.strip() for value in record[1:]):
        return Section[name]
    return None


def _faults_of(columns: list[str], section: Section, number: int) -> Iterator[Finding]:
    for name in COLUMNS[section]:
        if name not in columns:
            yield Finding(Problem.MISSING_COLUMN, number, {"section": section.value, "column": name})
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield Finding(Problem.REPEATED_COLUMN, number, {"section": section.value, "column": _shown(name)})
