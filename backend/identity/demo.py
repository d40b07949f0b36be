"""Made-up people to try the platform with. Only where DEMO_SIGN_IN is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.actor import Actor
from backend.core.errors import NotFound, require_found
from backend.places.models import Portal

from .models import Person
from .rules import subject_claim
from .selectors.roles import roles_at
from .services.counter import confirm_at_counter
from .services.people import person_for_address, set_profile
from .services.roles import give_role
from .states import Role


@dataclass(frozen=True)
class DemoPerson:
    """Somebody a newcomer can sign in as with one button."""

    slug: str
    name: str
    what: Promise
    role: Role | None = None
    affiliation: str = ""
    is_verified: bool = True
    # In the whole municipality rather than at one portal.
    is_for_all: bool = False

    @property
    def email(self) -> str:
        return f"{self.slug}@example.org"


DEMO_PEOPLE = [
    DemoPerson("fatima", "Fatima", _("Resident whose votes count")),
    DemoPerson("joop", "Joop", _("Resident whose votes count, proposer of a plan")),
    DemoPerson("nieuw", "Sam", _("Resident who is not verified yet"), is_verified=False),
    DemoPerson("griffier", "Anneke", _("Clerk"), Role.CLERK),
    DemoPerson("balie", "Hanna", _("Assistant at the counter"), Role.ASSISTANT, "Stadsloket"),
    DemoPerson("ambtenaar", "Mehmet", _("Official responsible"), Role.OFFICIAL, "Stadswerken"),
    DemoPerson("organisator", "Yusuf", _("Organiser"), Role.ORGANISER),
    DemoPerson("privacy", "Noor", _("Privacy officer"), Role.PRIVACY_OFFICER),
    DemoPerson("raadslid", "Ingrid", _("Councillor"), Role.COUNCILLOR, "Buurtlijst"),
    DemoPerson("beheer", "Wim", _("Administrator"), Role.ADMINISTRATOR, "Griffie", is_for_all=True),
    DemoPerson("moderator", "Samira", _("Moderator"), Role.MODERATOR, "Griffie"),
    DemoPerson("tweede-moderator", "Bram", _("Second moderator"), Role.MODERATOR, "Griffie"),
    DemoPerson("controle", "Olga", _("Auditor"), Role.AUDITOR, "Rekenkamer", is_for_all=True),
]


def demo_people() -> list[DemoPerson]:
    return DEMO_PEOPLE if settings.DEMO_SIGN_IN else []


def demo_person(slug: str) -> Person:
    """The person behind a demo button; NotFound wherever the buttons are off."""
    known = {demo.slug: demo for demo in demo_people()}
    if slug not in known:
        raise NotFound
    return require_found(Person.objects.filter(email=known[slug].email).first())


def create_demo_people(portal: Portal, *, now: datetime) -> None:
    """Everyone of the list at one portal; a second time changes nothing."""
    system = Actor.system("demo data", municipality_id=portal.municipality_id)
    for demo in DEMO_PEOPLE:
        # They have been here for a while: the first texts of a new account wait for a moderator.
        person = person_for_address(email=demo.email, language="nl", now=now - timedelta(days=2))
        as_self = Actor(municipality_id=portal.municipality_id, portal_id=portal.pk, person_id=person.pk)
        if not person.name:
            set_profile(actor=as_self, name=demo.name, language="nl", now=now)
        if demo.is_verified:
            confirm_at_counter(
                actor=system,
                portal=portal,
                email=demo.email,
                age=18,
                claims=[subject_claim("demo", demo.slug)],
                now=now,
            )
        if demo.role is not None and demo.role not in roles_at(person.pk, portal, now=now):
            give_role(
                actor=system,
                person=person,
                role=demo.role,
                portal=None if demo.is_for_all else portal,
                reason="demo",
                affiliation=demo.affiliation,
                now=now,
            )
