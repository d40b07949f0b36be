"""Tables in CSV, as a spreadsheet writes them. What is wrong is said with file, row and column."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_MOST_PROBLEMS = 20


class Unreadable(Exception):
    """A file that cannot be used, with a sentence for everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    """As a spreadsheet counts: the headings are row 1."""
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, with or without the mark that Windows puts first."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unreadable([f"{path.name} cannot be read: {error.strerror}."]) from error
    except UnicodeDecodeError as error:
        raise Unreadable([f"{path.name} is not UTF-8. Save it as CSV in UTF-8."]) from error


def read_table(path: Path) -> Table:
    """A CSV file in UTF-8, with commas, semicolons or tabs. Cells lose the spaces around them; empty rows
    go."""
    text = read_text(path)
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    lines = csv.reader(
        text.splitlines(keepends=True), delimiter=separator, strict=True, skipinitialspace=True
    )
    try:
        columns = tuple(cell.strip() for cell in next(lines, []))
        found = [(lines.line_num, [cell.strip() for cell in line]) for line in lines]
    except csv.Error as error:
        raise Unreadable([f"{path.name}, row {lines.line_num}: this is not CSV ({error})."]) from error
    if not any(columns):
        raise Unreadable([f"{path.name} is empty. Row 1 must hold the names of the columns."])
    problems = [
        f"{path.name}, row 1: the column “{column}” stands there {times} times. Each needs a name of its own."
        for column, times in Counter(filter(None, columns)).items()
        if times > 1
    ]
    rows = []
    for number, line in found:
        if not any(line):
            continue
        if len(line) != len(columns):
            problems.append(
                f"{path.name}, row {number}: {len(line)} cells where row 1 has {len(columns)} columns."
            )
            continue
        rows.append(Row(number, dict(zip(columns, line, strict=True))))
    stop_at(problems)
    if not rows:
        raise Unreadable([f"{path.name} has no rows below the names of the columns."])
    return Table(path.name, columns, tuple(rows))


def stop_at(problems: Sequence[str]) -> None:
    if len(problems) > _MOST_PROBLEMS:
        problems = [*problems[:_MOST_PROBLEMS], f"And {len(problems) - _MOST_PROBLEMS} more such problems."]
    if problems:
        raise Unreadable(problems)
