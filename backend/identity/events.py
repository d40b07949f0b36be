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
class PeopleRecognised(Event):
    """Two accounts turned out to be of one person, and nothing was moved yet.

    Whoever has an order in which several things of theirs are held takes them now.
    """

    from_person_id: int
    into_person_id: int


@dataclass(frozen=True, kw_only=True)
class PeopleJoined(Event):
    """Two accounts were of one person. The first goes after this; what hangs on it moves to the second."""

    from_person_id: int
    into_person_id: int


@dataclass(frozen=True, kw_only=True)
class RoleEvent(Event):
    """About the role of somebody at a portal, or without one in the whole municipality."""

    assignment_id: int
    person_id: int
    role: str
    portal_id: int | None
    # Where the person is told, when the role is not of one portal.
    acted_at_portal_id: int | None


@dataclass(frozen=True, kw_only=True)
class RoleGiven(RoleEvent):
    """Somebody may act in a role on these days. Also published when the days were changed."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, kw_only=True)
class RoleEnded(RoleEvent):
    """A role was ended before its last day, at once."""


@dataclass(frozen=True, kw_only=True)
class HelpStarted(Event):
    """An assistant can act in somebody's name now."""

    person_id: int
    portal_id: int
    mandate_id: int


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
