"""Everybody who voted for one plan is owed an answer, and an official answers them all at once."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context

import django
from django.db.models import F, Value
from django.db.models.functions import Concat

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.feedback.models import Subject
from backend.feedback.services import NewPromise, NewSubject, open_promises, open_subjects
from backend.feedback.services.answers import AnswerText, keep_draft, send_answer
from backend.feedback.states import Contribution, Phase
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from tests.builders.people import make_actor

from .memory import memory_of_this_process
from .seeding import seed_people
from .table import Row, at_most

MOST_SECONDS = 30
MOST_MEMORY = 300
THING = "bench.plan"
# As long as a councillor who takes care writes.
TEXT = AnswerText(
    done="Er staan vijf bankjes langs de kade. " * 20,
    not_done="Bij de brug komt geen bankje. " * 20,
    why="De stoep is daar te smal voor een rolstoel. " * 20,
)


@dataclass(frozen=True)
class Answered:
    people: int
    promise_seconds: float
    answer_seconds: float
    peak: int


def answer(portal_id: int, *, people: int) -> Answered:
    """Owe this many people an answer about one subject, and send it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as alone:
        return alone.submit(_answer_here, portal_id, people).result()


def _answer_here(portal_id: int, people: int) -> Answered:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    portal = Portal.objects.all_municipalities().get(pk=portal_id)
    now = datetime.now().astimezone()
    ids = seed_people(portal, people=people, began_at=now, with_address=False)
    Person.objects.filter(pk__in=ids).update(email=Concat(F("public_id"), Value("@example.org")))
    councillor = make_actor(portal, Role.COUNCILLOR, at=now)
    with in_municipality(portal.municipality_id):
        began = time.perf_counter()
        subject = _promise(portal, ids, now)
        promise_seconds = time.perf_counter() - began
        began = time.perf_counter()
        draft = keep_draft(actor=councillor, public_id=subject.public_id, text=TEXT, now=now)
        sent = send_answer(actor=councillor, answer_public_id=draft.public_id, edition=draft.edition, now=now)
        answer_seconds = time.perf_counter() - began
        queued = Message.objects.filter(subject=f"answer:{sent.pk}").count()
    if not sent.people == queued == people:
        raise RuntimeError(f"{sent.people} were answered and {queued} messages queued, not {people}.")
    peak = memory_of_this_process()
    return Answered(people, promise_seconds, answer_seconds, peak)


def _promise(portal: Portal, people: list[int], now: datetime) -> Subject:
    new = NewSubject(
        subject_type=THING,
        subject_id=now.toordinal(),
        portal_id=portal.pk,
        title="Bankjes langs de kade",
        address="/agenda/",
        owed_by=Role.COUNCILLOR,
        due_on=(now + timedelta(days=90)).date(),
        phase=Phase.CHANGING,
    )
    open_subjects(subjects=[new], now=now)
    promises = (
        NewPromise(
            subject_type=new.subject_type,
            subject_id=new.subject_id,
            person_id=person,
            contribution=Contribution.VOTED,
        )
        for person in people
    )
    system = Actor.system("benchmark", municipality_id=portal.municipality_id)
    open_promises(actor=system, promises=promises, now=now)
    return Subject.objects.get(subject_type=new.subject_type, subject_id=new.subject_id)


def rows_of(answered: Answered) -> list[Row]:
    what = f"{answered.people:,} people promised an answer, answered and queued, on one core"
    parts = (
        f"{answered.promise_seconds:.1f} s to promise, {answered.answer_seconds:.1f} s to answer and queue"
    )
    return [
        at_most(f"{what}: time", MOST_SECONDS, answered.promise_seconds + answered.answer_seconds, "s"),
        at_most(f"{what}: memory", MOST_MEMORY, answered.peak / 1e6, "MB", digits=0),
        Row(f"{what}: parts", "", parts),
    ]
