"""Erasing a person: everything that is held of them, in every municipality, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core import personal_data
from backend.core.actor import Actor
from backend.core.events import publish
from backend.core.live.closing import close_pages_of

from ..events import PersonLeft
from ..models import Erasure, Person


@transaction.atomic
def erase_person(*, actor: Actor, person_id: int, now: datetime, is_on_list: bool = False) -> bool:
    """Let somebody go, and leave an empty place until everything they did was counted. False when they were
    gone already.

    Running votes are taken back and published plans stay without a name. `is_on_list` says that the list of
    erasures outside the database has this person already.
    """
    # Taking votes back waits for counts, and counts wait for people: so this comes before anybody is locked.
    publish(PersonLeft(municipality_id=0, at=now, person_id=person_id))
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id, left_at=None).first()
    if person is None:
        return False
    # Last registered is highest up: plans go before the messages about them, and the account goes last.
    for held in reversed(personal_data.registered()):
        held.erase(person_id, now)
    close_pages_of([person_id])
    _remember(person, now, is_on_list=is_on_list)
    audit.record(actor=actor, action="identity.person_erased", target=person, at=now)
    return True


@transaction.atomic
def forget_unused(*, person_id: int, now: datetime) -> None:
    """Remove an account that nobody ever signed in to. Somebody who signs in meanwhile keeps it."""
    person = Person.objects.select_for_update().filter(pk=person_id, last_login=None).first()
    if person is None:
        return
    _remember(person, now)
    person.delete()
    audit.record(
        actor=Actor.system("never signed in"), action="identity.unused_account_forgotten", target=None, at=now
    )


def _remember(person: Person, now: datetime, *, is_on_list: bool = False) -> None:
    """So that a copy of the database from before brings nobody back. Numbers only."""
    Erasure.objects.get_or_create(
        person_id=person.pk,
        public_id=person.public_id,
        defaults={"erased_at": now, "written_at": now if is_on_list else None},
    )
