"""What people are told when something happens to their account."""

from datetime import datetime

from backend.core.events import subscribe
from backend.core.tenancy import in_municipality
from backend.identity.events import DataExportReady, InactivityWarned
from backend.places.models import Portal
from backend.places.selectors import list_portals

from .selectors import portal_last_heard_from
from .services import Notice, notify


@subscribe(DataExportReady)
def tell_that_copy_is_ready(event: DataExportReady) -> None:
    portal = next(portal for portal in list_portals() if portal.pk == event.portal_id)
    notice = Notice(
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
        template="inactive_account",
        subject=f"person:{event.person_id}",
        version=event.until.isoformat(),
        context={"until": event.until.isoformat(), "address": "/aanmelden/"},
    )
    _tell(portal, event.person_id, notice, event.at, must_reach=True)


def _tell(portal: Portal, person_id: int, notice: Notice, now: datetime, *, must_reach: bool = False) -> None:
    """A person is of no municipality, so the clock has not entered one."""
    with in_municipality(portal.municipality_id):
        notify(portal=portal, people=[person_id], notice=notice, now=now, must_reach=must_reach)
