"""Moving a text to the other side or to another discussion, with its replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.events import publish

from ... import permissions
from ...conduct import FROM, Act, ReportOutcome
from ...errors import SomebodyWasFirst
from ...events import PostPlaced, PostWithdrawn
from ...models import ModerationAction, Post, Thread
from ...permissions import visible_posts, visible_threads
from ...states import PostKind, PostState, Side
from ..threads import next_version
from .recording import (
    Grounds,
    answer_reports,
    hold_threads,
    require_as_seen,
    tell,
    write_down,
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a text goes: to a side, to the discussion at an address of this portal, or both."""

    side: Side | None = None
    address: str = ""


@transaction.atomic
def move(
    *, actor: Actor, post_public_id: str, place: Place, grounds: Grounds, now: datetime
) -> ModerationAction:
    """Put a text where it belongs. Replies and marks go along, and so does the answer its writer is owed.

    Raises NotFound, NotAllowed, InvalidInput, or SomebodyWasFirst.
    """
    found = require_found(
        visible_posts(actor).select_related("thread").filter(public_id=post_public_id).first()
    )
    target = _target(actor, found.thread, place.address)
    threads = hold_threads([found.thread_id, target.pk])
    post = Post.objects.get(pk=found.pk)
    if post.thread_id not in threads:
        raise SomebodyWasFirst
    post.thread, target = threads[post.thread_id], threads[target.pk]
    require(permissions.can_act_on_post(actor, post) and permissions.can_act_on_thread(actor, target))
    require_as_seen(post, grounds)
    if post.state not in FROM[Act.MOVE]:
        raise SomebodyWasFirst
    side = _side(post, place)
    if (target.pk, side) == (post.thread_id, post.side):
        raise InvalidInput(_("It stands there already. Choose another place."), field="side")
    action = write_down(
        actor=actor,
        act=Act.MOVE,
        grounds=grounds,
        thread=target,
        portal=target.portal,
        now=now,
        person_id=post.author_id,
        post=post,
        text=post.text,
        from_thread=post.thread,
        from_side=post.side,
        from_version=leave(post, target),
    )
    put(post, target, side, now=now)
    answer_reports(post, ReportOutcome.ACTED, portal=target.portal, now=now)
    if post.author_id is not None:
        tell(action, [post.author_id], now=now)
    return action


def leave(post: Post, target: Thread) -> int | None:
    """The version at which a discussion loses a text to another, from which its open pages show it no more.
    None when it stays there."""
    return next_version(post.thread_id) if post.thread_id != target.pk else None


def put(post: Post, target: Thread, side: Side, *, now: datetime) -> None:
    """Give a text and its replies their place. Both discussions are held by whoever calls this, and the text
    was let go with `leave`."""
    source_id = post.thread_id
    moved = Post.objects.filter(pk=post.pk) | Post.objects.filter(parent_id=post.pk)
    writers = list(moved.order_by("pk").values_list("pk", "author_id", "state"))
    version = next_version(target.pk)
    together = Post.objects.filter(pk__in=[pk for pk, _author, _state in writers])
    together.update(thread=target)
    # What nobody could read yet stays so: its version is zero.
    together.filter(version__gt=0).update(version=version, text_version=version)
    Post.objects.filter(pk=post.pk).update(side=side)
    if source_id != target.pk:
        # A councillor pinned it there, and not here.
        Post.objects.filter(pk=post.pk).update(pinned_at=None, pinned_by=None)
        _tell_subjects(source_id, target, writers, now)
    pagecache.empty(target.portal_id)


def _tell_subjects(
    source_id: int, target: Thread, writers: Sequence[tuple[int, int | None, str]], now: datetime
) -> None:
    """For the two subjects it is as if each writer took the text back here and placed it there."""
    for post_id, person_id, state in writers:
        if person_id is None or state == PostState.WITHDRAWN:
            continue
        left = Post.objects.filter(thread_id=source_id, author_id=person_id)
        is_last = not left.exclude(state=PostState.WITHDRAWN).exists()
        publish(
            PostWithdrawn(
                municipality_id=target.municipality_id,
                at=now,
                thread_id=source_id,
                post_id=post_id,
                person_id=person_id,
                is_last=is_last,
            )
        )
        publish(
            PostPlaced(
                municipality_id=target.municipality_id,
                at=now,
                thread_id=target.pk,
                post_id=post_id,
                person_id=person_id,
            )
        )


def _target(actor: Actor, thread: Thread, address: str) -> Thread:
    if not address.strip():
        return thread
    found = visible_threads(actor).filter(address=address.strip()).first()
    if found is None:
        raise InvalidInput(
            _("There is no discussion at that address. Copy it from the page of the other subject."),
            field="address",
        )
    return found


def _side(post: Post, place: Place) -> Side:
    if post.kind == PostKind.REPLY:
        raise InvalidInput(_("A reply goes along with its argument. Move the argument."))
    if place.side is None or post.kind != PostKind.ARGUMENT:
        return Side(post.side)
    return place.side
