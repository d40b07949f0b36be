"""Closing a whole discussion, and opening it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from backend.core.actor import Actor
from backend.core.errors import require

from ... import permissions
from ...conduct import Act
from ...errors import SomebodyWasFirst
from ...models import ModerationAction, Post, Thread
from ...states import ThreadState
from ..threads import hold_thread
from .recording import Grounds, end, tell, write_down


@transaction.atomic
def close_discussion(
    *, actor: Actor, thread_public_id: str, grounds: Grounds, now: datetime
) -> ModerationAction:
    """Let nobody add to a discussion. Everybody can read it, and why; everybody who wrote in it can object.

    Raises NotFound, NotAllowed, InvalidInput, or SomebodyWasFirst when it is closed already.
    """
    thread = hold_thread(actor=actor, public_id=thread_public_id)
    require(permissions.can_act_on_thread(actor, thread))
    if thread.state != ThreadState.OPEN:
        raise SomebodyWasFirst
    action = write_down(
        actor=actor, act=Act.CLOSE, grounds=grounds, thread=thread, portal=thread.portal, now=now
    )
    _put_into(thread, ThreadState.CLOSED, because=action.reason)
    tell(action, _writers(thread), now=now)
    return action


@transaction.atomic
def reopen_discussion(
    *, actor: Actor, thread_public_id: str, grounds: Grounds, now: datetime
) -> ModerationAction:
    """Let people argue again where a moderator stopped it. What its subject closed stays closed."""
    thread = hold_thread(actor=actor, public_id=thread_public_id)
    require(permissions.can_act_on_thread(actor, thread))
    if not is_closed_by_moderator(thread):
        raise SomebodyWasFirst
    action = open_again(actor=actor, thread=thread, grounds=grounds, now=now)
    tell(action, _writers(thread), now=now)
    return action


def open_again(*, actor: Actor, thread: Thread, grounds: Grounds, now: datetime) -> ModerationAction:
    """Do it to a discussion that is held, and write it down. Tells nobody."""
    closings = ModerationAction.objects.filter(thread=thread, act=Act.CLOSE, ended_at=None)
    action = write_down(
        actor=actor,
        act=Act.REOPEN,
        grounds=grounds,
        thread=thread,
        portal=thread.portal,
        now=now,
        undoes=closings.order_by("-pk").first(),
    )
    end(closings, now=now)
    _put_into(thread, ThreadState.OPEN, because="")
    return action


def is_closed_by_moderator(thread: Thread) -> bool:
    """A moderator gives a reason for closing; a subject whose outcome is known gives none."""
    return thread.state == ThreadState.CLOSED and thread.closed_because != ""


def _put_into(thread: Thread, state: ThreadState, *, because: str) -> None:
    Thread.objects.filter(pk=thread.pk).update(state=state, closed_because=because, version=F("version") + 1)
    thread.state, thread.closed_because = state, because


def _writers(thread: Thread) -> list[int]:
    writers = Post.objects.filter(thread=thread, author__isnull=False).order_by("author_id")
    return list(writers.values_list("author_id", flat=True).distinct())
