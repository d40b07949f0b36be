"""Which comment stands below which. Answers are one level deep here; there they went as deep as people."""

from __future__ import annotations

from .export import CommentRow
from .findings import File, Findings, Problem


class Tree:
    """All comments of a file by number, without their texts, so that a large file fits in memory."""

    def __init__(self) -> None:
        self.rows: dict[int, int] = {}
        self._parents: dict[int, int | None] = {}
        self._proposals: dict[int, int] = {}
        self._left_out: set[int] = set()
        self._tops: dict[int, int | None] = {}

    def add(self, row: CommentRow) -> None:
        self.rows[row.number] = row.row
        self._parents[row.number] = row.parent
        self._proposals[row.number] = row.proposal
        if row.comment is None:
            self._left_out.add(row.number)

    def settle(self, findings: Findings) -> None:
        """Find for every comment the one it stands below, once all are there."""
        for number in self.rows:
            self._settle_one(number, findings)

    def top_of(self, number: int) -> int | None:
        """The comment at the top of the answers that this one is among, or itself. None: it is left out."""
        return None if number in self._left_out else self._tops[number]

    def without_parent(self) -> int:
        """How many answer a comment that the file lacks, left out or not."""
        return sum(parent is not None and parent not in self.rows for parent in self._parents.values())

    def _settle_one(self, number: int, findings: Findings) -> None:
        path: list[int] = []
        on_path: set[int] = set()
        here: int | None = number
        while here is not None and here not in self._tops and here not in on_path:
            path.append(here)
            on_path.add(here)
            here = self._parent_in_file(here)
        if here in on_path:
            for each in path:
                self._tops[each] = None
                self._left_out.add(each)
                findings.add(Problem.CYCLE, File.COMMENTS, self.rows[each], "parentId")
            return
        for each in reversed(path):
            self._tops[each] = self._top_below(each, findings)

    def _top_below(self, number: int, findings: Findings) -> int | None:
        """The top of a comment whose parent has one."""
        parent = self._parents[number]
        known = self._parent_in_file(number)
        above = self._tops[known] if known is not None else None
        if above is not None or number in self._left_out:
            return above
        if parent is not None:
            findings.add(
                self._why_alone(parent, known), File.COMMENTS, self.rows[number], "parentId", parent=parent
            )
        return number

    def _why_alone(self, parent: int, known: int | None) -> Problem:
        if parent not in self.rows:
            return Problem.NO_PARENT
        return Problem.PARENT_LEFT_OUT if known is not None else Problem.PARENT_ELSEWHERE

    def _parent_in_file(self, number: int) -> int | None:
        """The comment it answers, when that is there and about the same proposal."""
        parent = self._parents[number]
        if parent is None or self._proposals.get(parent) != self._proposals[number]:
            return None
        return parent
