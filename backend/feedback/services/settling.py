"""Seeing that nothing about a subject is owed any more, once and only when it is so."""

from __future__ import annotations

from datetime import datetime

from backend.core.events import publish

from ..events import SubjectAnswered
from ..models import Promise, Subject
from ..states import OWED


def hold(subject_id: int) -> Subject:
    """A subject, held against everybody else who answers, waives or notes that an answer arrived.

    New contributions go on meanwhile: theirs are answers that are owed after this.
    """
    return Subject.objects.select_for_update(no_key=True).get(pk=subject_id)


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
