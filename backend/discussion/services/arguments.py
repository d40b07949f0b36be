"""What residents do in a discussion: argue, reply, change or withdraw their own words, and be convinced."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require
from backend.core.events import publish

from .. import permissions
from ..errors import TextGone, TooLateToEdit
from ..events import PostWithdrawn
from ..models import Convinced, Post, Revision
from ..rules import can_still_edit
from ..states import PostKind, PostState, Side
from .holding import reason_to_hold
from .moderation.pausing import require_not_paused
from .threads import hold_post, hold_thread, next_version, require_open
from .writing import count_reply, fitting, place


@transaction.atomic
def place_argument(*, actor: Actor, thread_public_id: str, side: str, text: str, now: datetime) -> Post:
    """Give an argument for or against. It may wait for a moderator first: its state says so.

    Raises NotFound, NotAllowed, DiscussionClosed, NameNeeded or InvalidInput.
    """
    if side not in {Side.FOR, Side.AGAINST}:
        raise InvalidInput(InvalidInput.default_message)
    thread = hold_thread(actor=actor, public_id=thread_public_id)
    return place(actor=actor, thread=thread, kind=PostKind.ARGUMENT, side=Side(side), text=text, now=now)


@transaction.atomic
def reply(*, actor: Actor, post_public_id: str, text: str, now: datetime) -> Post:
    """Answer an argument, or what a councillor asked or takes along. Its writer is told.

    Raises NotFound, NotAllowed for a reply to a reply, TextGone, DiscussionClosed or InvalidInput.
    """
    post = hold_post(actor=actor, public_id=post_public_id)
    require_open(actor, post.thread)
    _require_there(post, {PostState.SHOWN})
    require(permissions.can_reply(actor, post))
    return place(actor=actor, thread=post.thread, kind=PostKind.REPLY, parent=post, text=text, now=now)


@transaction.atomic
def edit_text(*, actor: Actor, post_public_id: str, text: str, now: datetime) -> Post:
    """Change one's own words, for half an hour. What they were stays for everybody to read.

    Raises NotFound, NotAllowed, DiscussionClosed, WritingPaused, TextGone, TooLateToEdit or InvalidInput.
    """
    post = hold_post(actor=actor, public_id=post_public_id)
    require(permissions.is_author(actor, post))
    require_open(actor, post.thread)
    _require_there(post, {PostState.SHOWN, PostState.HELD})
    require(permissions.can_edit(actor, post))
    require_not_paused(actor=actor, now=now)
    if not can_still_edit(post.placed_at, now=now):
        raise TooLateToEdit
    said, before = fitting(text), post.text
    if said == before:
        return post
    was_public = post.state == PostState.SHOWN
    post.text, post.edited_at = said, now
    if was_public:
        # What nobody could read yet is nobody's history.
        Revision.objects.create(municipality_id=post.municipality_id, post=post, text=before, replaced_at=now)
        _stamp_edit(post, reason_to_hold(actor=actor, thread=post.thread, text=said, now=now, besides=post))
    post.save(update_fields=["text", "edited_at", "state", "held_because", "version", "text_version"])
    audit.record(actor=actor, action="discussion.text_edited", target=post, at=now)
    pagecache.empty(post.thread.portal_id)
    return post


def _stamp_edit(post: Post, because: str | None) -> None:
    post.version = post.text_version = next_version(post.thread_id)
    if because:
        post.state, post.held_because = PostState.HELD, because
        if post.parent_id is not None:
            count_reply(post.parent_id, -1, version=post.version)


@transaction.atomic
def withdraw_text(*, actor: Actor, post_public_id: str, now: datetime) -> None:
    """Take one's own words back, with all they were before. That something stood there stays, and so do
    the replies of others. It cannot be undone; a second time changes nothing."""
    post = hold_post(actor=actor, public_id=post_public_id)
    require(permissions.is_author(actor, post))
    if post.state == PostState.WITHDRAWN:
        return
    require(permissions.can_withdraw(actor, post))
    if post.version:
        post.version = next_version(post.thread_id)
    if post.state == PostState.SHOWN and post.parent_id is not None:
        count_reply(post.parent_id, -1, version=post.version)
    _empty(post)
    publish(
        PostWithdrawn(
            municipality_id=post.municipality_id,
            at=now,
            thread_id=post.thread_id,
            post_id=post.pk,
            person_id=post.author_id,
            is_last=not _has_more(post),
        )
    )
    audit.record(actor=actor, action="discussion.text_withdrawn", target=post, at=now)
    pagecache.empty(post.thread.portal_id)


def _empty(post: Post) -> None:
    """Leave of a text that it was there: neither its words nor who found them convincing."""
    Revision.objects.filter(post=post).delete()
    Convinced.objects.filter(post=post).delete()
    post.state, post.text, post.held_because = PostState.WITHDRAWN, "", ""
    post.convincing_count = post.convincing_elsewhere = 0
    post.pinned_at = post.pinned_by = None
    post.save()


@transaction.atomic
def mark_convincing(*, actor: Actor, post_public_id: str, now: datetime) -> Post:
    """Say that somebody else's argument convinces. A second time changes nothing.

    Raises NotFound, NotAllowed for one's own, TextGone or DiscussionClosed.
    """
    post = _hold_argument(actor, post_public_id)
    _mark, is_new = Convinced.objects.get_or_create(
        post=post,
        person_id=actor.require_person(),
        defaults={"municipality_id": post.municipality_id, "marked_at": now},
    )
    return _count(actor, post, 1, "discussion.convincing_marked", now) if is_new else post


@transaction.atomic
def unmark_convincing(*, actor: Actor, post_public_id: str, now: datetime) -> Post:
    """Take that back. Without a mark nothing changes."""
    post = _hold_argument(actor, post_public_id)
    gone, _rows = Convinced.objects.filter(post=post, person_id=actor.require_person()).delete()
    return _count(actor, post, -1, "discussion.convincing_unmarked", now) if gone else post


def _hold_argument(actor: Actor, post_public_id: str) -> Post:
    post = hold_post(actor=actor, public_id=post_public_id)
    require_open(actor, post.thread)
    _require_there(post, {PostState.SHOWN})
    require(permissions.can_be_convinced(actor, post))
    return post


def _count(actor: Actor, post: Post, number: int, action: str, now: datetime) -> Post:
    version = next_version(post.thread_id)
    Post.objects.filter(pk=post.pk).update(convincing_count=F("convincing_count") + number, version=version)
    # The record proves that somebody acted, never which argument convinced them.
    at = now.replace(second=0, microsecond=0)
    audit.record(actor=actor, action=action, target=post.thread, at=at)
    pagecache.empty(post.thread.portal_id)
    post.refresh_from_db(fields=["convincing_count", "version"])
    return post


def _require_there(post: Post, states: set[PostState]) -> None:
    if post.state not in states:
        raise TextGone


def _has_more(post: Post) -> bool:
    """Whether its writer has another text in the thread that was not withdrawn."""
    others = Post.objects.filter(thread_id=post.thread_id, author_id=post.author_id).exclude(pk=post.pk)
    return others.exclude(state=PostState.WITHDRAWN).exists()
