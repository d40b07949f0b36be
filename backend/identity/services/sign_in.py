"""How somebody signs in: their own address and password. What is put on record says that, never what."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from backend.audit import services as audit
from backend.core.actor import Actor

from ..errors import AddressInUse
from ..models import Person
from ..selectors.signing_in import unused_accounts
from .erasing import forget_unused


@transaction.atomic
def set_password(*, actor: Actor, password: str, now: datetime) -> Person:
    """Give oneself a password, or another one. Whoever checked it decided that it is good enough."""
    person = _self(actor)
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record(actor=actor, action="identity.password_set", target=None, at=now)
    return person


@transaction.atomic
def remove_password(*, actor: Actor, now: datetime) -> Person:
    """Do without a password again."""
    person = _self(actor)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    audit.record(actor=actor, action="identity.password_removed", target=None, at=now)
    return person


def change_address(*, actor: Actor, email: str, now: datetime) -> str | None:
    """Put an address that the person has just shown to read in the place of the former one.

    Gives the former one. An account that a code was once asked for with this address, and that nobody signed
    in to, makes place. Raises AddressInUse when somebody else uses it: only who reads its mail gets to know.
    """
    try:
        with transaction.atomic():
            return _change_address(actor, email.strip().lower(), now)
    except IntegrityError as error:
        raise AddressInUse from error


def _change_address(actor: Actor, email: str, now: datetime) -> str | None:
    person = _self(actor)
    former = person.email
    _make_place(email, person, now)
    person.email = email
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    audit.record(actor=actor, action="identity.address_changed", target=None, at=now)
    return former


def _make_place(email: str, person: Person, now: datetime) -> None:
    others = Person.objects.filter(email=email).exclude(pk=person.pk)
    for person_id in unused_accounts().filter(pk__in=others).values_list("pk", flat=True):
        forget_unused(person_id=person_id, now=now)
    if others.exists():
        raise AddressInUse


def _self(actor: Actor) -> Person:
    return Person.objects.select_for_update().get(pk=actor.require_person())
