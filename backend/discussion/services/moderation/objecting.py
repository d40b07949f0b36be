"""Objecting to what a moderator did, and a second moderator who decides about it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.identity.selectors.roles import people_with_role
from backend.identity.states import Role
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from ... import permissions
from ...conduct import TIME_TO_OBJECT, Act, ObjectionOutcome
from ...errors import AlreadyObjected, SomebodyWasFirst, TooLateToObject
from ...models import ModerationAction, Objection, Post
from ...permissions import own_actions, visible_objections
from ...states import HeldBecause, PostState, Side, ThreadState
from ..threads import hold_post, hold_thread
from .closing import is_closed_by_moderator, open_again
from .moving import leave, put
from .pausing import hold_action, let_write, stands
from .recording import Grounds, end, hold_threads, write_down
from .texts import apply


@transaction.atomic
def object_to(*, actor: Actor, action_public_id: str, text: str, now: datetime) -> Objection:
    """Say why a moderator was wrong. Another moderator decides about it.

    Once per act and person, within six weeks. Raises NotFound, NotAllowed, InvalidInput, TooLateToObject or
    AlreadyObjected.
    """
    rows = own_actions(actor).select_related("portal", "thread")
    action = require_found(rows.filter(public_id=action_public_id).first())
    require(permissions.can_object(actor, action))
    if now > action.acted_at + TIME_TO_OBJECT:
        raise TooLateToObject
    if not text.strip():
        raise InvalidInput(_("Write why you do not agree."), field="text")
    try:
        with transaction.atomic():
            objection = Objection.objects.create(
                municipality_id=action.municipality_id,
                action=action,
                person_id=actor.require_person(),
                text=text.strip(),
                made_at=now,
                acted_by_id=action.moderator_id,
            )
    except IntegrityError as error:
        raise AlreadyObjected from error
    audit.record(actor=actor, action="discussion.objected", target=objection, at=now)
    moderators = people_with_role(Role.MODERATOR, action.portal, now=now)
    notice = Notice(
        kind=Kind.WORK,
        template="objection_made",
        subject=f"objection:{objection.pk}",
        context={"address": f"/werk/modereren/bezwaar/{objection.pk}/", "title": _title(action)},
    )
    others = sorted(set(moderators) - {action.moderator_id, actor.person_id})
    notifications.notify(portal=action.portal, people=others, notice=notice, now=now)
    return objection


@transaction.atomic
def decide_objection(
    *, actor: Actor, objection_id: int, outcome: ObjectionOutcome, reason: str, now: datetime
) -> Objection:
    """Decide as second moderator. A granted objection undoes what the first one did, at once.

    Others who objected to the same act get the same answer when it is granted. Raises NotFound, NotAllowed,
    InvalidInput, or SomebodyWasFirst when it was decided already.
    """
    found = require_found(visible_objections(actor).filter(pk=objection_id).first())
    together = list(
        Objection.objects.select_for_update(of=("self",))
        .filter(action=found.action_id)
        .select_related("action__post", "action__thread", "action__portal")
        .order_by("pk")
    )
    objection = next(one for one in together if one.pk == found.pk)
    require(permissions.can_hear(actor, objection))
    if objection.decided_at is not None:
        raise SomebodyWasFirst
    if not reason.strip():
        raise InvalidInput(_("Write down why. The person reads it."), field="reason")
    decided = [objection]
    if outcome == ObjectionOutcome.GRANTED:
        others = [one for one in together if one.decided_at is None and one.pk != objection.pk]
        # Who objected too, but is the one who decides, cannot decide about their own.
        decided += [one for one in others if one.person_id != actor.person_id]
        _undo(actor, objection.action, Grounds(reason=reason), now)
    for one in decided:
        _write_outcome(actor, one, outcome, reason.strip(), now)
    pagecache.empty(objection.action.portal_id)
    return objection


def _write_outcome(
    actor: Actor, objection: Objection, outcome: ObjectionOutcome, reason: str, now: datetime
) -> None:
    objection.outcome, objection.reason = outcome, reason
    objection.decided_by_id, objection.decided_at = actor.require_person(), now
    objection.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    audit.record(actor=actor, action=f"discussion.objection_{outcome}", target=objection, at=now)
    action = objection.action
    notice = Notice(
        kind=Kind.DISCUSSION,
        template="objection_decided",
        subject=f"objection:{objection.pk}",
        context={
            "outcome": outcome,
            "reason": reason,
            "title": _title(action),
            "address": f"/mijn/modereren/{action.public_id}/",
        },
    )
    people = [objection.person_id] if objection.person_id is not None else []
    notifications.notify(portal=action.portal, people=people, notice=notice, now=now, must_reach=True)


def _undo(actor: Actor, action: ModerationAction, grounds: Grounds, now: datetime) -> None:
    """Give back what an act took, as far as it still holds."""
    if action.act == Act.PAUSE:
        pause = hold_action(action)
        if stands(pause, now=now):
            let_write(actor=actor, pause=pause, grounds=grounds, now=now)
        return
    if action.act == Act.CLOSE:
        thread = hold_thread(actor=actor, public_id=require_found(action.thread).public_id)
        if is_closed_by_moderator(thread):
            open_again(actor=actor, thread=thread, grounds=grounds, now=now)
        return
    if action.post is None:
        return
    if action.act == Act.MOVE:
        _move_back(actor, action, grounds, now)
    else:
        _show_again(actor, action, grounds, now)


def _show_again(actor: Actor, action: ModerationAction, grounds: Grounds, now: datetime) -> None:
    post = hold_post(actor=actor, public_id=require_found(action.post).public_id)
    action.refresh_from_db(fields=["ended_at"])
    # Written in other words and waiting again: the words it has now are the ones that are shown. What waits
    # for another reason keeps waiting.
    is_rephrased = post.state == PostState.HELD and post.held_because == HeldBecause.REPHRASED
    waits = action.act == Act.REPHRASE and is_rephrased
    hidden = action.ended_at is None and post.state == PostState.HIDDEN
    if hidden or waits:
        apply(Act.RESTORE, actor=actor, post=post, grounds=grounds, now=now)


def _move_back(actor: Actor, action: ModerationAction, grounds: Grounds, now: datetime) -> None:
    """To the place it came from, unless it was moved on since or that place is not there any more."""
    came_from = action.from_thread_id
    post = require_found(action.post)
    if came_from is None:
        return
    threads = hold_threads([came_from, post.thread_id])
    post = Post.objects.get(pk=post.pk)
    action.refresh_from_db(fields=["ended_at"])
    moved_on = ModerationAction.objects.filter(
        post=post, act__in=[Act.MOVE, Act.MOVE_BACK], pk__gt=action.pk
    ).exists()
    is_gone = came_from not in threads or threads[came_from].state == ThreadState.HIDDEN
    if action.ended_at is not None or moved_on or is_gone or post.thread_id not in threads:
        return
    write_down(
        actor=actor,
        act=Act.MOVE_BACK,
        grounds=grounds,
        thread=threads[came_from],
        portal=action.portal,
        now=now,
        person_id=post.author_id,
        post=post,
        from_thread=threads[post.thread_id],
        from_side=post.side,
        from_version=leave(post, threads[came_from]),
        undoes=action,
    )
    end(ModerationAction.objects.filter(pk=action.pk), now=now)
    put(post, threads[came_from], Side(action.from_side), now=now)


def _title(action: ModerationAction) -> str:
    return action.thread.title if action.thread is not None else ""
