"""What this app holds about people: the answers they are owed, and what they did about those of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from .models import Agreement, Answer, Promise, Subject, Waiver
from .services.leaving import forget_acts
from .services.promises import forget_promises

CHUNK = 500


def _promises(person_id: int) -> Iterator[Row]:
    rows = Promise.objects.all_municipalities().filter(person_id=person_id)
    rows = rows.select_related("municipality", "subject")
    for promise in rows.order_by("-opened_at", "-pk").iterator(CHUNK):
        yield {
            _("Municipality"): promise.municipality.name,
            _("About"): promise.subject.title,
            _("Because you did this"): promise.get_contribution_display(),
            _("Since"): promise.opened_at,
            _("Answer before"): promise.subject.due_on,
            _("How it stands"): promise.get_state_display(),
            _("Answered on"): promise.kept_at,
        }


def _forget(person_id: int, now: datetime) -> None:
    forget_promises(person_id=person_id, now=now)


def _acts(person_id: int) -> Iterator[Row]:
    def of(rows: QuerySet[Any, Any], moment: str) -> Iterator[Any]:
        return rows.select_related("subject").order_by(moment, "pk").iterator(CHUNK)

    for subject in (
        Subject.objects.all_municipalities().filter(owner=person_id).order_by("pk").iterator(CHUNK)
    ):
        yield {_("What"): _("Owes the answer"), _("About"): subject.title, _("Before"): subject.due_on}
    answers = Answer.objects.all_municipalities().filter(written_by=person_id)
    for answer in of(answers, "changed_at"):
        yield {
            _("What"): _("Sent an answer") if answer.sent_at else _("Began an answer"),
            _("About"): answer.subject.title,
            _("When"): answer.sent_at or answer.changed_at,
            _("What was done"): answer.done,
            _("What was not done"): answer.not_done,
            _("Why"): answer.why,
        }
    agreements = Agreement.objects.all_municipalities()
    for agreement in of(agreements.filter(made_by=person_id), "made_at"):
        yield _act(_("Arranged who answers, and before when"), agreement.subject, agreement.made_at)
    for agreement in of(agreements.filter(owner=person_id), "made_at"):
        yield _act(_("Was asked to answer"), agreement.subject, agreement.made_at)
    waivers = Waiver.objects.all_municipalities()
    for waiver in of(waivers.filter(waived_by=person_id), "waived_at"):
        yield _act(_("Waived answers that were owed"), waiver.subject, waiver.waived_at)
    for waiver in of(waivers.filter(owner=person_id), "waived_at"):
        yield _act(_("Owed answers that were waived"), waiver.subject, waiver.waived_at)
    told = Promise.objects.all_municipalities().filter(told_by_person=person_id)
    for promise in of(told, "kept_at"):
        yield _act(_("Told an answer in person"), promise.subject, promise.kept_at)


def _act(what: Any, subject: Subject, when: datetime | None) -> Row:
    return {_("What"): what, _("About"): subject.title, _("When"): when}


for held in (
    Held(
        slug="promises",
        purpose=Purpose.ANSWERING,
        label=_("Answers we owe you"),
        why=_("Whoever contributes to something hears what came of it. This says whom we still owe that."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that it is only counted, by month and without you."),
        columns=frozenset({"feedback.promise.person"}),
        rows=_promises,
        erase=_forget,
    ),
    Held(
        slug="acts_for_answers",
        purpose=Purpose.WORKING,
        label=_("What you did for answers in a role"),
        why=_("So that it is known who answers, who arranged that and who waived an answer."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that it stays without your name."),
        columns=frozenset(
            {
                "feedback.subject.owner",
                "feedback.answer.written_by",
                "feedback.agreement.owner",
                "feedback.agreement.made_by",
                "feedback.waiver.owner",
                "feedback.waiver.waived_by",
                "feedback.promise.told_by_person",
            }
        ),
        rows=_acts,
        erase=forget_acts,
        is_on_page=False,
    ),
):
    register(held)
