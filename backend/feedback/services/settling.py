"""Seeing that nothing about a subject is owed any more, once and only when it is so."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from backend.core.events import publish

from ..events import SubjectAnswered
from ..models import Answer, Promise, Subject
from ..states import OWED


def hold(subject_id: int) -> Subject:
    """A subject, held against everybody else who answers, waives or notes that an answer arrived.

    New contributions go on meanwhile: theirs are answers that are owed after this.
    """
    return Subject.objects.select_for_update(no_key=True).get(pk=subject_id)


def hold_subjects_of(answer_ids: Collection[int]) -> None:
    """What these answers are about, held before the messages that carry them."""
    about = Answer.objects.filter(pk__in=answer_ids).order_by().values("subject")
    hold_in_order(Subject.objects.filter(pk__in=about))


def hold_in_order(subjects: QuerySet[Subject]) -> list[Subject]:
    """Several subjects, held in the one order in which everybody holds several."""
    return list(subjects.order_by("pk").select_for_update(no_key=True))


def settle(subject: Subject, now: datetime) -> None:
    """Publish that everybody was answered, when nobody is owed anything. Expects that it is held."""
    owed = Promise.objects.filter(subject=subject, state__in=OWED)
    if owed.exists():
        return
    # Waits for contributions that are on their way in, which hold the subject by their foreign key.
    Subject.objects.select_for_update().get(pk=subject.pk)
    if owed.exists():
        return
    publish(
        SubjectAnswered(
            municipality_id=subject.municipality_id,
            at=now,
            subject_type=subject.subject_type,
            subject_id=subject.subject_id,
        )
    )
