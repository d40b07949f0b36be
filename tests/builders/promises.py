"""Subjects that answers are owed about, the people who wait, and what becomes of their messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count

from django.utils import timezone

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.feedback.models import Answer, Promise, Subject
from backend.feedback.services import NewPromise, NewSubject, open_promises, open_subjects
from backend.feedback.services.answers import AnswerText, save_draft, send_answer
from backend.feedback.states import Contribution, Phase, PromiseState
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.services.outcomes import conclude
from backend.notifications.states import Delivery
from backend.places.models import Portal
from backend.proposals.models import Plan

from .people import make_person
from .portals import system_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
DUE = date(2027, 7, 1)
THING = "tests.thing"
_numbers = count(1)


def make_subject(
    portal: Portal,
    people: Iterable[int] = (),
    *,
    title: str = "Bankjes langs de kade",
    what: Contribution = Contribution.VOTED,
    phase: Phase = Phase.CHANGING,
    owed_by: Role = Role.COUNCILLOR,
    due_on: date = DUE,
    at: datetime = NOW,
) -> Subject:
    """Something that these people contributed to."""
    number = next(_numbers)
    with in_municipality(portal.municipality_id):
        new = NewSubject(
            subject_type=THING,
            subject_id=number,
            portal_id=portal.pk,
            title=title,
            address="/agenda/",
            owed_by=owed_by,
            due_on=due_on,
            phase=phase,
        )
        open_subjects(subjects=[new], now=at)
        subject = Subject.objects.select_related("portal").get(subject_type=THING, subject_id=number)
        owe(subject, people, what=what, at=at)
    return subject


def owe(
    subject: Subject,
    people: Iterable[int],
    *,
    what: Contribution = Contribution.VOTED,
    at: datetime = NOW,
) -> None:
    promises = [
        NewPromise(
            subject_type=subject.subject_type,
            subject_id=subject.subject_id,
            person_id=person,
            contribution=what,
        )
        for person in people
    ]
    open_promises(actor=system_of(subject.portal), promises=promises, now=at)


def people_of(portal: Portal, number: int) -> list[int]:
    return [make_person(portal).pk for _ in range(number)]


def answer(actor: Actor, subject: Subject, *, at: datetime, contributions: tuple[str, ...] = ()) -> Answer:
    """An official writes and sends an answer."""
    text = AnswerText(
        done="Er staan vijf bankjes.",
        not_done="Er komt geen bankje bij de brug.",
        why="Daar is de stoep te smal.",
        contributions=contributions,
    )
    draft = save_draft(actor=actor, public_id=subject.public_id, text=text, now=at)
    return send_answer(actor=actor, answer_public_id=draft.public_id, edition=draft.edition, now=at)


def arrives(message: Message, *, at: datetime) -> None:
    """The server of somebody's address took the mail in, the letter was posted, or the call answered."""
    in_hand = [Delivery.QUEUED, Delivery.SENDING]
    assert conclude(message.pk, Delivery.SENT, among=in_hand, now=at)


def comes_back(message: Message, *, at: datetime) -> None:
    """A mail is refused or bounces, a letter comes back, nobody answers the telephone."""
    anything = [Delivery.QUEUED, Delivery.SENDING, Delivery.SENT, Delivery.UNCERTAIN]
    assert conclude(message.pk, Delivery.RETURNED, among=anything, now=at)


def everything_arrives(*, at: datetime) -> None:
    """Every message that waits reaches its person."""
    for message in Message.objects.all_municipalities().filter(delivery=Delivery.QUEUED).order_by("pk"):
        arrives(message, at=at)


def make_unreached(plan: Plan) -> int:
    """Somebody who voted for a plan and whom the answer did not reach. The number of their promise."""
    now = timezone.now()
    subject = Subject.objects.select_related("portal").get(subject_type="proposals.plan", subject_id=plan.pk)
    waiting = Promise.objects.filter(
        subject=subject, state=PromiseState.OPEN, contribution=Contribution.VOTED
    ).order_by("pk")
    promise = waiting[0]
    given = Answer.objects.create(
        municipality_id=subject.municipality_id,
        subject=subject,
        done="Er staan vijf bankjes.",
        not_done="Er komt geen bankje bij de brug.",
        why="Daar is de stoep te smal.",
        changed_at=now,
        sent_at=now,
        people=1,
    )
    Promise.objects.filter(pk=promise.pk).update(state=PromiseState.UNREACHABLE, answer=given)
    return promise.pk
