"""From rows to an election and its ballots."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from .election import Ballot, Election, Project
from .findings import Finding, Findings, Problem
from .rows import Row, Section, read_rows

# What a plan can hold, and the longest ids that keep their place beside the fingerprint of a file.
TITLE_LENGTH = 120
TEXT_LENGTH = 10_000
REFERENCE_LENGTH = 80
_AMOUNT = re.compile(r"\d{1,12}([.,]\d{1,2})?")
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_COUNT = re.compile(r"\d{1,9}")


def read_count(text: str) -> int | None:
    """A whole number of people or things, or None when it is no such number."""
    return int(text) if _COUNT.fullmatch(text.strip()) else None


def read_cents(text: str) -> int | None:
    """An amount of money in cents, or None when it is no amount."""
    text = text.strip()
    return int(Decimal(text.replace(",", ".")) * 100) if _AMOUNT.fullmatch(text) else None


def on_one_line(text: str) -> str:
    """Without line breaks and without the characters that steer a terminal."""
    return _STEERING.sub("", " ".join(text.split()))


def _is_reference(text: str) -> bool:
    return 0 < len(text) <= REFERENCE_LENGTH and text.isprintable()


def ballots(path: Path, election: Election, findings: Findings | None = None) -> Iterator[Ballot]:
    """All ballots of a file that was checked, in order, without those refused. The same at every reading."""
    return ballots_in(_votes_only(read_rows(path)), election, findings or Findings())


def _votes_only(rows: Iterable[Row | Finding]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Row) and row.section is Section.VOTES:
            yield row


def ballots_in(rows: Iterable[Row], election: Election, findings: Findings) -> Iterator[Ballot]:
    """The ballots in rows of the VOTES section: one per voter, each project once, known projects only."""
    voters: set[bytes] = set()
    for row in rows:
        voter = row.values["voter_id"].strip()
        if not _is_reference(voter):
            findings.add(Problem.BAD_VOTER, row.number, longest=REFERENCE_LENGTH)
            continue
        # Sixteen bytes instead of the id itself: a million voters then fit in a small memory.
        mark = hashlib.blake2b(voter.encode(), digest_size=16).digest()
        if mark in voters:
            findings.add(Problem.DUPLICATE_VOTER, row.number, voter=voter)
            continue
        voters.add(mark)
        yield Ballot(voter, _choices(row, election, findings), row.number)


def _choices(row: Row, election: Election, findings: Findings) -> tuple[str, ...]:
    named = [name for part in row.values["vote"].split(",") if (name := part.strip())]
    if not named:
        findings.add(Problem.EMPTY_BALLOT, row.number)
    choices = tuple(dict.fromkeys(named))
    if len(choices) < len(named):
        twice = sorted({name for name in choices if named.count(name) > 1})
        findings.add(Problem.CHOSEN_TWICE, row.number, projects=", ".join(twice))
    known = tuple(name for name in choices if name in election.by_reference)
    if len(known) < len(choices):
        for name in choices:
            if name not in election.by_reference:
                findings.add(
                    Problem.UNKNOWN_PROJECT, row.number, project=on_one_line(name)[:REFERENCE_LENGTH]
                )
    return known


def read_election(rows: Iterator[Row | Finding], findings: Findings) -> tuple[Election, list[Row]]:
    """The election in the sections before VOTES, and the first row of VOTES, which was read to get there."""
    meta: dict[str, str] = {}
    projects: dict[str, Project] = {}
    first_vote: list[Row] = []
    for row in rows:
        if isinstance(row, Finding):
            findings.put(row)
        elif row.section is Section.VOTES:
            first_vote.append(row)
            break
        elif row.section is Section.PROJECTS:
            project = read_project(row, findings)
            if project and project.reference in projects:
                findings.add(Problem.DUPLICATE_PROJECT, row.number, project=project.reference)
            elif project:
                projects[project.reference] = project
        else:
            key = on_one_line(row.values["key"]).lower()
            if key in meta:
                findings.add(Problem.REPEATED_META, row.number, key=key[:40])
            meta.setdefault(key, on_one_line(row.values["value"]))
    return Election(meta, tuple(projects.values())), first_vote


def read_project(row: Row, findings: Findings) -> Project | None:
    """The project in a row of the PROJECTS section, or None when it cannot be a plan."""
    values = row.values
    reference = values["project_id"].strip()
    title = on_one_line(values["name"])
    description = values.get("description", "").strip()
    cost = read_cents(values["cost"])
    votes = read_count(values["votes"]) if values.get("votes", "").strip() else None
    before = findings.counts.total()
    if not _is_reference(reference) or "," in reference:
        findings.add(Problem.BAD_REFERENCE, row.number, longest=REFERENCE_LENGTH)
    if not title:
        findings.add(Problem.NO_TITLE, row.number, project=reference)
    if len(title) > TEXT_LENGTH:
        findings.add(
            Problem.TITLE_TOO_LONG, row.number, project=reference, length=len(title), longest=TEXT_LENGTH
        )
    if cost is None:
        findings.add(
            Problem.COST_NOT_A_NUMBER, row.number, project=reference, text=on_one_line(values["cost"])[:40]
        )
    if votes is None and values.get("votes", "").strip():
        findings.add(
            Problem.VOTES_NOT_A_NUMBER, row.number, project=reference, text=on_one_line(values["votes"])[:40]
        )
    if cost is None or findings.counts.total() > before:
        return None
    if len(title) > TITLE_LENGTH:
        findings.add(
            Problem.TITLE_SHORTENED, row.number, project=reference, length=len(title), longest=TITLE_LENGTH
        )
    if len(description) > TEXT_LENGTH:
        findings.add(Problem.DESCRIPTION_SHORTENED, row.number, project=reference, longest=TEXT_LENGTH)
    categories = [name for part in values.get("category", "").split(",") if (name := on_one_line(part))]
    if len(categories) > 1:
        findings.add(Problem.SEVERAL_CATEGORIES, row.number, project=reference, category=categories[0])
    return Project(
        reference=reference,
        title=title,
        category=categories[0] if categories else "",
        neighbourhood=on_one_line(values.get("neighborhood") or values.get("neighbourhood", "")),
        cost=cost,
        votes=votes,
        description=description,
    )
