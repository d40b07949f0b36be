"""Opening, releasing and keeping promises. Subjects call this in the transaction of the contribution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from backend.core.actor import Actor
from backend.core.tenancy import current_municipality_id

from .models import Promise
from .states import Contribution, PromiseState

BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class NewPromise:
    """An answer that will be owed to one person."""

    subject_type: str
    subject_id: int
    person_id: int
    contribution: Contribution
    owed_by: str
    due_on: date


def open_promises(*, actor: Actor, promises: Iterable[NewPromise], now: datetime) -> None:
    """Owe everybody in the list an answer. One that was taken back before is owed again."""
    Promise.objects.bulk_create(
        (
            Promise(
                municipality_id=current_municipality_id(),
                subject_type=new.subject_type,
                subject_id=new.subject_id,
                person_id=new.person_id,
                contribution=new.contribution,
                owed_by=new.owed_by,
                due_on=new.due_on,
                opened_at=now,
            )
            for new in promises
        ),
        update_conflicts=True,
        unique_fields=["subject_type", "subject_id", "person_id", "contribution"],
        update_fields=["state", "opened_at", "due_on", "kept_at"],
        batch_size=BATCH,
    )


def release_promise(
    *, subject_type: str, subject_id: int, person_id: int, contribution: Contribution
) -> None:
    """Nothing is owed any more, because the person took the contribution back. Nothing of it is kept."""
    Promise.objects.filter(
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        contribution=contribution,
        state=PromiseState.OPEN,
    ).delete()


def keep_promises(*, subject_type: str, subject_id: int, now: datetime) -> int:
    """Everyone who was owed an answer about this subject has been answered. How many that were."""
    return Promise.objects.filter(
        subject_type=subject_type, subject_id=subject_id, state=PromiseState.OPEN
    ).update(state=PromiseState.KEPT, kept_at=now)


def move_promises(*, from_person_id: int, into_person_id: int) -> None:
    """Two accounts were of one person. What both were promised about the same is owed once."""
    promises = Promise.objects.all_municipalities()
    same = promises.filter(
        person_id=into_person_id,
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        contribution=OuterRef("contribution"),
    )
    promises.filter(Exists(same), person_id=from_person_id).delete()
    promises.filter(person_id=from_person_id).update(person_id=into_person_id)
