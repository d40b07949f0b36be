"""Somebody leaves who answered for others: what they did stays, without who did it."""

from __future__ import annotations

from datetime import datetime

from ..models import Agreement, Answer, Promise, Subject, Waiver


def forget_acts(person_id: int, now: datetime) -> None:
    """What was sent, arranged and waived stays. What was only begun goes; what they owed their role owes."""
    answers = Answer.objects.all_municipalities().filter(written_by=person_id)
    answers.filter(sent_at=None).delete()
    answers.update(written_by=None, signed_name="")
    Subject.objects.all_municipalities().filter(owner=person_id).update(owner=None)
    for model, name in (
        (Agreement, "owner"),
        (Agreement, "made_by"),
        (Waiver, "owner"),
        (Waiver, "waived_by"),
        (Promise, "told_by_person"),
    ):
        model.objects.all_municipalities().filter(**{name: person_id}).update(**{name: None})
