"""What this app clears away at night, and by which clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from backend.core import personal_data
from backend.core.actor import Actor
from backend.core.retention import CleanUp, Clock, register

from .models import IdentityKey, Mandate, Person, ResidencyProof
from .selectors import signing_in
from .selectors.roles import people_with_a_role
from .services.erasing import erase_person, forget_unused
from .services.inactivity import WARNED_FOR, warn_of_erasure
from .services.stored_sessions import end_sessions


def ended_sessions(now: datetime, days: int) -> QuerySet[Session]:
    """Sessions that ended, and with a clock shorter than the cookie those that are too old."""
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return Session.objects.filter(expire_date__lt=now + max(longest - timedelta(days=days), timedelta()))


def clear_sessions(keys: Sequence[Any], now: datetime, days: int) -> None:
    end_sessions(ended_sessions(now, days).filter(pk__in=keys).values_list("pk", flat=True))


def devices_without_session(now: datetime, days: int) -> QuerySet[UserSession]:
    """What was noted of devices where nobody is signed in any more."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    left_over: QuerySet[UserSession] = UserSession.objects.filter(~Exists(alive))
    return left_over


def forget_devices(keys: Sequence[Any], now: datetime, days: int) -> None:
    devices_without_session(now, days).filter(pk__in=keys).delete()


def unused_accounts(now: datetime, days: int) -> QuerySet[Person]:
    """Accounts that were not used for so long since a code was asked for."""
    return signing_in.unused_accounts().filter(joined_at__lt=now - timedelta(days=days))


def forget_accounts(keys: Sequence[Any], now: datetime, days: int) -> None:
    for person_id in unused_accounts(now, days).filter(pk__in=keys).values_list("pk", flat=True):
        forget_unused(person_id=person_id, now=now)


def _not_seen_for(now: datetime, time: timedelta) -> QuerySet[Person]:
    """People who have not signed in for so long, and whom nobody counts on: no role, no vote that holds.

    Who came by letter or counter and never signs in is in use as long as their proof holds.
    """
    proofs = ResidencyProof.objects.all_municipalities().filter(person_id=OuterRef("pk"), valid_until__gt=now)
    idle = Person.objects.filter(left_at=None).annotate(seen_at=Coalesce("last_login", "joined_at"))
    idle = idle.filter(seen_at__lt=now - time).exclude(pk__in=people_with_a_role(now=now))
    return idle.filter(Q(last_login__isnull=False) | ~Exists(proofs))


def accounts_to_warn(now: datetime, days: int) -> QuerySet[Person]:
    """Whoever will be erased in thirty days and was not told yet. Who has no address cannot be told."""
    idle = _not_seen_for(now, timedelta(days=days) - WARNED_FOR).exclude(email=None)
    return idle.filter(Q(inactivity_warned_at=None) | Q(inactivity_warned_at__lt=F("seen_at")))


def warn_accounts(keys: Sequence[Any], now: datetime, days: int) -> None:
    for person_id in accounts_to_warn(now, days).filter(pk__in=keys).values_list("pk", flat=True):
        warn_of_erasure(person_id=person_id, now=now)


def inactive_accounts(now: datetime, days: int) -> QuerySet[Person]:
    """Accounts not used for the whole time, whose person was told and had thirty days to come back."""
    warned = Q(inactivity_warned_at__gte=F("seen_at"), inactivity_warned_at__lt=now - WARNED_FOR)
    return _not_seen_for(now, timedelta(days=days)).filter(Q(email=None) | warned)


def erase_accounts(keys: Sequence[Any], now: datetime, days: int) -> None:
    system = Actor.system("not used for long")
    for person_id in inactive_accounts(now, days).filter(pk__in=keys).values_list("pk", flat=True):
        erase_person(actor=system, person_id=person_id, now=now)


def empty_places(now: datetime, days: int) -> QuerySet[Person]:
    """What is left of people who left, once nothing they did is still to be counted.

    Of an assistant it stays as long as people can see who helped them.
    """
    left = Person.objects.filter(left_at__lte=now - timedelta(days=days))
    for need in personal_data.needs():
        left = left.exclude(pk__in=need.people())
    return left.exclude(pk__in=Mandate.objects.all_municipalities().values("assistant_id"))


def remove_empty_places(keys: Sequence[Any], now: datetime, days: int) -> None:
    empty_places(now, days).filter(pk__in=keys).delete()


def ended_proofs(now: datetime, days: int) -> QuerySet[ResidencyProof]:
    """Proofs that ended, and that no late count can ask for."""
    proofs = ResidencyProof.objects.all_municipalities().filter(valid_until__lt=now - timedelta(days=days))
    for need in personal_data.needs():
        proofs = proofs.exclude(person_id__in=need.people())
    return proofs


def remove_proofs(keys: Sequence[Any], now: datetime, days: int) -> None:
    """With the last proof in a municipality goes what recognised the person there."""
    proofs = ended_proofs(now, days).filter(pk__in=keys)
    places = list(proofs.values_list("person_id", "municipality_id"))
    proofs.delete()
    for person_id, municipality_id in places:
        of_place = {"person_id": person_id, "municipality_id": municipality_id}
        if not ResidencyProof.objects.all_municipalities().filter(**of_place).exists():
            IdentityKey.objects.all_municipalities().filter(**of_place).delete()


def ended_mandates(now: datetime, days: int) -> QuerySet[Mandate]:
    before = now - timedelta(days=days)
    return Mandate.objects.all_municipalities().filter(Q(ended_at__lt=before) | Q(ends_at__lt=before))


def remove_mandates(keys: Sequence[Any], now: datetime, days: int) -> None:
    ended_mandates(now, days).filter(pk__in=keys).delete()


for clean_up in (
    CleanUp(
        slug="sessions",
        clock=Clock.SESSIONS,
        label=_("Sessions that ended"),
        find=ended_sessions,
        remove=clear_sessions,
    ),
    CleanUp(
        slug="devices",
        clock=Clock.SESSIONS,
        label=_("Devices where nobody is signed in any more"),
        find=devices_without_session,
        remove=forget_devices,
    ),
    CleanUp(
        slug="unused_accounts",
        clock=Clock.UNUSED_ACCOUNTS,
        label=_("Accounts that nobody signed in to"),
        find=unused_accounts,
        remove=forget_accounts,
    ),
    CleanUp(
        slug="inactivity_warnings",
        clock=Clock.INACTIVE_ACCOUNTS,
        label=_("People warned that their account will be deleted"),
        find=accounts_to_warn,
        remove=warn_accounts,
    ),
    CleanUp(
        slug="inactive_accounts",
        clock=Clock.INACTIVE_ACCOUNTS,
        label=_("Accounts that are not used any more"),
        find=inactive_accounts,
        remove=erase_accounts,
    ),
    CleanUp(
        slug="proofs",
        clock=Clock.PROOFS,
        label=_("Proofs that ended"),
        find=ended_proofs,
        remove=remove_proofs,
    ),
    CleanUp(
        slug="mandates",
        clock=Clock.MANDATES,
        label=_("Help that ended"),
        find=ended_mandates,
        remove=remove_mandates,
    ),
    CleanUp(
        slug="left_people",
        clock=Clock.LEFT_PEOPLE,
        label=_("Empty places of people who left"),
        find=empty_places,
        remove=remove_empty_places,
    ),
):
    register(clean_up)
