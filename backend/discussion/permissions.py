"""Who may read, write and facilitate in discussions. The one place that decides it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from backend.core.actor import Actor
from backend.identity.states import Role

from .models import Post, Thread
from .states import PostState, ThreadState


def visible_threads(actor: Actor) -> QuerySet[Thread]:
    """The threads of this portal whose subject is public."""
    return Thread.objects.filter(portal_id=actor.require_portal()).exclude(state=ThreadState.HIDDEN)


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """What stands in visible threads: as text what is shown, as a trace what was hidden or withdrawn.

    What waits for a moderator is there for its writer and for moderators alone. Whoever shows a post shows
    its text only when `can_read_text` says so.
    """
    posts = Post.objects.filter(thread__in=visible_threads(actor))
    if can_moderate(actor):
        return posts
    mine = Q(author_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    return posts.filter(~Q(state=PostState.HELD) | mine)


def can_read_text(actor: Actor, post: Post) -> bool:
    """Everybody reads what is shown; a writer and moderators also what is held or hidden; nobody what was
    withdrawn."""
    if post.state == PostState.SHOWN:
        return True
    return post.state != PostState.WITHDRAWN and (_is_author(actor, post) or can_moderate(actor))


def can_argue(actor: Actor, thread: Thread) -> bool:
    """Everybody who is signed in, as long as the thread is open."""
    return actor.person_id is not None and thread.state == ThreadState.OPEN


def can_facilitate(actor: Actor, thread: Thread) -> bool:
    """Ask, say what one takes along, and pin: councillors, with their name and party in sight."""
    return actor.has_role(Role.COUNCILLOR) and can_argue(actor, thread)


def can_moderate(actor: Actor) -> bool:
    return actor.has_role(Role.MODERATOR)


def _is_author(actor: Actor, post: Post) -> bool:
    return actor.person_id is not None and post.author_id == actor.person_id
