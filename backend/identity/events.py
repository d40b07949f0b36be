"""What happened to people that apps above need to know."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ResidencyProved(Event):
    """Somebody's support may count from now on in a district."""

    person_id: int
    district_id: int


@dataclass(frozen=True, kw_only=True)
class PeopleJoined(Event):
    """Two accounts were of one person. The first goes after this; what hangs on it moves to the second."""

    from_person_id: int
    into_person_id: int
