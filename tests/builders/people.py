"""People with an address, a proof of where they live, and roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.rules import Claim, resident_claim
from backend.identity.selectors.acting import actor_for
from backend.identity.services.counter import confirm_at_counter
from backend.identity.services.people import person_for_address
from backend.identity.services.roles import give_role
from backend.identity.states import WHOLE_ROLES, Role
from backend.places.models import Portal

from .portals import system_of

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
_numbers = count(1)
# What a form about somebody's document is filled in with.
DOCUMENT = {
    "surname": "De Vries",
    "given_name": "Sam",
    "birth_date": "1990-05-05",
    "postcode": "1055 TK",
    "house_number": "12",
}


def make_person(
    portal: Portal,
    *,
    email: str = "",
    name: str = "",
    verified: bool = True,
    age: int = 18,
    roles: Sequence[Role] = (),
    language: str = "nl",
    at: datetime = START,
) -> Person:
    """Somebody with an address of their own, who showed at the counter to live there unless told not to."""
    person = person_for_address(
        email=email or f"bewoner{next(_numbers)}@example.org", language=language, now=at
    )
    if name:
        Person.objects.filter(pk=person.pk).update(name=name)
        person.name = name
    with in_municipality(portal.municipality_id):
        if verified:
            confirm(person, portal, age=age, at=at)
        for role in roles:
            place = None if role in WHOLE_ROLES else portal
            give_role(actor=system_of(portal), person=person, role=role, portal=place, reason="test", now=at)
    return person


def confirm(person: Person, portal: Portal, *, age: int = 18, at: datetime = START) -> None:
    """A clerk at the counter saw that somebody lives in the district of a portal and has reached an age."""
    assert person.email
    confirm_at_counter(
        actor=system_of(portal),
        portal=portal,
        email=person.email,
        age=age,
        claims=[document_of(person)],
        now=at,
    )


def document_of(person: Person) -> Claim:
    """Who somebody is by their document: everybody somebody else."""
    return resident_claim(surname=_in_letters(person.pk), given_name="Toets", birth_date=date(1980, 1, 1))


def _in_letters(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "bcdfghjkmn"))


def actor_of(person: Person, portal: Portal, *, at: datetime | None = None) -> Actor:
    """The person as one who acts at a portal, with a second factor and so with the roles they hold there."""
    return actor_for(person, portal, now=at or datetime.now(UTC), second_factor=True)


def make_actor(
    portal: Portal,
    *roles: Role,
    verified: bool = True,
    age: int = 18,
    name: str = "",
    at: datetime = START,
) -> Actor:
    """A new person, as the one who acts."""
    person = make_person(portal, verified=verified, age=age, roles=roles, name=name, at=at)
    return actor_of(person, portal, at=at)
