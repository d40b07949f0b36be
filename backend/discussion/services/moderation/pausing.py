"""Pausing somebody: for some days they cannot write at a portal."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.events import publish

from ... import permissions
from ...conduct import FROM, Act, PauseDays
from ...errors import AlreadyPaused, SomebodyWasFirst, WritingPaused
from ...events import PersonPaused
from ...models import ModerationAction
from ...permissions import visible_actions
from ...selectors.moderation.actions import find_pause
from ..threads import hold_post
from .recording import Grounds, end, require_as_seen, tell, write_down


def require_not_paused(*, actor: Actor, now: datetime) -> None:
    """Pass, or WritingPaused with until when. For everything that puts a text before others."""
    pause = find_pause(actor, now=now)
    if pause is not None and pause.until is not None:
        raise WritingPaused(pause.until)


@transaction.atomic
def pause_writer(
    *, actor: Actor, post_public_id: str, days: PauseDays, grounds: Grounds, now: datetime
) -> ModerationAction:
    """Let the writer of a text write nothing at this portal for some days. They can read, vote and report.

    The text itself is judged apart. Raises NotFound, NotAllowed, InvalidInput, AlreadyPaused or
    SomebodyWasFirst.
    """
    post = hold_post(actor=actor, public_id=post_public_id)
    require(permissions.can_act_on_post(actor, post))
    require_as_seen(post, grounds)
    if post.state not in FROM[Act.PAUSE]:
        raise SomebodyWasFirst
    if post.author_id is None:
        raise InvalidInput(_("Whoever wrote this is not here any more. Nobody can be paused."))
    pauses = ModerationAction.objects.filter(
        portal=post.thread.portal, person=post.author_id, act=Act.PAUSE, ended_at=None
    )
    # A pause that is over stands in the way of no other.
    pauses.filter(until__lte=now).update(ended_at=F("until"))
    try:
        with transaction.atomic():
            action = write_down(
                actor=actor,
                act=Act.PAUSE,
                grounds=grounds,
                thread=post.thread,
                portal=post.thread.portal,
                now=now,
                person_id=post.author_id,
                post=post,
                text=post.text,
                until=now + timedelta(days=days),
            )
    except IntegrityError as error:
        raise AlreadyPaused from error
    publish(
        PersonPaused(
            municipality_id=action.municipality_id,
            at=now,
            person_id=post.author_id,
            portal_id=action.portal_id,
        )
    )
    tell(action, [post.author_id], now=now)
    return action


@transaction.atomic
def end_pause(*, actor: Actor, action_public_id: str, grounds: Grounds, now: datetime) -> ModerationAction:
    """Let somebody write again before their pause is over. Raises SomebodyWasFirst when it is over."""
    pause = hold_action(visible_actions(actor).filter(public_id=action_public_id, act=Act.PAUSE).first())
    require(permissions.can_end_pause(actor, pause))
    if not stands(pause, now=now):
        raise SomebodyWasFirst
    action = let_write(actor=actor, pause=pause, grounds=grounds, now=now)
    if pause.person_id is not None:
        tell(action, [pause.person_id], now=now)
    return action


def let_write(*, actor: Actor, pause: ModerationAction, grounds: Grounds, now: datetime) -> ModerationAction:
    """End a pause that is held, and write it down. Tells nobody."""
    action = write_down(
        actor=actor,
        act=Act.END_PAUSE,
        grounds=grounds,
        thread=pause.thread,
        portal=pause.portal,
        now=now,
        person_id=pause.person_id,
        undoes=pause,
    )
    end(ModerationAction.objects.filter(pk=pause.pk), now=now)
    return action


def stands(pause: ModerationAction, *, now: datetime) -> bool:
    return pause.ended_at is None and pause.until is not None and pause.until > now


def hold_action(found: ModerationAction | None) -> ModerationAction:
    """An act, held until the transaction ends."""
    rows = ModerationAction.objects.select_for_update(of=("self",)).select_related("portal", "thread")
    return rows.get(pk=require_found(found).pk)
