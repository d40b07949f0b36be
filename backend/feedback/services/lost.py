"""Answers of which the message is gone: nothing will ever tell what became of them, so a person is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.notifications.selectors import messages_on_their_way

from ..models import Answer, Promise
from ..states import PromiseState
from .answers import message_subject
from .settling import hold

# Long after the transaction in which an answer and its messages came.
LOST_AFTER = timedelta(hours=1)


def answers_to_look_for(now: datetime) -> Iterable[int]:
    """Answers that somebody is said to be getting, while nothing is on its way to them."""
    found = _lost(Promise.objects.all_municipalities()).filter(answer__sent_at__lt=now - LOST_AFTER)
    return list(found.order_by().values_list("answer_id", flat=True).distinct())


@transaction.atomic
def give_up_on_lost(*, actor: Actor, answer_id: int, now: datetime) -> int:
    """Put those whom an answer can reach no more on the list of people to tell in person. Gives how many."""
    answer = Answer.objects.get(pk=answer_id)
    subject = hold(answer.subject_id)
    lost = _lost(Promise.objects.filter(answer=answer)).update(state=PromiseState.UNREACHABLE)
    if lost:
        audit.record(actor=actor, action="feedback.answers_lost", target=answer, at=now, promises=lost)
        pagecache.empty(subject.portal_id)
    return lost


def _lost(promises: QuerySet[Promise]) -> QuerySet[Promise]:
    number = Cast(OuterRef("answer_id"), CharField())
    on_their_way = messages_on_their_way(
        person=OuterRef("person_id"), subject=Concat(Value(message_subject("")), number)
    )
    return promises.filter(~Exists(on_their_way), state=PromiseState.ANSWERED)
