"""Reading both files whole before anything is done with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..pabulib import Level
from .answering import Tree
from .export import Comment, Proposal
from .findings import BrokenFile, File, Finding, Findings, Problem
from .reading import read_comments, read_proposals
from .rows import fingerprint


@dataclass
class Report:
    """What the files hold and what is wrong with them."""

    fingerprint: str
    checked_at: datetime
    proposals: Mapping[int, Proposal] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    comments_in_file: int = 0
    remarks: int = 0
    """Comments that are read in and answer nothing."""
    replies: int = 0
    positive_votes: int = 0
    negative_votes: int = 0
    convincing: int = 0
    """Votes for comments that are read in. All others have no place here."""
    user_types: int = 0
    """Comments that say what kind of user wrote them, which is left out."""
    found: Findings = field(default_factory=Findings)

    @property
    def findings(self) -> list[Finding]:
        order = list(File)
        return sorted(self.found.listed, key=lambda finding: (order.index(finding.file), finding.row or 0))

    def count(self, problem: Problem) -> int:
        return sum(self.found.counts[problem, file] for file in File)

    @property
    def errors(self) -> int:
        return self.found.count(Level.ERROR)

    @property
    def refused(self) -> int:
        return self.found.count(Level.REFUSED)

    @property
    def notes(self) -> int:
        return self.found.count(Level.NOTE)

    @property
    def is_broken(self) -> bool:
        return self.errors > 0


def check(folder: Path, now: datetime) -> Report:
    """Read both files whole. Never raises for what is in them."""
    report = Report(fingerprint(folder), now)
    try:
        report.proposals = read_proposals(folder, now, report.found)
        if not report.is_broken:
            _check_comments(folder, report)
    except BrokenFile as broken:
        report.found.put(broken.finding)
    return report


def comments(folder: Path, report: Report) -> Iterator[tuple[Comment, int]]:
    """The comments that are read in, in order, each with the one it stands below, or with its own number."""
    for row in read_comments(folder, report.proposals, report.checked_at, Findings()):
        if row.comment is None or report.tree.rows[row.number] != row.row:
            continue
        top = report.tree.top_of(row.number)
        if top is not None:
            yield row.comment, top


def _check_comments(folder: Path, report: Report) -> None:
    per_proposal: Counter[int] = Counter()
    for row in read_comments(folder, report.proposals, report.checked_at, report.found):
        if row.number in report.tree.rows:
            values = {"id": row.number, "before": report.tree.rows[row.number]}
            report.found.add(Problem.DUPLICATE_ID, File.COMMENTS, row.row, "id", **values)
            continue
        report.tree.add(row)
        per_proposal[row.proposal] += 1
        report.negative_votes += row.negative
        report.user_types += row.has_user_type
        report.positive_votes += row.positive
        report.convincing += row.comment.positive if row.comment else 0
    report.tree.settle(report.found)
    report.comments_in_file = len(report.tree.rows)
    tops = [(number, report.tree.top_of(number)) for number in report.tree.rows]
    report.remarks = sum(number == top for number, top in tops)
    report.replies = sum(top is not None and number != top for number, top in tops)
    for proposal in report.proposals.values():
        found, published = per_proposal[proposal.number], proposal.published_comments
        if published is not None and published != found:
            report.found.add(
                Problem.COUNT_DIFFERS,
                File.PROPOSALS,
                proposal.row,
                "numComments",
                published=published,
                found=found,
                code=proposal.reference,
            )
