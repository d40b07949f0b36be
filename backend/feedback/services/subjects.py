"""What answers are owed about: kept in step by the apps of the subjects, and who answers before when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require
from backend.core.tenancy import current_municipality_id
from backend.core.walltime import on_wall
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind
from backend.places.models import Portal

from .. import permissions
from ..models import Agreement, Subject
from ..selectors.owed import get_subject, people_who_may_answer
from ..states import Phase
from .settling import hold

BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class NewSubject:
    """Something people can contribute to from now on, and the answer that they will be owed."""

    subject_type: str
    subject_id: int
    portal_id: int
    title: str
    address: str
    owed_by: str
    due_on: date
    phase: Phase = Phase.COLLECTING


def open_subjects(*, subjects: Iterable[NewSubject], now: datetime) -> None:
    """Let people be owed answers about these. One that is known gets its title and address anew.

    Its date does not move with it: what was promised stands until somebody says why not.
    """
    Subject.objects.bulk_create(
        (
            Subject(
                municipality_id=current_municipality_id(),
                subject_type=new.subject_type,
                subject_id=new.subject_id,
                portal_id=new.portal_id,
                title=new.title,
                address=new.address,
                phase=new.phase,
                owed_by=new.owed_by,
                due_on=new.due_on,
                opened_at=now,
            )
            for new in subjects
        ),
        update_conflicts=True,
        unique_fields=["subject_type", "subject_id"],
        update_fields=["title", "address"],
        batch_size=BATCH,
    )


def move_subjects(
    *,
    subject_type: str,
    subject_ids: Iterable[int] | QuerySet[Any, Any],
    phase: Phase,
    is_public: bool = True,
) -> None:
    """Say where subjects are on the lemniscate now, and whether everybody may read of them."""
    Subject.objects.filter(subject_type=subject_type, subject_id__in=subject_ids).update(
        phase=phase, is_public=is_public
    )


@dataclass(frozen=True, kw_only=True)
class NewAgreement:
    """Who answers (nobody by name: the whole role), before when, and why that changes."""

    owner_id: int | None
    due_on: date
    reason: str


@transaction.atomic
def arrange_answer(
    *, actor: Actor, portal: Portal, public_id: str, new: NewAgreement, now: datetime
) -> Agreement:
    """Say who answers and before when. The reason is published, and what was agreed before is kept."""
    require(permissions.can_arrange(actor))
    subject = hold(get_subject(actor=actor, public_id=public_id).pk)
    _require_sensible(subject, portal, new, now)
    agreement = Agreement.objects.create(
        municipality_id=subject.municipality_id,
        subject=subject,
        owner_id=new.owner_id,
        due_before=subject.due_on,
        due_on=new.due_on,
        reason=new.reason.strip(),
        made_by_id=actor.person_id,
        made_at=now,
    )
    is_new_owner = new.owner_id is not None and new.owner_id not in (subject.owner_id, actor.person_id)
    Subject.objects.filter(pk=subject.pk).update(owner_id=new.owner_id, due_on=new.due_on)
    if is_new_owner and new.owner_id is not None:
        notice = Notice(
            kind=Kind.WORK,
            template="answer_assigned",
            subject=f"owed:{subject.pk}",
            version=str(agreement.pk),
            context={
                "title": subject.title,
                "due_on": new.due_on.isoformat(),
                "address": f"/werk/antwoorden/{subject.public_id}/",
            },
        )
        notifications.notify(portal=portal, people=[new.owner_id], notice=notice, now=now)
    audit.record(actor=actor, action="feedback.answer_arranged", target=subject, at=now)
    pagecache.empty(portal.pk)
    return agreement


def _require_sensible(subject: Subject, portal: Portal, new: NewAgreement, now: datetime) -> None:
    if not new.reason.strip():
        raise InvalidInput(_("Write down why. The reason is published."), field="reason")
    if new.owner_id is not None and new.owner_id not in people_who_may_answer(portal, now=now):
        raise InvalidInput(_("Choose somebody who may answer here."), field="owner")
    if new.due_on != subject.due_on and new.due_on < on_wall(now).date():
        raise InvalidInput(_("Choose a date in the future."), field="due_on")
    if (new.owner_id, new.due_on) == (subject.owner_id, subject.due_on):
        raise InvalidInput(_("Nothing is different from before. Change the name or the date."))
