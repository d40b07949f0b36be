"""The devices somebody is signed in on. Ending one signs it out at once."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.core.live.closing import close_pages_of

from ..rules import device_of
from .stored_sessions import end_sessions, remove_sessions_of

# The table has a place for the address of a network. Nobody needs it to recognise their own phone, and kept
# for two months it would tell where somebody was. So every row gets this address, which is no address.
NOWHERE = "0.0.0.0"  # noqa: S104  (nothing listens on it)


def note_device(*, person_id: int, session_key: str, user_agent: str, now: datetime) -> None:
    """Keep that a session was used today, and in what kind of browser; one row for each session."""
    UserSession.objects.bulk_create(
        [
            UserSession(
                user_id=person_id,
                session_key=session_key,
                ip=NOWHERE,
                user_agent=" ".join(device_of(user_agent)),
                created_at=now,
                last_seen_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=["user", "ip", "user_agent", "last_seen_at"],
    )


@transaction.atomic
def end_device(*, actor: Actor, device_id: int, now: datetime) -> None:
    """Sign out on one of one's own devices. Raises NotFound for anything else."""
    mine = UserSession.objects.filter(user_id=actor.require_person(), pk=device_id)
    require_found(_end(mine) or None)
    close_pages_of([actor.require_person()])
    audit.record(actor=actor, action="identity.device_ended", target=None, at=now)


@transaction.atomic
def end_other_devices(*, actor: Actor, session_key: str, now: datetime) -> int:
    """Sign out everywhere but here. Gives on how many devices."""
    others = UserSession.objects.filter(user_id=actor.require_person()).exclude(session_key=session_key)
    number = _end(others)
    close_pages_of([actor.require_person()])
    audit.record(actor=actor, action="identity.devices_ended", target=None, at=now, number=number)
    return number


def forget_session(session_key: str) -> None:
    """Somebody signed out: what was noted of the device goes too."""
    UserSession.objects.filter(session_key=session_key).delete()


def end_all_devices(person_id: int) -> int:
    """Sign somebody out everywhere, as part of an act that is put on record by the caller."""
    return remove_sessions_of([person_id])


def _end(devices: QuerySet[UserSession]) -> int:
    return end_sessions(devices.values_list("session_key", flat=True))
