"""Reminding those who owe something for a winning plan: once, before it is late or as soon as it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.walltime import on_wall
from backend.identity.selectors.roles import people_with_role
from backend.identity.states import Role
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from ..models import AgendaItem, Outcome
from ..states import PlanState, Result

# Our defaults: before the date the context is owed, and after the meeting or the promised next news.
CONTEXT_REMINDER = timedelta(days=3)
OUTCOME_REMINDER = timedelta(days=1)


def items_without_context(now: datetime) -> list[int]:
    """Winners whose context is owed within three days and was not given, and nobody was reminded of."""
    soon = on_wall(now + CONTEXT_REMINDER).date()
    items = AgendaItem.objects.all_municipalities().filter(
        plan__state=PlanState.ON_AGENDA, context_at=None, context_reminded_at=None, context_due_on__lte=soon
    )
    return list(items.values_list("pk", flat=True))


def items_without_outcome(now: datetime) -> list[int]:
    """Winners whose meeting is over without an outcome, or whose promised news did not come."""
    latest = Outcome.objects.all_municipalities().filter(item=OuterRef("pk")).order_by("-recorded_at", "-pk")
    items = (
        AgendaItem.objects.all_municipalities()
        .filter(plan__state=PlanState.ON_AGENDA, outcome_reminded_at=None)
        .annotate(
            result=Subquery(latest.values("result")[:1]), news_on=Subquery(latest.values("next_on")[:1])
        )
    )
    no_outcome = Q(result=None, meeting__starts_at__lte=now - OUTCOME_REMINDER)
    no_news = Q(result=Result.MORE_TIME, news_on__lt=on_wall(now).date())
    return list(items.filter(no_outcome | no_news).values_list("pk", flat=True))


@transaction.atomic
def remind_of_context(*, actor: Actor, item_id: int, now: datetime) -> None:
    """Ask the officials of the portal for the context that is owed."""
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("plan__portal").get(pk=item_id)
    if item.context_reminded_at is not None or item.context_at is not None:
        return
    item.context_reminded_at = now
    item.save(update_fields=["context_reminded_at"])
    _remind(actor, item, [Role.OFFICIAL], "context_reminder", "context", now)


@transaction.atomic
def remind_of_outcome(*, actor: Actor, item_id: int, now: datetime) -> None:
    """Ask the councillors and the clerk for the outcome that everyone waits for."""
    item = AgendaItem.objects.select_for_update(of=("self",)).select_related("plan__portal").get(pk=item_id)
    if item.outcome_reminded_at is not None:
        return
    item.outcome_reminded_at = now
    item.save(update_fields=["outcome_reminded_at"])
    _remind(actor, item, [Role.COUNCILLOR, Role.CLERK], "outcome_reminder", "uitkomst", now)


def _remind(
    actor: Actor, item: AgendaItem, roles: list[Role], template: str, page: str, now: datetime
) -> None:
    people = {person for role in roles for person in people_with_role(role, item.plan.portal, now=now)}
    notice = Notice(
        kind=Kind.WORK,
        template=template,
        subject=f"plan:{item.plan_id}",
        version=now.isoformat(),
        context={"title": item.plan.title, "address": f"/werk/{item.plan.public_id}/{page}/"},
    )
    notifications.notify(portal=item.plan.portal, people=sorted(people), notice=notice, now=now)
    audit.record(actor=actor, action=f"proposals.{template}_sent", target=item, at=now)
