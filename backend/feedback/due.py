"""What the clock does for answers: remind of their dates, and find those that can reach nobody any more."""

from __future__ import annotations

from datetime import datetime

from backend.core import due
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality

from .models import Answer, Subject
from .services.lost import answers_to_look_for, give_up_on_lost
from .services.reminders import remind_of_answer, subjects_to_remind_of


def remind_one(subject_id: int, now: datetime) -> None:
    rows = Subject.objects.all_municipalities().filter(pk=subject_id)
    municipality_id: int = rows.values_list("municipality_id", flat=True).get()
    with in_municipality(municipality_id):
        actor = Actor.system("an answer is owed", municipality_id=municipality_id)
        remind_of_answer(actor=actor, subject_id=subject_id, now=now)


def give_up_on_one(answer_id: int, now: datetime) -> None:
    rows = Answer.objects.all_municipalities().filter(pk=answer_id)
    municipality_id: int = rows.values_list("municipality_id", flat=True).get()
    with in_municipality(municipality_id):
        actor = Actor.system("the message of an answer is gone", municipality_id=municipality_id)
        give_up_on_lost(actor=actor, answer_id=answer_id, now=now)


due.register(due.DueWork(name="feedback.remind", find=subjects_to_remind_of, do=remind_one))
due.register(due.DueWork(name="feedback.lost", find=answers_to_look_for, do=give_up_on_one))
