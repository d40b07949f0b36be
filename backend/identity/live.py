"""Whether the people behind open pages may still act as they did when they came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.sessions.models import Session

from backend.core.live.readers import Reader

from .models import Person
from .selectors.roles import roles_held_by


def changed_readers(readers: Collection[Reader], now: datetime) -> list[Reader]:
    """Those whose session ended, whose account did, or who hold other roles by now. In three queries."""
    people = {person_id for reader in readers for person_id in reader.people}
    keys = {reader.session_key for reader in readers}
    running = Session.objects.filter(session_key__in=keys, expire_date__gt=now)
    alive = set(running.values_list("session_key", flat=True))
    active = set(Person.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    held = roles_held_by(people, now=now)
    return [
        reader
        for reader in readers
        if reader.session_key not in alive or not reader.people <= active or _has_other_roles(reader, held)
    ]


def _has_other_roles(reader: Reader, held: Collection[tuple[int, int, int | None, str]]) -> bool:
    actor = reader.actor
    if actor.assistant_id is not None:
        # Roles of neither are in force while somebody is helped.
        return False
    here = {
        role
        for person_id, municipality_id, portal_id, role in held
        if person_id == actor.person_id
        and municipality_id == actor.municipality_id
        and portal_id in {None, actor.portal_id}
    }
    return here != actor.roles | actor.withheld_roles
