"""The committee's meetings, with winners on their agendas: put there by the count, kept off by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require
from backend.core.walltime import on_wall
from backend.feedback import services as feedback
from backend.feedback.states import Phase
from backend.identity.selectors.roles import people_with_role
from backend.identity.states import Role
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind
from backend.places.models import Portal

from .. import permissions
from ..errors import AlreadyDecided
from ..models import AgendaItem, Meeting, Plan, Round
from ..selectors.meetings import has_final_outcome, list_waiting_items, lock_item, next_meeting_for_papers
from ..states import PlanState
from .announcements import SUBJECT, announce
from .rounds import lock_portal
from .threads import close_threads_of

# Our default: the official's context is there this long before the meeting, and this long after the count
# when no meeting is planned yet.
CONTEXT_BEFORE_MEETING = timedelta(days=3)
CONTEXT_WITHOUT_MEETING = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class NewMeeting:
    """What a clerk fills in to plan a meeting."""

    committee: str
    starts_at: datetime
    papers_due_at: datetime
    place: str
    minutes_per_plan: int = 20
    attending: str = ""
    contact: str = ""


@transaction.atomic
def plan_meeting(*, actor: Actor, portal: Portal, new: NewMeeting, now: datetime) -> Meeting:
    """Plan a meeting of the committee. Winners that waited for one go on its agenda at once."""
    require(permissions.can_manage_rounds(actor))
    if new.starts_at <= now:
        raise InvalidInput(_("Choose a moment in the future."), field="day")
    if new.papers_due_at <= now:
        raise InvalidInput(_("Choose a last day for papers in the future."), field="papers_day")
    if new.papers_due_at > new.starts_at:
        raise InvalidInput(_("The deadline for papers must be before the meeting."), field="papers_day")
    # A count that ends now either sees this meeting or leaves its winner for it.
    lock_portal(portal.pk)
    meeting = Meeting.objects.create(
        municipality_id=portal.municipality_id,
        portal=portal,
        committee=new.committee,
        starts_at=new.starts_at,
        papers_due_at=new.papers_due_at,
        place=new.place,
        minutes_per_plan=new.minutes_per_plan,
        attending=new.attending,
        contact=new.contact,
    )
    audit.record(actor=actor, action="proposals.meeting_planned", target=meeting, at=now)
    for item in list_waiting_items(actor).order_by("added_at").select_for_update(of=("self",)):
        place_item(item=item, now=now)
        _tell_proposer(item=item, now=now)
    pagecache.empty(portal.pk)
    return meeting


def put_on_agenda(*, plan: Plan, round_counted: Round, now: datetime) -> AgendaItem:
    """Put the winner of a count on the agenda of the next meeting that still takes papers."""
    lock_portal(plan.portal_id)
    item = AgendaItem(municipality_id=plan.municipality_id, plan=plan, round=round_counted, added_at=now)
    place_item(item=item, now=now)
    people = people_with_role(Role.OFFICIAL, plan.portal, now=now)
    notice = Notice(
        kind=Kind.WORK,
        template="context_wanted",
        subject=f"plan:{plan.pk}",
        context={"title": plan.title, "address": f"/werk/{plan.public_id}/context/"},
    )
    notifications.notify(portal=plan.portal, people=people, notice=notice, now=now)
    return item


def place_item(*, item: AgendaItem, now: datetime) -> None:
    """Find the meeting for a winner; without one it waits, and the official still gets a date."""
    meeting = next_meeting_for_papers(item.plan.portal_id, now=now)
    item.meeting = meeting
    if meeting is None:
        item.context_due_on = on_wall(now + CONTEXT_WITHOUT_MEETING).date()
    else:
        last = AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"] or 0
        item.position = last + 1
        item.context_due_on = on_wall(max(meeting.starts_at - CONTEXT_BEFORE_MEETING, now)).date()
    item.save()


def _tell_proposer(*, item: AgendaItem, now: datetime) -> None:
    """The proposer of a winner that waited hears that there is a meeting now."""
    if item.meeting is None or item.plan.proposer_id is None:
        return
    notice = Notice(
        kind=Kind.PLANS,
        template="meeting_planned",
        subject=f"plan:{item.plan_id}",
        version=str(item.meeting.pk),
        context={"title": item.plan.title, "address": f"/plannen/{item.plan.public_id}/voorbereiden/"},
    )
    notifications.notify(portal=item.plan.portal, people=[item.plan.proposer_id], notice=notice, now=now)


@transaction.atomic
def take_off_agenda(*, actor: Actor, plan_public_id: str, reason: str, now: datetime) -> None:
    """Take a winner off the agenda. The reason is published, and everyone who voted gets it."""
    item = lock_item(actor=actor, plan_public_id=plan_public_id)
    require(permissions.can_take_off_agenda(actor, item))
    if has_final_outcome(item):
        raise AlreadyDecided
    if not reason.strip():
        raise InvalidInput(_("Write down why. The reason is published."), field="reason")
    item.removed_at, item.removed_by_id, item.removal_reason = now, actor.person_id, reason.strip()
    item.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    taken_off = Plan.objects.filter(pk=item.plan_id)
    # First, as whoever takes their words back holds the discussion before the plan.
    close_threads_of(taken_off)
    taken_off.update(state=PlanState.TAKEN_OFF, changed_at=now)
    feedback.move_subjects(subject_type=SUBJECT, subject_ids=[item.plan_id], phase=Phase.ANSWERING)
    announce(
        plan=item.plan, template="plan_taken_off", is_answer=True, now=now, context={"reason": reason.strip()}
    )
    audit.record(actor=actor, action="proposals.taken_off_agenda", target=item, at=now)
    pagecache.empty(item.plan.portal_id)


@transaction.atomic
def give_context(*, actor: Actor, plan_public_id: str, text: str, now: datetime) -> None:
    """The official tells the committee and everyone else what to know beforehand."""
    item = lock_item(actor=actor, plan_public_id=plan_public_id)
    require(permissions.can_give_context(actor, item))
    if not text.strip():
        raise InvalidInput(_("Write what the committee should know."), field="text")
    item.context, item.context_by_id, item.context_at = text.strip(), actor.person_id, now
    item.save(update_fields=["context", "context_by", "context_at"])
    audit.record(actor=actor, action="proposals.context_given", target=item, at=now)
    pagecache.empty(item.plan.portal_id)


@transaction.atomic
def choose_attendance(
    *, actor: Actor, plan_public_id: str, attendance: str, note: str, now: datetime
) -> None:
    """The proposer says whether they come, want help, or send someone. This can be changed later."""
    item = lock_item(actor=actor, plan_public_id=plan_public_id)
    require(permissions.can_choose_attendance(actor, item))
    item.attendance, item.attendance_note = attendance, note.strip()
    item.save(update_fields=["attendance", "attendance_note"])
    people = people_with_role(Role.CLERK, item.plan.portal, now=now)
    notice = Notice(
        kind=Kind.WORK,
        template="attendance_chosen",
        subject=f"plan:{item.plan_id}",
        version=now.isoformat(),
        context={"title": item.plan.title, "attendance": attendance, "address": "/werk/"},
    )
    notifications.notify(portal=item.plan.portal, people=people, notice=notice, now=now)
    audit.record(actor=actor, action="proposals.attendance_chosen", target=item, at=now)
