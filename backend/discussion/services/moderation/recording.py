"""What every act of a moderator shares: holding what it is about, writing it down, and telling people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput
from backend.core.walltime import on_wall
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind
from backend.places.models import Portal

from ...conduct import GIVES_BACK, TIME_TO_OBJECT, Act, ConductRule, ReportOutcome
from ...errors import SomebodyWasFirst
from ...models import ModerationAction, Post, Report, Thread
from ...selectors.moderation.items import seen_of


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """By which rule a moderator acts and why. `seen` is what they had before them, from `seen_of`."""

    rule: ConductRule = ConductRule.FITS
    reason: str
    seen: str = ""


def hold_threads(thread_ids: Iterable[int]) -> dict[int, Thread]:
    """Several discussions, held until the transaction ends. Always in the same order."""
    rows = Thread.objects.filter(pk__in=set(thread_ids)).select_for_update(of=("self",))
    return {thread.pk: thread for thread in rows.select_related("portal").order_by("pk")}


def require_as_seen(post: Post, grounds: Grounds) -> None:
    """Of two moderators with the same text before them only the first acts on it."""
    if grounds.seen != seen_of(post):
        raise SomebodyWasFirst


def write_down(
    *,
    actor: Actor,
    act: Act,
    grounds: Grounds,
    thread: Thread | None,
    portal: Portal,
    now: datetime,
    **about: Any,
) -> ModerationAction:
    """Keep what a moderator did, with rule and reason, and put it on record."""
    reason = grounds.reason.strip()
    if not reason:
        raise InvalidInput(_("Write down why. The person reads it."), field="reason")
    action = ModerationAction.objects.create(
        municipality_id=portal.municipality_id,
        portal=portal,
        act=act,
        rule=grounds.rule,
        reason=reason,
        moderator_id=actor.require_person(),
        thread=thread,
        acted_at=now,
        **about,
    )
    audit.record(actor=actor, action=f"discussion.{act}", target=action, at=now, rule=grounds.rule)
    pagecache.empty(portal.pk)
    return action


def end(actions: QuerySet[ModerationAction], *, now: datetime) -> None:
    """From now on these hold no more."""
    actions.filter(ended_at=None).update(ended_at=now)


def tell(action: ModerationAction, people: Iterable[int], *, now: datetime) -> None:
    """Say what was done, why, and until when one can object. What takes something away reaches everybody."""
    takes_something = action.act in GIVES_BACK and action.undoes_id is None
    until = on_wall(action.until) if action.until is not None else None
    notice = Notice(
        kind=Kind.DISCUSSION,
        template="moderated",
        subject=f"moderation:{action.pk}",
        context={
            "act": action.act,
            "rule": action.rule,
            "reason": action.reason,
            "title": action.thread.title if action.thread is not None else "",
            "until_day": until.date().isoformat() if until is not None else "",
            "until_time": f"{until:%H:%M}" if until is not None else "",
            "object_before": on_wall(now + TIME_TO_OBJECT).date().isoformat() if takes_something else "",
            "address": f"/mijn/modereren/{action.public_id}/",
        },
    )
    notifications.notify(
        portal=action.portal, people=people, notice=notice, now=now, must_reach=takes_something
    )


def answer_reports(post: Post, outcome: ReportOutcome, *, portal: Portal, now: datetime) -> None:
    """Everybody whose report of a text is still open hears what came of it."""
    waiting = Report.objects.filter(post=post, outcome="").select_for_update(of=("self",)).order_by("pk")
    reports = list(waiting.values_list("pk", "reporter_id"))
    if not reports:
        return
    Report.objects.filter(pk__in=[pk for pk, _reporter in reports]).update(outcome=outcome, answered_at=now)
    notice = Notice(
        kind=Kind.DISCUSSION,
        template="report_answered",
        subject=f"post:{post.pk}",
        version=now.isoformat(),
        context={"outcome": outcome, "title": post.thread.title, "address": post.thread.address},
    )
    people = sorted(reporter for _pk, reporter in reports if reporter is not None)
    notifications.notify(portal=portal, people=people, notice=notice, now=now)
