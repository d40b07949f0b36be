"""What the clock does for answers that are owed: remind of their dates."""

from __future__ import annotations

from datetime import datetime

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality

from .models import Subject
from .services.reminders import remind_of_answer, subjects_to_remind_of


def remind_one(subject_id: int, now: datetime) -> None:
    rows = Subject.objects.all_municipalities().filter(pk=subject_id)
    municipality_id: int = rows.values_list("municipality_id", flat=True).get()
    with in_municipality(municipality_id):
        actor = Actor.system("an answer is owed", municipality_id=municipality_id)
        remind_of_answer(actor=actor, subject_id=subject_id, now=now)


due.register(due.DueWork(name="feedback.remind", find=subjects_to_remind_of, do=remind_one))
