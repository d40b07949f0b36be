"""Who is owed an answer, and what a portal owes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from backend.core.actor import Actor
from backend.core.errors import require, require_found
from backend.core.walltime import on_wall
from backend.identity.selectors.roles import names_with_role
from backend.notifications.selectors import count_by_channel, people_told_by
from backend.notifications.states import Channel, Kind
from backend.places.models import Portal

from ..models import Answer, Promise, Subject
from ..permissions import can_tell_unreached, visible_subjects
from ..states import ANSWERING_ROLES, OWED, WAITING, Contribution, Phase, PromiseState

CHUNK = 2_000


def people_who_contributed(*, subject_type: str, subject_id: int) -> Iterator[int]:
    """Everybody who contributed to a subject, each once, without holding them all in memory."""
    return _each_once(
        Promise.objects.filter(subject__subject_type=subject_type, subject__subject_id=subject_id)
    )


def people_of_answer(answer: Answer) -> Iterator[int]:
    """Everybody whose promise this answer answers, each once."""
    return _each_once(Promise.objects.filter(answer=answer))


def _each_once(promises: QuerySet[Promise]) -> Iterator[int]:
    people = promises.exclude(person=None).order_by("person_id").values_list("person_id", flat=True)
    return people.distinct().iterator(chunk_size=CHUNK)


def waiting_for(answer: Answer) -> QuerySet[Promise]:
    """The promises that an answer would answer if it was sent now."""
    waiting = Promise.objects.filter(subject=answer.subject_id, state__in=WAITING)
    if answer.contributions:
        waiting = waiting.filter(contribution__in=answer.contributions)
    if answer.phases:
        waiting = waiting.filter(phase__in=answer.phases)
    if answer.channels:
        waiting = waiting.filter(person__in=people_told_by(Kind.ANSWERS, answer.channels))
    return waiting


def count_people_waiting(answer: Answer) -> int:
    """How many people an answer would go to if it was sent now."""
    return waiting_for(answer).order_by().values("person").distinct().count()


def channels_of_waiting(answer: Answer) -> dict[Channel, int]:
    """In which channel an answer would reach how many people if it was sent now."""
    return count_by_channel(Kind.ANSWERS, waiting_for(answer).order_by().values("person"))


def is_anybody_owed(*, subject_type: str, subject_id: int) -> bool:
    """Whether somebody still waits for an answer, or theirs is still on its way."""
    return Promise.objects.filter(
        subject__subject_type=subject_type, subject__subject_id=subject_id, state__in=OWED
    ).exists()


def get_subject(*, actor: Actor, public_id: str) -> Subject:
    """Something this portal owes an answer about, or NotFound for whoever may not know."""
    subjects = visible_subjects(actor).select_related("portal", "owner")
    return require_found(subjects.filter(public_id=public_id).first())


@dataclass(frozen=True, kw_only=True)
class OwedFilter:
    """What somebody asked of the list of what is owed."""

    is_mine: bool = False
    is_late: bool = False


def list_owed(actor: Actor, chosen: OwedFilter, *, now: datetime) -> QuerySet[Subject]:
    """What this portal owes answers about, the first date first."""
    owed = Promise.objects.filter(subject=OuterRef("pk"), state__in=OWED)
    subjects = visible_subjects(actor).filter(Exists(owed)).select_related("owner")
    subjects = subjects.prefetch_related("agreements")
    if chosen.is_mine:
        in_my_role = Q(owner=None, owed_by__in=sorted(actor.roles.intersection(ANSWERING_ROLES)))
        subjects = subjects.filter(Q(owner=actor.require_person()) | in_my_role)
    if chosen.is_late:
        subjects = subjects.filter(due_on__lt=on_wall(now).date())
    return subjects.order_by("due_on", "pk")


@dataclass(frozen=True)
class Counts:
    """How many promises of a subject are in which state."""

    by_state: dict[str, int]

    @property
    def waiting(self) -> int:
        return sum(self.by_state.get(state, 0) for state in WAITING)

    @property
    def owed(self) -> int:
        return sum(self.by_state.get(state, 0) for state in OWED)

    @property
    def open(self) -> int:
        return self.by_state.get(PromiseState.OPEN, 0)

    @property
    def on_its_way(self) -> int:
        return self.by_state.get(PromiseState.ANSWERED, 0)

    @property
    def unreachable(self) -> int:
        return self.by_state.get(PromiseState.UNREACHABLE, 0)

    @property
    def kept(self) -> int:
        return self.by_state.get(PromiseState.KEPT, 0)

    @property
    def waived(self) -> int:
        return self.by_state.get(PromiseState.WAIVED, 0)


def counts_of(subject_ids: Iterable[int]) -> dict[int, Counts]:
    """How the promises of these subjects stand, in one statement. Those without promises are left out."""
    rows = (
        Promise.objects.filter(subject__in=list(subject_ids))
        .order_by()
        .values_list("subject", "state")
        .annotate(n=Count("pk"))
    )
    found: dict[int, dict[str, int]] = {}
    for subject_id, state, number in rows:
        found.setdefault(subject_id, {})[state] = number
    return {subject_id: Counts(by_state) for subject_id, by_state in found.items()}


@dataclass(frozen=True)
class Groups:
    """What those did who wait, in which phase, and how they are told: what an answer can be meant for."""

    contributions: list[str]
    phases: list[str]
    channels: list[str]


def groups_waiting(subject: Subject) -> Groups:
    waiting = Promise.objects.filter(subject=subject, state__in=WAITING).order_by()
    did = set(waiting.values_list("contribution", "phase").distinct())
    return Groups(
        contributions=[each for each in Contribution.values if each in {what for what, _phase in did}],
        phases=[each for each in Phase.values if each in {phase for _what, phase in did}],
        channels=list(count_by_channel(Kind.ANSWERS, waiting.values("person"))),
    )


def find_own_draft(*, actor: Actor, subject: Subject) -> Answer | None:
    return Answer.objects.filter(subject=subject, written_by=actor.require_person(), sent_at=None).first()


def people_who_may_answer(portal: Portal, *, now: datetime) -> dict[int, str]:
    """Whom an answer can be given to write, with their names."""
    return names_with_role(ANSWERING_ROLES, portal, now=now)


def list_unreached(actor: Actor) -> QuerySet[Promise]:
    """Whom no message reached, for who tells them in person. Each person once for each answer."""
    require(can_tell_unreached(actor))
    unreached = Promise.objects.filter(subject__portal=actor.require_portal(), state=PromiseState.UNREACHABLE)
    other = unreached.filter(answer=OuterRef("answer"), person=OuterRef("person"), pk__lt=OuterRef("pk"))
    rows = unreached.filter(~Exists(other)).select_related("person", "answer", "subject__portal")
    return rows.prefetch_related("subject__agreements").order_by("answer__sent_at", "pk")


def count_unreached(actor: Actor) -> int:
    return list_unreached(actor).count() if can_tell_unreached(actor) else 0


@dataclass(frozen=True)
class Standing:
    """What a subject's own page says about the answer: whether it is owed, until when, what came of it."""

    public_id: str
    due_on: date
    is_owed: bool
    is_answered: bool
    is_waived: bool

    def is_late(self, now: datetime) -> bool:
        return self.is_owed and self.due_on < on_wall(now).date()


def find_standing(*, subject_type: str, subject_id: int) -> Standing | None:
    """How the answers about a subject stand, in one statement; None when nobody was ever owed one."""

    def some(**condition: Any) -> Exists:
        return Exists(Promise.objects.filter(subject=OuterRef("pk"), **condition))

    row = (
        Subject.objects.filter(subject_type=subject_type, subject_id=subject_id)
        .annotate(
            is_owed=some(state__in=OWED),
            is_answered=some(state=PromiseState.KEPT),
            is_waived=some(state=PromiseState.WAIVED),
        )
        .values_list("public_id", "due_on", "is_owed", "is_answered", "is_waived")
        .first()
    )
    return Standing(*row) if row else None


def list_own_promises(actor: Actor) -> QuerySet[Promise]:
    """What somebody is owed at this portal, and what they were answered."""
    mine = Promise.objects.filter(person=actor.require_person(), subject__portal=actor.require_portal())
    return mine.select_related("subject", "answer", "waiver").order_by("-opened_at", "-pk")


def shows_numbers(subject: Subject) -> bool:
    """While votes come in, the number of people who wait would tell the number of votes."""
    return subject.phase != Phase.COLLECTING
