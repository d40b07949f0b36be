"""Recovery codes for who lost a passkey or an app, and a way out for who lost those too."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require

from .. import permissions
from ..models import Person
from ..states import ResetReason
from .devices import end_all_devices


@transaction.atomic
def new_recovery_codes(*, actor: Actor, now: datetime) -> list[str]:
    """Ten codes that each work once, in the place of those there were. They can be read this one time."""
    person = Person.objects.select_for_update().get(pk=actor.require_person())
    mine = Authenticator.objects.filter(user=person)
    require(mine.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())
    mine.filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    fresh = RecoveryCodes.activate(person)
    fresh.mark_as_viewed()
    audit.record(actor=actor, action="identity.recovery_codes_made", target=None, at=now)
    codes: list[str] = fresh.get_unused_codes()
    return codes


@transaction.atomic
def reset_second_factor(*, actor: Actor, person: Person, reason: ResetReason, now: datetime) -> int:
    """Take away every second factor of somebody who lost them all, and sign them out everywhere.

    Who asks for it has shown at the counter or otherwise who they are. Gives how many were taken away. The
    caller tells the person by mail.
    """
    require(permissions.can_reset_second_factor(actor))
    removed: int = Authenticator.objects.filter(user=person).delete()[0]
    end_all_devices(person.pk)
    audit.record(actor=actor, action="identity.second_factor_reset", target=person, at=now, why=reason)
    return removed
