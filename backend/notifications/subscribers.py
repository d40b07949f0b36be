"""What messages do when something happens to people."""

from __future__ import annotations

from datetime import date

from backend.core.events import subscribe
from backend.identity.events import PeopleJoined, RoleEnded, RoleEvent, RoleGiven
from backend.places.selectors import portal_to_tell_at

from .services import Notice, move_messages, notify


@subscribe(PeopleJoined)
def move_messages_of_joined_people(event: PeopleJoined) -> None:
    move_messages(from_person_id=event.from_person_id, into_person_id=event.into_person_id)


@subscribe(RoleGiven)
def tell_of_role(event: RoleGiven) -> None:
    _tell(
        event,
        "role_given",
        version=f"{event.starts_on}/{_text(event.ends_on)}/{event.at:%H%M%S%f}",
        days={
            "starts_on": event.starts_on.isoformat(),
            "ends_on": _text(event.ends_on),
        },
    )


@subscribe(RoleEnded)
def tell_of_ended_role(event: RoleEnded) -> None:
    _tell(event, "role_ended", version="", days={})


def _tell(event: RoleEvent, template: str, *, version: str, days: dict[str, str]) -> None:
    portal = portal_to_tell_at(event.municipality_id, event.portal_id or event.acted_at_portal_id)
    if portal is None:
        # A municipality without a portal has no pages to read a message on, either.
        return
    place = portal.name if event.portal_id else portal.municipality.name
    notice = Notice(
        template=template,
        subject=f"role:{event.assignment_id}",
        version=version,
        context={"role": event.role, "place": place, **days},
    )
    notify(portal=portal, people=[event.person_id], notice=notice, now=event.at)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
