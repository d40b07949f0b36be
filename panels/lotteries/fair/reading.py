"""Reads the files of targets and people that the field uses. What is wrong is said with file, row and
column.

Targets are `category,feature,min,max` (as in the first tools for sortition) or `feature,value,min,max`
with, if so wished, `min_flex,max_flex` (as in sortition-algorithms 0.12). People are a table with a column
per feature; a column `id` or another that is named gives each a name of their own, and without one the row
number does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from .pool import Person, Pool
from .tables import Row, Unreadable, read_table, read_text, stop_at
from .targets import Assignment, Target

ID_COLUMNS = ("id", "nationbuilder_id")


def read_targets(path: Path) -> tuple[Target, ...]:
    """The targets, in the order of the file."""
    table = read_table(path)
    feature, value = ("category", "feature") if "category" in table.columns else ("feature", "value")
    missing = [column for column in (feature, value, "min", "max") if column not in table.columns]
    if missing:
        columns = ", ".join(f"“{column}”" for column in missing)
        raise Unreadable(
            [
                f"{table.name}, row 1: the column {columns} is missing. Targets have the columns "
                "category, feature, min, max or the columns feature, value, min, max."
            ]
        )
    problems: list[str] = []
    targets = []
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        where = f"{table.name}, row {row.number}"
        key = (row.cells[feature], row.cells[value])
        for column in (feature, value):
            if not row.cells[column]:
                problems.append(f"{where}, column {column}: this cell is empty.")
        if key in seen:
            problems.append(f"{where}: {key[0]} “{key[1]}” has a target already, in row {seen[key]}.")
        seen.setdefault(key, row.number)
        numbers: dict[str, int | None] = {
            column: _whole_number(row, column, where, problems)
            for column in ("min", "max", "min_flex", "max_flex")
            if column in table.columns
        }
        least, most = numbers["min"], numbers["max"]
        if least is None or most is None:
            continue
        if least > most:
            problems.append(f"{where}: the minimum {least} is higher than the maximum {most}.")
        targets.append(
            Target(*key, least, most, min(numbers.get("min_flex") or 0, least), _most_flex(numbers, most))
        )
    problems += _alike(table.name, "category" if feature == "category" else "feature", (k[0] for k in seen))
    for name in dict.fromkeys(key[0] for key in seen):
        problems += _alike(table.name, f"values of {name}", (key[1] for key in seen if key[0] == name))
    stop_at(problems)
    return tuple(targets)


def _most_flex(numbers: dict[str, int | None], most: int) -> int | None:
    flex = numbers.get("max_flex")
    return None if flex is None else max(flex, most)


def _whole_number(row: Row, column: str, where: str, problems: list[str]) -> int | None:
    cell = row.cells[column]
    if not cell and column.endswith("_flex"):
        return None
    if cell.isascii() and cell.isdigit() and len(cell) <= 9:
        return int(cell)
    problems.append(f"{where}, column {column}: “{cell}” is not a whole number of people.")
    return None


def _alike(file: str, what: str, words: Iterable[str]) -> list[str]:
    """A sentence for spellings that differ in capitals or spaces alone."""
    by_sound: dict[str, dict[str, None]] = defaultdict(dict)
    for word in words:
        by_sound[sound_of(word)][word] = None
    return [
        f"{file}, {what}: {' and '.join(f'“{word}”' for word in spellings)} differ in capitals or spaces "
        "alone. Write them in one way."
        for spellings in by_sound.values()
        if len(spellings) > 1
    ]


def sound_of(word: str) -> str:
    """A word without what people see as the same: capitals and the width of spaces."""
    return " ".join(word.split()).casefold()


def read_people(
    path: Path,
    targets: Sequence[Target],
    *,
    id_column: str | None = None,
    household: str | None = None,
) -> Pool:
    """The people, with the features that have targets. An empty address means: lives with nobody of the
    pool."""
    table = read_table(path)
    features = tuple(dict.fromkeys(target.feature for target in targets))
    chosen = id_column or next((column for column in ID_COLUMNS if column in table.columns), None)
    problems = []
    for column in filter(None, [*features, id_column, household]):
        if column not in table.columns:
            similar = [each for each in table.columns if sound_of(each) == sound_of(column)]
            hint = f" There is “{similar[0]}”: write it in one way." if similar else ""
            problems.append(f"{table.name}, row 1: the column “{column}” is missing.{hint}")
    stop_at(problems)
    known = {(target.feature, target.value) for target in targets}
    spelled = {(feature, sound_of(value)): value for feature, value in sorted(known)}
    rows_of: dict[str, int] = {}
    people = []
    for row in table.rows:
        where = f"{table.name}, row {row.number}"
        for feature in features:
            value = row.cells[feature]
            if (feature, value) not in known:
                problems.append(_unknown(where, feature, value, spelled.get((feature, sound_of(value)))))
        name = row.cells[chosen] if chosen else str(row.number)
        if not name:
            problems.append(f"{where}, column {chosen}: this cell is empty.")
        elif name in rows_of:
            problems.append(f"{where}, column {chosen}: “{name}” stands in row {rows_of[name]} as well.")
        rows_of.setdefault(name, row.number)
        address = sound_of(row.cells[household]) if household else ""
        people.append(Person(name, tuple(row.cells[feature] for feature in features), address))
    stop_at(problems)
    return Pool(features, tuple(people))


def _unknown(where: str, feature: str, value: str, similar: str | None) -> str:
    if not value:
        return f"{where}, column {feature}: this cell is empty."
    if similar:
        hint = f"is spelled “{similar}” in the targets. Write it in one way."
        return f"{where}, column {feature}: “{value}” {hint}"
    return f"{where}, column {feature}: “{value}” has no target."


def make_assignment(pool: Pool, targets: Sequence[Target], size: int) -> Assignment:
    """Targets, people and size together. Refuses what no change of a target could mend."""
    if size < 1:
        raise Unreadable(["A panel needs at least one seat."])
    if size > len(pool.people):
        raise Unreadable([f"A panel of {size} cannot be drawn from {len(pool.people)} people."])
    return Assignment(pool, tuple(targets), size)


def read_ids(path: Path, pool: Pool) -> tuple[int, ...]:
    """People by their place in the pool, from a file with an id per line, with or without a heading."""
    lines = read_text(path).splitlines()
    places = {person.id: place for place, person in enumerate(pool.people)}
    rows: dict[str, int] = {}
    problems = []
    for number, line in enumerate(lines, start=1):
        name = line.split(",")[0].strip().strip('"')
        if not name or (number == 1 and name not in places and sound_of(name) in ID_COLUMNS):
            continue
        if name not in places:
            problems.append(f"{path.name}, row {number}: “{name}” is not among the people.")
        elif name in rows:
            problems.append(f"{path.name}, row {number}: “{name}” stands in row {rows[name]} as well.")
        rows.setdefault(name, number)
    stop_at(problems)
    return tuple(sorted(places[name] for name in rows))
