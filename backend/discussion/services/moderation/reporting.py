"""Reporting a text that breaks a rule."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.locks import alone_with

from ... import permissions
from ...conduct import MOST_REPORTS, REPORTS_WITHIN, ConductRule, ReportOutcome
from ...errors import AlreadyReported, TooManyReports
from ...models import ModerationAction, Post, Report
from ...permissions import visible_posts
from ...states import PostState
from .recording import answer_reports


@transaction.atomic
def report(*, actor: Actor, post_public_id: str, rule: ConductRule, note: str, now: datetime) -> Report:
    """Tell moderators that a text breaks a rule. Once per person and text; the outcome comes as a message.

    Raises NotFound, NotAllowed for one's own text and for what is not public, AlreadyReported, or
    TooManyReports.
    """
    post = require_found(visible_posts(actor).filter(public_id=post_public_id).first())
    require(permissions.can_report(actor, post))
    if rule == ConductRule.FITS:
        raise InvalidInput(_("Choose the rule that this text breaks."), field="rule")
    _require_few(actor, post, now)
    try:
        with transaction.atomic():
            new = Report.objects.create(
                municipality_id=post.municipality_id,
                post=post,
                reporter_id=actor.require_person(),
                rule=rule,
                note=note.strip(),
                reported_at=now,
            )
    except IntegrityError as error:
        raise AlreadyReported from error
    audit.record(actor=actor, action="discussion.reported", target=new, at=now, rule=rule)
    return new


def _require_few(actor: Actor, post: Post, now: datetime) -> None:
    """Pass as long as this person reported few texts here. The same text again is no new report."""
    portal_id, person_id = actor.require_portal(), actor.require_person()
    # Of two reports of one person at the same moment, one is the first.
    alone_with([f"reports of {person_id} at {portal_id}"])
    recent = Report.objects.filter(
        reporter_id=person_id, post__thread__portal_id=portal_id, reported_at__gt=now - REPORTS_WITHIN
    )
    if recent.exclude(post=post).count() >= MOST_REPORTS:
        raise TooManyReports


@transaction.atomic
def clear_away_withdrawn(*, post_id: int, now: datetime) -> None:
    """A writer took a text back: whoever reported it hears so, and moderators no longer keep its words.

    Does nothing for a text that was moved, which its former subject hears of in the same way.
    """
    post = Post.objects.select_related("thread__portal").get(pk=post_id)
    if post.state != PostState.WITHDRAWN:
        return
    ModerationAction.objects.filter(post=post).update(text="")
    answer_reports(post, ReportOutcome.WITHDRAWN, portal=post.thread.portal, now=now)
