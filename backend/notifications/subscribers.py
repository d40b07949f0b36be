"""What messages do when something happens to people."""

from __future__ import annotations

from datetime import date, datetime

from backend.core.events import subscribe
from backend.core.tenancy import in_municipality
from backend.identity.events import (
    DataExportReady,
    HelpStarted,
    InactivityWarned,
    PeopleJoined,
    RoleEnded,
    RoleEvent,
    RoleGiven,
)
from backend.places.models import Portal
from backend.places.selectors import list_portals, portal_to_tell_at

from .selectors import portal_last_heard_from
from .services import Notice, move_messages, notify
from .services.subscriptions import move_subscriptions
from .states import Kind


@subscribe(PeopleJoined)
def move_messages_of_joined_people(event: PeopleJoined) -> None:
    move_messages(from_person_id=event.from_person_id, into_person_id=event.into_person_id)
    move_subscriptions(from_person_id=event.from_person_id, into_person_id=event.into_person_id)


@subscribe(RoleGiven)
def tell_of_role(event: RoleGiven) -> None:
    _tell_of_role(
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
    _tell_of_role(event, "role_ended", version="", days={})


@subscribe(HelpStarted)
def tell_that_somebody_helps(event: HelpStarted) -> None:
    portal = next(portal for portal in list_portals() if portal.pk == event.portal_id)
    notice = Notice(
        kind=Kind.ACCOUNT,
        template="help_started",
        subject=f"mandate:{event.mandate_id}",
        context={"address": "/mijn/hulp/"},
    )
    _tell(portal, event.person_id, notice, event.at)


@subscribe(DataExportReady)
def tell_that_copy_is_ready(event: DataExportReady) -> None:
    portal = next(portal for portal in list_portals() if portal.pk == event.portal_id)
    notice = Notice(
        kind=Kind.ACCOUNT,
        template="copy_ready",
        subject=f"export:{event.export_id}",
        context={"address": "/mijn/gegevens/kopie/"},
    )
    _tell(portal, event.person_id, notice, event.at)


@subscribe(InactivityWarned)
def warn_of_erasure(event: InactivityWarned) -> None:
    portal = portal_last_heard_from(event.person_id)
    if portal is None:
        # An installation without a portal has nobody to warn.
        return
    notice = Notice(
        kind=Kind.ACCOUNT,
        template="inactive_account",
        subject=f"person:{event.person_id}",
        version=event.until.isoformat(),
        context={"until": event.until.isoformat(), "address": "/aanmelden/"},
    )
    _tell(portal, event.person_id, notice, event.at, must_reach=True)


def _tell_of_role(event: RoleEvent, template: str, *, version: str, days: dict[str, str]) -> None:
    portal = portal_to_tell_at(event.municipality_id, event.portal_id or event.acted_at_portal_id)
    if portal is None:
        # A municipality without a portal has no pages to read a message on, either.
        return
    place = portal.name if event.portal_id else portal.municipality.name
    notice = Notice(
        kind=Kind.WORK,
        template=template,
        subject=f"role:{event.assignment_id}",
        version=version,
        context={"role": event.role, "place": place, **days},
    )
    notify(portal=portal, people=[event.person_id], notice=notice, now=event.at)


def _tell(portal: Portal, person_id: int, notice: Notice, now: datetime, *, must_reach: bool = False) -> None:
    """A person is of no municipality, so the clock has not entered one."""
    with in_municipality(portal.municipality_id):
        notify(portal=portal, people=[person_id], notice=notice, now=now, must_reach=must_reach)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
