"""Promises are kept by delivery alone, and owed again when an answer comes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import require, require_found
from backend.notifications.services import try_next_channel
from backend.notifications.states import Channel

from .. import permissions
from ..errors import AlreadyTold
from ..models import Answer, Promise
from ..states import PromiseState, Told, states_before
from .settling import hold, settle


def note_arrival(*, answer_id: int, person_id: int, channel: str, now: datetime) -> None:
    """An answer reached somebody: what they were promised is kept."""
    answer = Answer.objects.filter(pk=answer_id).first()
    if answer is None:
        return
    subject = hold(answer.subject_id)
    promises = Promise.objects.filter(answer=answer, person_id=person_id)
    if promises.filter(state__in=states_before(PromiseState.KEPT)).update(
        state=PromiseState.KEPT, kept_at=now, told_by=channel
    ):
        settle(subject, now)


def note_return(*, answer_id: int, person_id: int, message_id: int, now: datetime) -> None:
    """An answer did not reach somebody, or came back: it is owed again, and goes out in their next channel.

    When only their page is left, which they did not choose, somebody tells it in person: it stands on a list.
    """
    answer = Answer.objects.filter(pk=answer_id).first()
    if answer is None:
        return
    hold(answer.subject_id)
    channel = try_next_channel(message_id=message_id, now=now)
    is_lost = channel is None or channel == Channel.PAGE
    state = PromiseState.UNREACHABLE if is_lost else PromiseState.ANSWERED
    Promise.objects.filter(
        answer=answer, person_id=person_id, state__in=[PromiseState.ANSWERED, PromiseState.KEPT]
    ).update(state=state, kept_at=None, told_by="")


@transaction.atomic
def tell_in_person(*, actor: Actor, promise_id: int, how: Told, now: datetime) -> None:
    """Somebody told the answer to whom no message reached. What else they were told by it is kept as well."""
    require(permissions.can_tell_unreached(actor))
    found = require_found(
        Promise.objects.filter(pk=promise_id, subject__portal_id=actor.require_portal()).first()
    )
    subject = hold(found.subject_id)
    told = Promise.objects.filter(
        answer=found.answer_id, person=found.person_id, state=PromiseState.UNREACHABLE
    ).update(state=PromiseState.KEPT, kept_at=now, told_by=how, told_by_person_id=actor.acting_id)
    if not told:
        raise AlreadyTold
    audit.record(actor=actor, action="feedback.told_in_person", target=subject, at=now, how=str(how))
    settle(subject, now)
    pagecache.empty(subject.portal_id)
