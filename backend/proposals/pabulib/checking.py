"""Reading a whole file before anything is done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from .election import Election
from .findings import BrokenFile, Finding, Findings, Level, Problem
from .limits import read_limits
from .reading import ballots_in, read_count, read_election
from .rows import Row, Section, fingerprint, read_rows

PLAIN_VOTE_TYPES = frozenset({"approval", "choose-1"})
# The order or the points on these ballots say more than yes, and our rules count a yes.
RICHER_VOTE_TYPES = frozenset({"ordinal", "cumulative", "scoring"})


@dataclass(frozen=True)
class Report:
    """What a file holds and what is wrong with it."""

    fingerprint: str
    election: Election
    ballots_in_file: int
    ballots: int
    """Ballots that are read; the others were refused whole."""
    recount: Mapping[str, int]
    """Votes per project, each ballot counted once per project."""
    findings: tuple[Finding, ...]
    counts: Mapping[Problem, int]
    """How often each problem was found. Of a frequent one only the first are in `findings`."""
    errors: int
    refused: int
    notes: int

    @property
    def choices(self) -> int:
        return sum(self.recount.values())

    @property
    def is_broken(self) -> bool:
        return self.errors > 0


@dataclass
class _Tally:
    rows: int = 0
    ballots: int = 0
    recount: Counter[str] = field(default_factory=Counter)
    over: Counter[str] = field(default_factory=Counter)


def check(path: Path) -> Report:
    """Read the whole file and say what it holds and what is wrong with it. Never raises for what is in it."""
    findings = Findings()
    tally = _Tally()
    election = Election()
    try:
        rows = read_rows(path)
        election, votes = read_election(rows, findings)
        _count(_votes_of(chain(votes, rows), tally, findings), election, tally, findings)
        _compare_with_meta(election, tally, findings)
        _compare_with_published(election, tally, findings)
    except BrokenFile as broken:
        findings.put(broken.finding)
    return Report(
        fingerprint=fingerprint(path),
        election=election,
        ballots_in_file=tally.rows,
        ballots=tally.ballots,
        recount={project.reference: tally.recount[project.reference] for project in election.projects},
        findings=tuple(sorted(findings.listed, key=lambda finding: finding.row or 0)),
        counts=dict(findings.counts),
        errors=findings.count(Level.ERROR),
        refused=findings.count(Level.REFUSED),
        notes=findings.count(Level.NOTE),
    )


def _votes_of(rows: Iterable[Row | Finding], tally: _Tally, findings: Findings) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Finding):
            findings.put(row)
            # A ballot that cannot be read is still a ballot of the file.
            tally.rows += row.problem is Problem.MALFORMED_ROW and row.values["section"] == Section.VOTES
        elif row.section is Section.VOTES:
            tally.rows += 1
            yield row


def _count(rows: Iterator[Row], election: Election, tally: _Tally, findings: Findings) -> None:
    limits = read_limits(election, findings)
    for ballot in ballots_in(rows, election, findings):
        tally.ballots += 1
        tally.recount.update(ballot.choices)
        tally.over.update(limits.passed_by(ballot, election))
    for limit, number in sorted(tally.over.items()):
        findings.add(Problem.OVER_LIMIT, None, limit=limit, number=number, ballots=tally.ballots)


def _compare_with_meta(election: Election, tally: _Tally, findings: Findings) -> None:
    vote_type = election.meta.get("vote_type", "").lower()
    if vote_type in RICHER_VOTE_TYPES:
        findings.add(Problem.RANKED_OR_POINTS, None, vote_type=vote_type)
    elif not vote_type:
        findings.add(Problem.MISSING_META, None, key="vote_type")
    elif vote_type not in PLAIN_VOTE_TYPES:
        findings.add(Problem.UNKNOWN_VOTE_TYPE, None, vote_type=vote_type[:40])
    found = {
        "num_projects": (Problem.NUMBER_OF_PROJECTS, len(election.projects)),
        "num_votes": (Problem.NUMBER_OF_BALLOTS, tally.rows),
    }
    for key, (problem, number) in found.items():
        text = election.meta.get(key, "")
        said = read_count(text)
        if not text:
            findings.add(Problem.MISSING_META, None, key=key)
        elif said is None:
            findings.add(Problem.META_NOT_A_NUMBER, None, key=key, text=text[:40])
        elif said != number:
            findings.add(problem, None, said=said, found=number)


def _compare_with_published(election: Election, tally: _Tally, findings: Findings) -> None:
    for project in election.projects:
        counted = tally.recount[project.reference]
        if project.votes is not None and project.votes != counted:
            findings.add(
                Problem.VOTES_DIFFER,
                None,
                project=project.reference,
                published=project.votes,
                counted=counted,
            )
