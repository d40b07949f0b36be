"""What a file holds: an election, its projects and its ballots, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Project:
    """Something people could vote for. `reference` is its id in the file, `cost` is in cents."""

    reference: str
    title: str
    category: str
    neighbourhood: str
    cost: int
    votes: int | None
    """The published number of votes, when the file gives one."""
    description: str = ""


@dataclass(frozen=True)
class Election:
    """One election: what the file says of itself, and what people could vote for."""

    meta: Mapping[str, str] = field(default_factory=dict)
    projects: tuple[Project, ...] = ()

    @cached_property
    def by_reference(self) -> Mapping[str, Project]:
        return {project.reference: project for project in self.projects}


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one voter chose: each project at most once, in the order of the ballot."""

    voter: str
    choices: tuple[str, ...]
    row: int
    """Where it stands in the file. The first row is 1."""
