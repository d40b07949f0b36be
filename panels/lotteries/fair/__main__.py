"""Draw a panel fairly: python -m panels.lotteries.fair select --targets TARGETS.csv --people PEOPLE.csv
--size K"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .chances import Lottery
from .feasible import advise
from .lottery import PANELS, select
from .progress import Progress
from .reading import make_assignment, read_ids, read_people, read_targets
from .replace import NothingToFill, left_to_fill
from .report import Json, report_of, report_of_advice
from .tables import Unreadable
from .targets import Assignment, Impossible

DONE, UNREADABLE, IMPOSSIBLE = 0, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0: done. 2: a file or an option cannot be used. 3: no panel meets all targets."""
    options = _parser().parse_args(arguments)
    try:
        assignment = _assignment(options)
        if options.command == "feasible":
            return _advise(assignment, options.json)
        if options.command == "replace":
            return _replace(assignment, options)
        return _select(assignment, options, kept=[])
    except Unreadable as error:
        for problem in error.problems:
            _say(problem)
        return UNREADABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m panels.lotteries.fair", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    told = {
        "select": "make panels that treat everybody as fairly as can be, and draw one when a seed is given",
        "feasible": "tell whether targets can be met together, and which smallest changes make that so",
        "replace": "fill the seats that are left when some people are seated already",
    }
    for name, words in told.items():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--targets", type=Path, required=True, help="CSV: category,feature,min,max")
        command.add_argument("--people", type=Path, required=True, help="CSV: a column per feature")
        command.add_argument("--size", type=_positive, required=True, help="seats in the whole panel")
        command.add_argument(
            "--household", metavar="COLUMN", help="at most one with the same text in this column"
        )
        command.add_argument(
            "--id", metavar="COLUMN", help="the column that names people (else `id` or the row)"
        )
        command.add_argument(
            "--json", type=Path, required=name == "select", help="where the report is written"
        )
        if name != "feasible":
            command.add_argument(
                "--panels", type=_positive, default=PANELS, help="how many to make at first (%(default)s)"
            )
            command.add_argument("--seed", help="draws a panel, and puts people of a type in order")
            command.add_argument(
                "--equal", action="store_true", help="all panels equally likely, at some cost"
            )
        if name == "replace":
            command.add_argument(
                "--seated", type=Path, required=True, help="ids of who is seated, one a line"
            )
            command.add_argument("--gone", type=Path, help="ids of who cannot be drawn any more, one a line")
    return parser


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number above 0.")
    return int(text)


def _assignment(options: argparse.Namespace) -> Assignment:
    targets = read_targets(options.targets)
    pool = read_people(options.people, targets, id_column=options.id, household=options.household)
    return make_assignment(pool, targets, options.size)


def _select(assignment: Assignment, options: argparse.Namespace, *, kept: list[str]) -> int:
    try:
        lottery = select(
            assignment,
            panels=options.panels,
            seed=options.seed or "",
            equal=options.equal,
            progress=Progress(_show if sys.stderr.isatty() else None),
        )
    except Impossible:
        if kept:
            _say(f"Of the seats that are left, with {len(kept)} seated already:")
        _advise(assignment, options.json)
        return IMPOSSIBLE
    drawn = None if options.seed is None else lottery.draw(options.seed)
    report = report_of(lottery, drawn=drawn)
    if kept:
        report["seated"] = kept
    if options.json:
        _write(options.json, report)
    _tell(lottery, drawn)
    return DONE


def _replace(assignment: Assignment, options: argparse.Namespace) -> int:
    seated = read_ids(options.seated, assignment.pool)
    gone = read_ids(options.gone, assignment.pool) if options.gone else ()
    kept = [assignment.pool.people[place].id for place in seated]
    if both := sorted(set(seated) & set(gone)):
        name = assignment.pool.people[both[0]].id
        raise Unreadable([f"“{name}” stands in {options.seated.name} and in {options.gone.name}."])
    try:
        rest = left_to_fill(assignment, seated=seated, gone=gone)
    except NothingToFill:
        raise Unreadable([f"{len(kept)} people are seated, and there are {assignment.size} seats."]) from None
    return _select(rest, options, kept=kept)


def _advise(assignment: Assignment, path: Path | None) -> int:
    advice = advise(assignment)
    if path:
        _write(path, report_of_advice(advice))
    if advice.is_feasible:
        _say("The targets can be met together.")
        return DONE
    _say("No panel meets all targets and limits. With these changes there is one:")
    for sentence in advice.sentences:
        _say(f"- {sentence}")
    return IMPOSSIBLE


def _tell(lottery: Lottery, drawn: int | None) -> None:
    seconds = sum(lottery.seconds.values())
    _say(
        f"{len(lottery.weights)} panels ({lottery.method}) of {lottery.assignment.size} in {seconds:.1f} s. "
        f"Chances: {lottery.smallest:.4f} to {lottery.largest:.4f}; no lottery has a smallest chance above "
        f"{lottery.bound.smallest:.4f}."
    )
    if drawn is not None:
        _say(f"Drawn: panel {drawn}, counted from 0.")


def _show(phase: str, done: int, total: int) -> None:
    sys.stderr.write(f"\r{phase} {done} of {total}\033[K" if total else f"\r{phase}\033[K")


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _write(path: Path, report: Json) -> None:
    """The whole file or nothing: a report that was half written would look like a whole one."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=path.name, delete=False
        ) as file:
            json.dump(report, file, ensure_ascii=False)
            file.write("\n")
        os.replace(file.name, path)
    except OSError as error:
        raise Unreadable([f"{path} cannot be written: {error.strerror}."]) from error


if __name__ == "__main__":
    sys.exit(main())
