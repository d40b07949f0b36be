"""Telling somebody that their account goes, in time to keep it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.events import publish
from backend.core.walltime import on_wall

from ..events import InactivityWarned
from ..models import Person

# Our default: long enough to be back from a holiday.
WARNED_FOR = timedelta(days=30)


@transaction.atomic
def warn_of_erasure(*, person_id: int, now: datetime) -> None:
    """Tell somebody that signing in keeps their account, and that it goes otherwise."""
    Person.objects.filter(pk=person_id).update(inactivity_warned_at=now)
    until = on_wall(now + WARNED_FOR).date()
    publish(InactivityWarned(municipality_id=0, at=now, person_id=person_id, until=until))
    actor = Actor.system("not used for long")
    audit.record(actor=actor, action="identity.inactivity_warned", target=None, at=now)
