"""What happened to promises that apps above may react to."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, kw_only=True)
class SubjectAnswered(Event):
    """Nobody is owed an answer about a subject any more: all were reached, or theirs was waived.

    Published again when an answer that came back has reached somebody after all.
    """

    subject_type: str
    subject_id: int
