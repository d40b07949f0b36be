"""What happened to people that apps above need to know."""

from dataclasses import dataclass
from datetime import date

from backend.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ResidencyProved(Event):
    """Somebody's support may count from now on in a district."""

    person_id: int
    district_id: int


@dataclass(frozen=True, kw_only=True)
class PersonLeft(Event):
    """Somebody leaves, or is erased. What they took part in ends now; what is held of them goes after this.

    A person belongs to no municipality, so `municipality_id` is 0.
    """

    person_id: int


@dataclass(frozen=True, kw_only=True)
class InactivityWarned(Event):
    """Somebody has not signed in for long, and will be erased unless they do. `municipality_id` is 0."""

    person_id: int
    until: date


@dataclass(frozen=True, kw_only=True)
class DataExportReady(Event):
    """The copy of their data that somebody asked for can be fetched, for a few minutes."""

    person_id: int
    portal_id: int
    export_id: int
