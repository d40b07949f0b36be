"""Accounts: one e-mail address is one person."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import NotAllowed
from backend.core.plain import one_line

from ..models import Person
from ..selectors.roles import portals_showing
from ..states import Origin
from .consents import consent_by_naming


@transaction.atomic
def person_for_address(*, email: str, language: str, now: datetime, origin: str = Origin.SIGNED_IN) -> Person:
    """The person behind an e-mail address, made on first use, so that nobody learns whether it was known."""
    person, is_new = Person.objects.get_or_create(
        email=email.strip().lower(),
        defaults={"language": language, "origin": origin, "joined_at": now, "password": "!"},
    )
    if is_new:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
    return person


def confirm_address(person: Person) -> None:
    """Whoever filled in a code reads the mail of their address. One statement, at every time they sign in."""
    address = EmailAddress(user=person, email=person.email or "", primary=True, verified=True)
    EmailAddress.objects.filter(user=person, email=address.email, verified=False).update(verified=True)
    # So that allauth need not ask the database for what was just written.
    EmailAddress.objects.fill_cache_for_user(person, [address])


def new_person(*, origin: Origin, language: str, now: datetime) -> Person:
    """Somebody without an e-mail address: they come with a letter or by the counter."""
    return Person.objects.create(origin=origin, language=language, joined_at=now, password="!")  # noqa: S106  (none fits)


@transaction.atomic
def set_profile(*, actor: Actor, name: str, language: str, now: datetime) -> None:
    """Change the name shown with one's plans and the language of one's messages."""
    person_id, name = actor.require_person(), one_line(name)
    if not Person.objects.filter(pk=person_id).update(name=name, language=language):
        raise NotAllowed
    if name:
        # The field says that the name is shown. Who took that back before keeps it to themselves.
        consent_by_naming(person_id=person_id, now=now)
    audit.record(actor=actor, action="identity.profile_changed", target=None, at=now)
    # The name stands with the person's plans and roles on pages that are kept for visitors.
    shown = set(portals_showing(actor.require_person(), now=now))
    for portal_id in shown if actor.portal_id is None else shown | {actor.portal_id}:
        pagecache.empty(portal_id)
