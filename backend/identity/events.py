"""What happened to people that apps above need to know."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ResidencyProved(Event):
    """Somebody's support may count from now on in a district."""

    person_id: int
    district_id: int
