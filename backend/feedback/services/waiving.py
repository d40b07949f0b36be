"""Answers that will not be given: with a reason for everybody to read, and never by whoever owes them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found

from .. import permissions
from ..errors import NothingToWaive
from ..models import Promise, Subject, Waiver
from ..selectors.owed import get_subject
from ..states import PromiseState, states_before
from .settling import hold, settle


@transaction.atomic
def waive_answers(*, actor: Actor, public_id: str, reason: str, now: datetime) -> Waiver:
    """Say that nobody who still waits gets an answer, and why. They count as waived, not as kept.

    Answers that are on their way go on. Raises NothingToWaive when nobody waits.
    """
    subject = hold(get_subject(actor=actor, public_id=public_id).pk)
    return _waive(actor, subject, Promise.objects.filter(subject=subject), reason, now)


@transaction.atomic
def waive_one(*, actor: Actor, promise_id: int, reason: str, now: datetime) -> Waiver:
    """Give up on telling one person whom no message reached."""
    unreached = Promise.objects.filter(state=PromiseState.UNREACHABLE)
    found = require_found(unreached.filter(pk=promise_id, subject__portal_id=actor.require_portal()).first())
    subject = hold(found.subject_id)
    mine = unreached.filter(subject=subject, person=found.person_id)
    return _waive(actor, subject, mine, reason, now)


def _waive(actor: Actor, subject: Subject, promises: QuerySet[Promise], reason: str, now: datetime) -> Waiver:
    require(permissions.can_waive(actor, subject))
    if not reason.strip():
        raise InvalidInput(_("Write down why. The reason is published."), field="reason")
    waiver = Waiver.objects.create(
        municipality_id=subject.municipality_id,
        subject=subject,
        reason=reason.strip(),
        promises=0,
        owner_id=subject.owner_id,
        waived_by_id=actor.person_id,
        waived_at=now,
    )
    waiting = promises.filter(state__in=states_before(PromiseState.WAIVED))
    waiver.promises = waiting.update(state=PromiseState.WAIVED, waiver=waiver)
    if not waiver.promises:
        raise NothingToWaive
    waiver.save(update_fields=["promises"])
    audit.record(
        actor=actor, action="feedback.answers_waived", target=subject, at=now, promises=waiver.promises
    )
    settle(subject, now)
    pagecache.empty(subject.portal_id)
    return waiver
