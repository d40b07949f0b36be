"""Opening and releasing promises. Subjects call this in the transaction of the contribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncMonth

from backend.core.actor import Actor
from backend.core.tenancy import current_municipality_id, in_municipality

from ..models import Promise, Subject
from ..states import Contribution, PromiseState, states_before
from .settling import hold_in_order, settle

BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class NewPromise:
    """An answer that will be owed to one person about a subject that was opened before."""

    subject_type: str
    subject_id: int
    person_id: int
    contribution: Contribution


def open_promises(*, actor: Actor, promises: Iterable[NewPromise], now: datetime) -> None:
    """Owe everybody in the list an answer. Who waits already for the same goes on waiting.

    Who was answered before and contributes again is owed a next answer.
    """
    remaining = iter(promises)
    while batch := list(islice(remaining, BATCH)):
        subjects = _subjects_of(batch)
        Promise.objects.bulk_create(
            (
                Promise(
                    municipality_id=current_municipality_id(),
                    subject_id=subjects[new.subject_type, new.subject_id].pk,
                    phase=subjects[new.subject_type, new.subject_id].phase,
                    person_id=new.person_id,
                    contribution=new.contribution,
                    opened_at=now,
                )
                for new in batch
            ),
            ignore_conflicts=True,
        )


def _subjects_of(batch: Sequence[NewPromise]) -> dict[tuple[str, int], Subject]:
    ids: dict[str, set[int]] = defaultdict(set)
    for new in batch:
        ids[new.subject_type].add(new.subject_id)
    return {
        (subject.subject_type, subject.subject_id): subject
        for subject_type, those in ids.items()
        for subject in Subject.objects.filter(subject_type=subject_type, subject_id__in=those)
    }


def release_promise(
    *, subject_type: str, subject_id: int, person_id: int, contribution: Contribution, now: datetime
) -> None:
    """Nothing is owed any more, because the person took the contribution back.

    What was still open goes without a trace; what was answered already stays in the numbers, without them.
    """
    promises = Promise.objects.filter(
        subject__subject_type=subject_type,
        subject__subject_id=subject_id,
        person_id=person_id,
        contribution=contribution,
    )
    # Before its promises change: an answer that arrives at this moment keeps them, and is waited for.
    subjects = _held_with(promises)
    promises.filter(state=PromiseState.OPEN).delete()
    _make_nameless(promises)
    _settle_all(subjects, now)


def _make_nameless(promises: QuerySet[Promise]) -> None:
    """Leave of these promises only what is counted.

    The month is all that stays of when: the record knows to the minute when somebody acted, and together
    they would tell for what.
    """
    month = {name: TruncMonth(F(name), tzinfo=UTC) for name in ("opened_at", "kept_at")}
    owed = promises.filter(state__in=states_before(PromiseState.GONE))
    owed.update(state=PromiseState.GONE, person=None, **month)
    promises.update(person=None, **month)


def forget_promises(*, person_id: int, now: datetime) -> None:
    """Nobody is owed an answer who is not there to hear it. What was kept stays in the numbers."""
    mine = Promise.objects.all_municipalities().filter(person_id=person_id)
    subjects = _held_with(mine)
    _make_nameless(mine)
    _settle_all(subjects, now)


def hold_promises_of(people: Collection[int]) -> None:
    """Hold what these people are owed answers about, before their messages are held."""
    _held_with(Promise.objects.all_municipalities().filter(person_id__in=people))


def move_promises(*, from_person_id: int, into_person_id: int, now: datetime) -> None:
    """Two accounts were of one person. What both were promised or told about the same counts once."""
    promises = Promise.objects.all_municipalities()
    mine = promises.filter(person_id=from_person_id)
    subjects = _held_with(mine)
    theirs = promises.filter(
        person_id=into_person_id, subject=OuterRef("subject"), contribution=OuterRef("contribution")
    )
    mine.filter(Exists(theirs.filter(state=PromiseState.OPEN)), state=PromiseState.OPEN).delete()
    mine.filter(Exists(theirs.filter(answer=OuterRef("answer")))).delete()
    mine.update(person_id=into_person_id)
    _settle_all(subjects, now)


def _held_with(promises: QuerySet[Promise]) -> list[Subject]:
    """What these promises are about, held until the transaction ends."""
    about = promises.order_by().values("subject")
    return hold_in_order(Subject.objects.all_municipalities().filter(pk__in=about))


def _settle_all(subjects: Iterable[Subject], now: datetime) -> None:
    """A person is of no municipality, so each subject brings its own."""
    for subject in subjects:
        with in_municipality(subject.municipality_id):
            settle(subject, now)
