"""Telling everyone who contributed to a plan what happened with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.events import publish
from backend.feedback import selectors as owed
from backend.feedback import services as feedback
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from ..errors import AnswersOwed
from ..events import PlanDecided
from ..models import Announcement, Outcome, Plan
from ..states import FINAL_RESULTS, PlanState

SUBJECT = "proposals.plan"
BATCH = 1_000


def announce(
    *,
    plan: Plan,
    template: str,
    now: datetime,
    version: str = "",
    context: Mapping[str, str | int] | None = None,
    is_answer: bool = False,
) -> None:
    """Owe everybody who contributed to a plan this news. It is due from the moment this commits."""
    Announcement.objects.create(
        municipality_id=plan.municipality_id,
        plan=plan,
        template=template,
        version=version,
        context=dict(context or {}),
        is_answer=is_answer,
        made_at=now,
    )


def announce_to_many(
    *, plans: QuerySet[Plan], template: str, now: datetime, context: Mapping[str, str | int], is_answer: bool
) -> None:
    """Owe the same news to everybody who contributed to any of these plans, in a few statements."""
    rows = plans.order_by("pk").values_list("pk", "municipality_id").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        Announcement.objects.bulk_create(
            Announcement(
                municipality_id=municipality_id,
                plan_id=plan_id,
                template=template,
                context=dict(context),
                is_answer=is_answer,
                made_at=now,
            )
            for plan_id, municipality_id in batch
        )


@transaction.atomic
def tell(*, actor: Actor, announcement_id: int, now: datetime) -> None:
    """Queue the news for everybody who is owed it, each in their own channel, and keep the promises.

    A plan whose outcome this tells is closed with it: not before, and not while anybody is still owed.
    """
    announcement = Announcement.objects.select_for_update().get(pk=announcement_id)
    if announcement.told_at is not None:
        return
    plan = Plan.objects.select_related("portal").get(pk=announcement.plan_id)
    told = notifications.notify(
        portal=plan.portal,
        people=owed.people_owed(subject_type=SUBJECT, subject_id=plan.pk),
        notice=Notice(
            kind=Kind.ANSWERS if announcement.is_answer else Kind.PLANS,
            template=announcement.template,
            subject=f"plan:{plan.pk}",
            version=announcement.version,
            context={"title": plan.title, "address": f"/plannen/{plan.public_id}/", **announcement.context},
        ),
        now=now,
    )
    announcement.told_at = now
    announcement.save(update_fields=["told_at"])
    if announcement.is_answer:
        feedback.keep_promises(subject_type=SUBJECT, subject_id=plan.pk, now=now)
        close_when_answered(plan=plan, now=now)
    audit.record(actor=actor, action="proposals.people_told", target=plan, at=now, people=told)


def close_when_answered(*, plan: Plan, now: datetime) -> None:
    """A plan with a final outcome becomes decided once nobody is owed an answer any more.

    Raises AnswersOwed while somebody is.
    """
    if plan.state != PlanState.ON_AGENDA:
        return
    if not Outcome.objects.filter(item__plan=plan, result__in=FINAL_RESULTS).exists():
        return
    if owed.count_open(subject_type=SUBJECT, subject_id=plan.pk):
        raise AnswersOwed
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.DECIDED, changed_at=now)
    pagecache.empty(plan.portal_id)
    publish(PlanDecided(municipality_id=plan.municipality_id, at=now, plan_id=plan.pk))
