"""Clearing away what nobody needs any more: sessions that ended, and accounts nobody ever signed in to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from backend.core import due

from .models import Person, ResidencyProof, RoleAssignment
from .services.people import forget_unused
from .states import Origin

# Our default: whoever asked for a code and never filled it in is forgotten after this long.
UNUSED_AFTER = timedelta(days=30)
AT_ONCE = 500


def unused_accounts(now: datetime) -> Iterable[int]:
    """Accounts that a code was asked for and that nobody signed in to, without a proof or a role."""
    in_use = ResidencyProof.objects.all_municipalities().values("person_id")
    with_role = RoleAssignment.objects.all_municipalities().values("person_id")
    unused = Person.objects.filter(
        origin=Origin.SIGNED_IN, last_login=None, joined_at__lt=now - UNUSED_AFTER
    ).exclude(pk__in=in_use)
    return list(unused.exclude(pk__in=with_role).values_list("pk", flat=True)[:AT_ONCE])


def forget_one(person_id: int, now: datetime) -> None:
    forget_unused(person_id=person_id, now=now)


def ended_sessions(now: datetime) -> Iterable[int]:
    """One piece of work for all sessions together: they have no number of their own."""
    return [0] if Session.objects.filter(expire_date__lt=now).exists() else []


def clear_sessions(_: int, now: datetime) -> None:
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


due.register(due.DueWork(name="identity.forget_unused", find=unused_accounts, do=forget_one))
due.register(due.DueWork(name="identity.clear_sessions", find=ended_sessions, do=clear_sessions))
