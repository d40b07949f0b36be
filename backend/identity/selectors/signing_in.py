"""By what people sign in, and where they are signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F, QuerySet

from backend.core.errors import require_found
from backend.places.models import Portal

from ..brokers import Broker
from ..models import Person, ResidencyProof, RoleAssignment
from ..states import Origin


def unused_accounts() -> QuerySet[Person]:
    """Accounts that a code was asked for and that nobody signed in to, without a proof or a role."""
    in_use = ResidencyProof.objects.all_municipalities().values("person_id")
    with_role = RoleAssignment.objects.all_municipalities().values("person_id")
    unused = Person.objects.filter(origin=Origin.SIGNED_IN, last_login=None, left_at=None)
    return unused.exclude(pk__in=in_use).exclude(pk__in=with_role)


def devices_of(person_id: int, *, now: datetime) -> list[UserSession]:
    """Where somebody is signed in, used last first."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    sessions = UserSession.objects.filter(user_id=person_id, session_key__in=alive)
    return list(sessions.order_by("-last_seen_at", "-pk"))


def brokers_of(portal: Portal) -> list[Broker]:
    """By whom people can sign in at a portal: the brokers of its municipality, in the operator's order."""
    return [broker for broker in settings.BROKERS if broker.municipality == portal.municipality.code]


def broker_at(portal: Portal | None, broker_id: str) -> Broker:
    """One broker of a portal. NotFound for those of another municipality, as for those that are not there."""
    known = {broker.id: broker for broker in (brokers_of(portal) if portal else [])}
    return require_found(known.get(broker_id))


def confirmed_addresses(person_id: int) -> QuerySet[Any, Any]:
    """The address of an account whose mail the person showed to read, as a condition in another query."""
    rows: QuerySet[Any, Any] = EmailAddress.objects.filter(
        user_id=person_id, user__email=F("email"), verified=True
    )
    return rows.values_list("email", flat=True)


def confirmed_address_of(person_id: int) -> str:
    """The same address, or nothing."""
    return confirmed_addresses(person_id).first() or ""
