"""Telling everyone who contributed to a plan what happened with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.events import publish
from backend.feedback import services as feedback
from backend.feedback.selectors import owed
from backend.feedback.services import ItsOwnAnswer
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
    """Queue the news for everybody who contributed, each in their own channel.

    What answers them keeps their promises as far as it reaches them, and not before.
    """
    announcement = Announcement.objects.select_for_update().get(pk=announcement_id)
    if announcement.told_at is not None:
        return
    plan = Plan.objects.select_related("portal").get(pk=announcement.plan_id)
    # Before the answer: a plan is closed by the last of its answers, and this one is given now.
    announcement.told_at = now
    announcement.save(update_fields=["told_at"])
    context = {"title": plan.title, "address": f"/plannen/{plan.public_id}/", **announcement.context}
    told = (_answer if announcement.is_answer else _tell_news)(plan, announcement, context, now)
    audit.record(actor=actor, action="proposals.people_told", target=plan, at=now, people=told)


def _answer(plan: Plan, announcement: Announcement, context: Mapping[str, Any], now: datetime) -> int:
    telling = ItsOwnAnswer(template=announcement.template, version=announcement.version, context=context)
    return feedback.answer_by_itself(subject_type=SUBJECT, subject_id=plan.pk, telling=telling, now=now)


def _tell_news(plan: Plan, announcement: Announcement, context: Mapping[str, Any], now: datetime) -> int:
    return notifications.notify(
        portal=plan.portal,
        people=owed.people_who_contributed(subject_type=SUBJECT, subject_id=plan.pk),
        notice=Notice(
            kind=Kind.PLANS,
            template=announcement.template,
            subject=f"plan:{plan.pk}",
            version=announcement.version,
            context=context,
        ),
        now=now,
    )


@transaction.atomic
def close_when_answered(*, plan_id: int, now: datetime) -> None:
    """A plan with a final outcome becomes decided once everybody was reached with it, or waived.

    Raises AnswersOwed while somebody is still owed an answer.
    """
    # Others are not waited for: their proposers may be changing them.
    plan = Plan.objects.select_for_update().filter(pk=plan_id, state=PlanState.ON_AGENDA).first()
    if plan is None:
        return
    if not Outcome.objects.filter(item__plan=plan, result__in=FINAL_RESULTS).exists():
        return
    if owed.is_anybody_owed(subject_type=SUBJECT, subject_id=plan.pk):
        raise AnswersOwed
    if Announcement.objects.filter(plan=plan, is_answer=True, told_at=None).exists():
        # Everybody was answered before, but not with the outcome: that is told in a moment.
        return
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.DECIDED, changed_at=now)
    pagecache.empty(plan.portal_id)
    publish(PlanDecided(municipality_id=plan.municipality_id, at=now, plan_id=plan.pk))
