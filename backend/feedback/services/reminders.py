"""Reminding those who owe an answer before its date, and those who lead them after it: each time once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.walltime import on_wall
from backend.identity.selectors.roles import people_with_role
from backend.identity.states import Role
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from ..models import Promise, Reminded, Subject
from ..rules import last_day_to_remind_of, reminder_of
from ..states import LEADING_ROLES, WAITING, Reminder


def subjects_to_remind_of(now: datetime) -> list[int]:
    """Subjects with somebody who waits, whose date has a reminder that was not sent yet."""
    today = on_wall(now).date()
    waiting = Promise.objects.all_municipalities().filter(subject=OuterRef("pk"), state__in=WAITING)
    sent = Reminded.objects.all_municipalities().filter(subject=OuterRef("pk"), due_on=OuterRef("due_on"))
    subjects = (
        Subject.objects.all_municipalities()
        .filter(Exists(waiting), due_on__lte=last_day_to_remind_of(today))
        .annotate(last=Subquery(sent.order_by("-which").values("which")[:1]))
    )
    return [
        pk
        for pk, due_on, last in subjects.values_list("pk", "due_on", "last")
        if _is_new(reminder_of(due_on, today), last)
    ]


def _is_new(which: int | None, last: int | None) -> bool:
    return which is not None and (last is None or which > last)


@transaction.atomic
def remind_of_answer(*, actor: Actor, subject_id: int, now: datetime) -> None:
    """Remind whoever owes an answer, or once it is late who leads them. A second time changes nothing."""
    subject = Subject.objects.select_related("portal").get(pk=subject_id)
    which = reminder_of(subject.due_on, on_wall(now).date())
    if which is None:
        return
    try:
        with transaction.atomic():
            Reminded.objects.create(
                municipality_id=subject.municipality_id,
                subject=subject,
                due_on=subject.due_on,
                which=which,
                sent_at=now,
            )
    except IntegrityError:
        # Another walk was before us.
        return
    is_late = which >= Reminder.LATE
    notice = Notice(
        kind=Kind.WORK,
        template="answer_late" if is_late else "answer_due",
        subject=f"owed:{subject.pk}",
        version=f"{subject.due_on.isoformat()}/{which}",
        context={
            "title": subject.title,
            "due_on": subject.due_on.isoformat(),
            "address": f"/werk/antwoorden/{subject.public_id}/{'stand/' if is_late else ''}",
        },
    )
    people = _leads(subject, now) if is_late else _owing(subject, now)
    notifications.notify(portal=subject.portal, people=people, notice=notice, now=now)
    audit.record(actor=actor, action="feedback.reminder_sent", target=subject, at=now)


def _owing(subject: Subject, now: datetime) -> list[int]:
    if subject.owner_id is not None:
        return [subject.owner_id]
    return people_with_role(Role(subject.owed_by), subject.portal, now=now)


def _leads(subject: Subject, now: datetime) -> list[int]:
    leads = {person for role in LEADING_ROLES for person in people_with_role(role, subject.portal, now=now)}
    return sorted(leads - {subject.owner_id})
