"""Who may read, write and facilitate in discussions. The one place that decides it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from backend.core.actor import Actor
from backend.identity.states import Role

from .models import Post, Thread
from .states import PostKind, PostState, ThreadState


def visible_threads(actor: Actor) -> QuerySet[Thread]:
    """The threads of this portal whose subject is public."""
    return Thread.objects.filter(portal_id=actor.require_portal()).exclude(state=ThreadState.HIDDEN)


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """What stands in visible threads: as text what is shown, as a trace what was hidden or withdrawn.

    What waits for a moderator is there for its writer and for moderators alone, and so is what was withdrawn
    before anybody could read it. Whoever shows a post shows its text only when `can_read_text` says so.
    """
    return _as_far_as_visible(actor, Post.objects.filter(thread__in=visible_threads(actor)))


def visible_posts_in(actor: Actor, thread: Thread) -> QuerySet[Post]:
    """The same within one thread that was found already, without asking for the thread again."""
    if thread.portal_id != actor.portal_id or thread.state == ThreadState.HIDDEN:
        return Post.objects.none()
    return _as_far_as_visible(actor, Post.objects.filter(thread=thread))


def _as_far_as_visible(actor: Actor, posts: QuerySet[Post]) -> QuerySet[Post]:
    if can_moderate(actor):
        return posts
    was_public = ~Q(state=PostState.HELD) & ~Q(state=PostState.WITHDRAWN, version=0)
    if actor.person_id is None:
        return posts.filter(was_public)
    return posts.filter(was_public | Q(author_id=actor.person_id))


def can_read_text(actor: Actor, post: Post) -> bool:
    """Everybody reads what is shown; a writer and moderators also what is held or hidden; nobody what was
    withdrawn."""
    if post.state == PostState.SHOWN:
        return True
    return post.state != PostState.WITHDRAWN and (is_author(actor, post) or can_moderate(actor))


def can_argue(actor: Actor, thread: Thread) -> bool:
    """Everybody who is signed in, as long as the thread is open."""
    return actor.person_id is not None and thread.state == ThreadState.OPEN


def can_reply(actor: Actor, post: Post) -> bool:
    """To everything but a reply: one level is enough to answer, and can be followed on a phone."""
    is_there = post.state == PostState.SHOWN and post.kind != PostKind.REPLY
    return is_there and can_argue(actor, post.thread)


def can_edit(actor: Actor, post: Post) -> bool:
    """One's own text, as long as it stands there. For how long is a matter of the clock."""
    is_there = post.state in {PostState.SHOWN, PostState.HELD}
    return is_there and is_author(actor, post) and can_argue(actor, post.thread)


def can_withdraw(actor: Actor, post: Post) -> bool:
    """One's own text, at any time: also when the discussion is closed, or the text was hidden."""
    return is_author(actor, post) and post.state != PostState.WITHDRAWN


def can_be_convinced(actor: Actor, post: Post) -> bool:
    """By the arguments of others."""
    is_argument = post.kind == PostKind.ARGUMENT and post.state == PostState.SHOWN
    return is_argument and not is_author(actor, post) and can_argue(actor, post.thread)


def can_pin(actor: Actor, post: Post) -> bool:
    is_there = post.state == PostState.SHOWN and post.kind != PostKind.REPLY
    return is_there and can_facilitate(actor, post.thread)


def can_facilitate(actor: Actor, thread: Thread) -> bool:
    """Ask, say what one takes along, and pin: councillors, with their name and party in sight."""
    return actor.has_role(Role.COUNCILLOR) and can_argue(actor, thread)


def can_moderate(actor: Actor) -> bool:
    return actor.has_role(Role.MODERATOR)


def is_author(actor: Actor, post: Post) -> bool:
    return actor.person_id is not None and post.author_id == actor.person_id
