"""What councillors do in a discussion, with their name and party in sight."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import require

from .. import permissions
from ..errors import TextGone, TooManyPinned
from ..models import Post
from ..rules import MOST_PINNED
from ..states import PostKind, PostState
from .threads import hold_post, hold_thread, next_version, require_open
from .writing import place


@transaction.atomic
def ask_question(*, actor: Actor, thread_public_id: str, text: str, now: datetime) -> Post:
    """Ask everybody in the discussion something. They answer by a reply."""
    return _write(actor, thread_public_id, PostKind.QUESTION, text, now)


@transaction.atomic
def summarise(*, actor: Actor, thread_public_id: str, text: str, now: datetime) -> Post:
    """Say what one takes along from the discussion."""
    return _write(actor, thread_public_id, PostKind.SUMMARY, text, now)


def _write(actor: Actor, thread_public_id: str, kind: PostKind, text: str, now: datetime) -> Post:
    thread = hold_thread(actor=actor, public_id=thread_public_id)
    require_open(actor, thread)
    require(permissions.can_facilitate(actor, thread))
    return place(actor=actor, thread=thread, kind=kind, text=text, now=now)


@transaction.atomic
def pin(*, actor: Actor, post_public_id: str, now: datetime) -> Post:
    """Put a text above the others, three at most. Raises NotFound, NotAllowed, TextGone or TooManyPinned."""
    post = _hold_for_pinning(actor, post_public_id)
    if post.pinned_at is not None:
        return post
    if Post.objects.filter(thread=post.thread, pinned_at__isnull=False).count() >= MOST_PINNED:
        raise TooManyPinned
    post.pinned_at, post.pinned_by_id = now, actor.require_person()
    return _save(actor, post, "discussion.text_pinned", now)


@transaction.atomic
def unpin(*, actor: Actor, post_public_id: str, now: datetime) -> Post:
    """Put it back in its place. Every councillor can, whoever pinned it."""
    post = _hold_for_pinning(actor, post_public_id)
    if post.pinned_at is None:
        return post
    post.pinned_at = post.pinned_by = None
    return _save(actor, post, "discussion.text_unpinned", now)


def _hold_for_pinning(actor: Actor, post_public_id: str) -> Post:
    post = hold_post(actor=actor, public_id=post_public_id)
    require_open(actor, post.thread)
    require(permissions.can_facilitate(actor, post.thread))
    if post.state != PostState.SHOWN:
        raise TextGone
    require(permissions.can_pin(actor, post))
    return post


def _save(actor: Actor, post: Post, action: str, now: datetime) -> Post:
    post.version = next_version(post.thread_id)
    post.save(update_fields=["pinned_at", "pinned_by", "version"])
    audit.record(actor=actor, action=action, target=post, at=now)
    pagecache.empty(post.thread.portal_id)
    return post
