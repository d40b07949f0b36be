"""The committee's meetings and agendas."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from backend.core.actor import Actor
from backend.core.errors import require_found

from ..models import AgendaItem, Meeting, Outcome
from ..states import FINAL_RESULTS, PlanState

ITEM_RELATIONS = ("plan", "plan__portal", "round", "meeting")


def list_meetings(*, actor: Actor, now: datetime) -> QuerySet[Meeting]:
    """Meetings that are still to come, with what is on their agenda."""
    return _with_items(actor).filter(starts_at__gte=now).order_by("starts_at", "id")


def list_past_meetings(*, actor: Actor, now: datetime) -> QuerySet[Meeting]:
    return _with_items(actor).filter(starts_at__lt=now).order_by("-starts_at", "id")


def get_meeting(*, actor: Actor, public_id: str) -> Meeting:
    return require_found(_with_items(actor).filter(public_id=public_id).first())


def list_waiting_items(actor: Actor) -> QuerySet[AgendaItem]:
    """Winners for which no meeting is planned yet."""
    return agenda_items(actor).filter(plan__state=PlanState.ON_AGENDA, meeting=None, removed_at=None)


def list_open_items(actor: Actor) -> QuerySet[AgendaItem]:
    """Winners on their way to an outcome: what officials and councillors still owe."""
    return (
        agenda_items(actor)
        .filter(plan__state=PlanState.ON_AGENDA, removed_at=None)
        .order_by("meeting__starts_at", "id")
    )


def agenda_items(actor: Actor) -> QuerySet[AgendaItem]:
    return (
        AgendaItem.objects.filter(plan__portal_id=actor.require_portal())
        .select_related(*ITEM_RELATIONS)
        .prefetch_related(told_outcomes())
    )


def told_outcomes() -> Prefetch[str]:
    """What was said will happen with a winner, oldest first, as `told_outcomes` of its item."""
    return Prefetch("outcomes", Outcome.objects.order_by("recorded_at"), to_attr="told_outcomes")


def get_item(*, actor: Actor, plan_public_id: str) -> AgendaItem:
    return require_found(agenda_items(actor).filter(plan__public_id=plan_public_id).first())


def lock_item(*, actor: Actor, plan_public_id: str) -> AgendaItem:
    """An agenda item as it is once nobody else is changing it, held until the change is made."""
    item = get_item(actor=actor, plan_public_id=plan_public_id)
    AgendaItem.objects.select_for_update().get(pk=item.pk)
    # What was read before the wait may have changed during it.
    return get_item(actor=actor, plan_public_id=plan_public_id)


def has_final_outcome(item: AgendaItem) -> bool:
    return Outcome.objects.filter(item=item, result__in=FINAL_RESULTS).exists()


def next_meeting_for_papers(portal_id: int, *, now: datetime) -> Meeting | None:
    """The first meeting whose agenda is still open."""
    meetings = Meeting.objects.filter(portal_id=portal_id, papers_due_at__gt=now)
    return meetings.order_by("starts_at", "id").first()


def _with_items(actor: Actor) -> QuerySet[Meeting]:
    items = Prefetch("items", agenda_items(actor).order_by("position", "id"), to_attr="agenda")
    return Meeting.objects.filter(portal_id=actor.require_portal()).prefetch_related(items)
