"""What moderators do with one text."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require

from ... import permissions
from ...conduct import FROM, GIVES_BACK, INTO, Act, ReportOutcome
from ...errors import SomebodyWasFirst
from ...models import ModerationAction, Post, Report, Revision
from ...states import PostState
from ..threads import hold_post, next_version
from ..writing import count_reply, tell_of_reply
from .recording import Grounds, answer_reports, end, require_as_seen, tell, write_down


@transaction.atomic
def hide(*, actor: Actor, post_public_id: str, grounds: Grounds, now: datetime) -> ModerationAction:
    """Take a text out of sight. A trace stays, and its writer can object.

    Raises NotFound, NotAllowed, InvalidInput, or SomebodyWasFirst. So do the others here.
    """
    return _judge(Act.HIDE, actor=actor, post_public_id=post_public_id, grounds=grounds, now=now)


@transaction.atomic
def ask_to_rephrase(
    *, actor: Actor, post_public_id: str, grounds: Grounds, now: datetime
) -> ModerationAction:
    """Take a text out of sight until its writer wrote it in other words and a moderator read those."""
    return _judge(Act.REPHRASE, actor=actor, post_public_id=post_public_id, grounds=grounds, now=now)


@transaction.atomic
def release(*, actor: Actor, post_public_id: str, grounds: Grounds, now: datetime) -> ModerationAction:
    """Let everybody read a text that waited for a moderator."""
    return _judge(Act.RELEASE, actor=actor, post_public_id=post_public_id, grounds=grounds, now=now)


@transaction.atomic
def leave_as_it_is(*, actor: Actor, post_public_id: str, grounds: Grounds, now: datetime) -> ModerationAction:
    """Nothing is wrong with a text that was reported. Its writer hears nothing, because nothing changed."""
    return _judge(Act.LEAVE, actor=actor, post_public_id=post_public_id, grounds=grounds, now=now)


@transaction.atomic
def restore(*, actor: Actor, post_public_id: str, grounds: Grounds, now: datetime) -> ModerationAction:
    """Show a hidden text again."""
    return _judge(Act.RESTORE, actor=actor, post_public_id=post_public_id, grounds=grounds, now=now)


@transaction.atomic
def forget_before(*, actor: Actor, post_public_id: str, grounds: Grounds, now: datetime) -> ModerationAction:
    """Remove for good what a text said before it was edited, as when its writer took out an address.

    The text itself stays as it is, and so do reports of it. The words are not kept with the act either.
    """
    post = hold_post(actor=actor, public_id=post_public_id)
    require(permissions.can_act_on_post(actor, post))
    require_as_seen(post, grounds)
    removed, _rows = Revision.objects.filter(post=post).delete()
    if post.state not in FROM[Act.FORGET] or not removed:
        raise SomebodyWasFirst
    action = write_down(
        actor=actor,
        act=Act.FORGET,
        grounds=grounds,
        thread=post.thread,
        portal=post.thread.portal,
        now=now,
        person_id=post.author_id,
        post=post,
    )
    if post.author_id is not None:
        tell(action, [post.author_id], now=now)
    return action


def _judge(
    act: Act, *, actor: Actor, post_public_id: str, grounds: Grounds, now: datetime
) -> ModerationAction:
    post = hold_post(actor=actor, public_id=post_public_id)
    require(permissions.can_act_on_post(actor, post))
    require_as_seen(post, grounds)
    if post.state not in FROM[act]:
        raise SomebodyWasFirst
    if act == Act.RESTORE and not post.text:
        raise InvalidInput(_("Whoever wrote this has left. There is nothing to show any more."))
    if act == Act.LEAVE and not Report.objects.filter(post=post, outcome="").exists():
        raise SomebodyWasFirst
    action = apply(act, actor=actor, post=post, grounds=grounds, now=now)
    if act != Act.LEAVE and post.author_id is not None:
        tell(action, [post.author_id], now=now)
    return action


def apply(act: Act, *, actor: Actor, post: Post, grounds: Grounds, now: datetime) -> ModerationAction:
    """Do it to a text that is held, write it down and answer the reports. Tells the writer nothing."""
    undone = ModerationAction.objects.filter(post=post, act__in=[Act.HIDE, Act.REPHRASE], ended_at=None)
    action = write_down(
        actor=actor,
        act=act,
        grounds=grounds,
        thread=post.thread,
        portal=post.thread.portal,
        now=now,
        person_id=post.author_id,
        post=post,
        text=post.text if act in GIVES_BACK else "",
        undoes=undone.order_by("-pk").first() if act == Act.RESTORE else None,
    )
    if act == Act.RESTORE:
        end(undone, now=now)
    if post.state != INTO[act]:
        put_into(post, INTO[act], now=now)
    outcome = ReportOutcome.ACTED if act in GIVES_BACK else ReportOutcome.LEFT
    answer_reports(post, outcome, portal=post.thread.portal, now=now)
    return action


def put_into(post: Post, state: PostState, *, now: datetime) -> None:
    """Give a text another state, in sight of open pages. What nobody could read leaves no trace."""
    was_shown, is_new = post.state == PostState.SHOWN, post.version == 0
    post.state, post.held_because = state, ""
    if state != PostState.SHOWN:
        post.pinned_at = post.pinned_by = None
    if state == PostState.SHOWN or not is_new:
        post.version = next_version(post.thread_id)
    if state == PostState.SHOWN:
        post.text_version = post.version
    post.save(update_fields=["state", "held_because", "version", "text_version", "pinned_at", "pinned_by"])
    if post.parent_id is not None and was_shown != (state == PostState.SHOWN):
        count_reply(post.parent_id, -1 if was_shown else 1, version=post.version)
    if state == PostState.SHOWN and is_new:
        tell_of_reply(post, now)
