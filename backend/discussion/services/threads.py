"""What subjects do with their thread: open it, keep it in step with themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from backend.core.actor import Actor
from backend.core.errors import require, require_found
from backend.places.models import Portal

from .. import permissions
from ..errors import DiscussionClosed
from ..models import Post, Thread
from ..states import ThreadState


def open_thread(*, portal: Portal, title: str, address: str, now: datetime) -> Thread:
    """Begin the discussion about a subject. Called by the subject, in its own transaction."""
    return Thread.objects.create(
        municipality_id=portal.municipality_id, portal=portal, title=title, address=address, opened_at=now
    )


def keep_in_step(*, thread_id: int, title: str | None = None, state: ThreadState | None = None) -> None:
    """The subject got another title, or it is public no more, or nobody argues about it any more."""
    changes: dict[str, object] = {"version": F("version") + 1}
    if title is not None:
        changes["title"] = title
    if state is not None:
        changes["state"] = state
    Thread.objects.filter(pk=thread_id).update(**changes)


def close_threads(*, thread_ids: QuerySet[Any, Any]) -> None:
    """Nobody argues about these subjects any more. Takes a query for their ids: it is one statement.

    Also what a moderator closed before, so that no moderator opens it again: their reason is gone from it.
    """
    threads = Thread.objects.filter(pk__in=thread_ids).exclude(state=ThreadState.HIDDEN)
    threads.filter(Q(state=ThreadState.OPEN) | ~Q(closed_because="")).update(
        state=ThreadState.CLOSED, closed_because="", version=F("version") + 1
    )


def next_version(thread_id: int) -> int:
    """The version of the change that is being made. Whoever has it holds the thread until the transaction
    ends, so that versions are seen in order."""
    this = Thread.objects.all_municipalities().filter(pk=thread_id)
    this.update(version=F("version") + 1)
    return this.values_list("version", flat=True).get()


def hold_thread(*, actor: Actor, public_id: str) -> Thread:
    """A thread that this person may see, held until the transaction ends: who writes in it waits in line."""
    found = _visible(actor).filter(public_id=public_id).select_for_update(of=("self",)).first()
    return require_found(found)


def hold_post(*, actor: Actor, public_id: str) -> Post:
    """A text that this person may see, as it stands once nobody else is changing its thread."""
    posts = permissions.visible_posts(actor).filter(public_id=public_id)
    thread_id = require_found(posts.values_list("thread_id", flat=True).first())
    thread = require_found(_visible(actor).filter(pk=thread_id).select_for_update(of=("self",)).first())
    # Moved to another thread while we waited, it is not found: whoever asked looks again.
    post = require_found(posts.filter(thread=thread).first())
    post.thread = thread
    return post


def _visible(actor: Actor) -> QuerySet[Thread]:
    return permissions.visible_threads(actor).select_related("portal")


def require_open(actor: Actor, thread: Thread) -> None:
    """Pass when this person can add to the thread now. A closed thread says that it is closed."""
    if actor.person_id is not None and thread.state == ThreadState.CLOSED:
        raise DiscussionClosed
    require(permissions.can_argue(actor, thread))
