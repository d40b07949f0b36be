"""What came of a plan: recorded by councillors, told to everyone who contributed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require
from backend.core.walltime import on_wall
from backend.feedback import services as feedback
from backend.feedback.states import Phase

from .. import permissions
from ..errors import AlreadyDecided
from ..models import AgendaItem, Outcome, Plan
from ..selectors.meetings import has_final_outcome, lock_item
from ..states import FINAL_RESULTS, Result
from .announcements import SUBJECT, announce
from .threads import close_threads_of


@dataclass(frozen=True, kw_only=True)
class NewOutcome:
    """What councillors decided, why, who is responsible now, and when there is news again."""

    result: str
    reason: str
    owner: str
    next_on: date


def record_outcome(*, actor: Actor, plan_public_id: str, new: NewOutcome, now: datetime) -> Outcome:
    """Record what happens with a plan. Everyone who voted or proposed is told; then the plan is closed.

    Raises AlreadyDecided when a final outcome was recorded before.
    """
    try:
        return _record(actor, plan_public_id, new, now)
    except IntegrityError as conflict:
        raise AlreadyDecided from conflict


@transaction.atomic
def _record(actor: Actor, plan_public_id: str, new: NewOutcome, now: datetime) -> Outcome:
    item = lock_item(actor=actor, plan_public_id=plan_public_id)
    require(permissions.can_record_outcome(actor, item))
    if has_final_outcome(item):
        raise AlreadyDecided
    _require_complete(new, now)
    outcome = Outcome.objects.create(
        municipality_id=item.municipality_id,
        item=item,
        result=new.result,
        reason=new.reason.strip(),
        owner=new.owner.strip(),
        next_on=new.next_on,
        recorded_at=now,
        recorded_by_id=actor.person_id,
    )
    is_final = Result(new.result) in FINAL_RESULTS
    if is_final:
        # Now, and not when everybody was told: whoever argued after this would have to be answered again.
        close_threads_of(Plan.objects.filter(pk=item.plan_id))
    feedback.move_subjects(
        subject_type=SUBJECT,
        subject_ids=[item.plan_id],
        phase=Phase.ANSWERING if is_final else Phase.CHANGING,
    )
    # The next news is owed again, so somebody may be reminded of it again.
    AgendaItem.objects.filter(pk=item.pk).update(outcome_reminded_at=None)
    announce(
        plan=item.plan,
        template="outcome",
        version=str(outcome.pk),
        is_answer=is_final,
        now=now,
        context={
            "result": str(new.result),
            "reason": outcome.reason,
            "owner": outcome.owner,
            "next_on": outcome.next_on.isoformat(),
        },
    )
    audit.record(
        actor=actor, action="proposals.outcome_recorded", target=outcome, at=now, result=str(new.result)
    )
    pagecache.empty(item.plan.portal_id)
    return outcome


def _require_complete(new: NewOutcome, now: datetime) -> None:
    if not new.reason.strip():
        raise InvalidInput(_("Write down why, in plain words."), field="reason")
    if not new.owner.strip():
        raise InvalidInput(_("Fill in who is responsible now."), field="owner")
    if new.next_on < on_wall(now).date():
        raise InvalidInput(_("Choose a date in the future."), field="next_on")
