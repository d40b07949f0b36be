"""Leaving: what somebody decides about themselves, once and for all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.locks import alone_with

from .. import permissions
from ..errors import LastAdministrator
from ..selectors.roles import municipalities_administered_by, people_who_administer
from .erasing import erase_person


@transaction.atomic
def leave(*, actor: Actor, now: datetime) -> None:
    """Take back what runs, erase the person, and keep what was published without their name.

    It cannot be undone. Who left may come back as somebody new. Raises LastAdministrator or NotAllowed.
    """
    require(permissions.can_leave(actor))
    person_id = actor.require_person()
    _leave_an_administrator(person_id, now)
    audit.record(actor=actor, action="identity.left", target=None, at=now)
    erase_person(actor=actor, person_id=person_id, now=now)


def _leave_an_administrator(person_id: int, now: datetime) -> None:
    """Two who leave at once must not each count on the other."""
    municipalities = municipalities_administered_by(person_id, now=now)
    alone_with(f"administrators:{municipality_id}" for municipality_id in municipalities)
    for municipality_id in municipalities:
        if not people_who_administer(municipality_id, now=now).exclude(person_id=person_id).exists():
            raise LastAdministrator
