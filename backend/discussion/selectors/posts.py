"""Reading one text with all replies to it, what it said before, and what changed in a thread."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.core.errors import require_found

from ..models import ModerationAction, Post, Revision
from ..permissions import can_read_text, visible_posts
from ..states import ThreadState
from .threads import convinced_by

REPLIES_PER_PAGE = 20
# More than this at once is a page to fetch again.
MOST_CHANGES = 200


def get_post(*, actor: Actor, public_id: str) -> Post:
    """A text that this person may see, perhaps as a trace, or NotFound. `is_convinced` says whether it
    convinces them."""
    posts = visible_posts(actor).select_related("thread__portal", "parent")
    return require_found(posts.annotate(is_convinced=convinced_by(actor)).filter(public_id=public_id).first())


def replies_to(*, actor: Actor, post: Post) -> QuerySet[Post]:
    """All replies to a text, in the order they came. What waits stands there for its writer."""
    return visible_posts(actor).filter(parent=post).order_by("placed_at", "pk")


def page_of_reply(*, actor: Actor, reply: Post) -> int:
    """On which page of all replies one of them stands."""
    if reply.parent is None:
        return 1
    before = replies_to(actor=actor, post=reply.parent).filter(placed_at__lte=reply.placed_at)
    earlier = before.exclude(placed_at=reply.placed_at, pk__gte=reply.pk)
    return earlier.count() // REPLIES_PER_PAGE + 1


def revisions_of(*, actor: Actor, post: Post) -> list[Revision]:
    """What a text said before, the last first: for whoever can read what it says now."""
    if not can_read_text(actor, post):
        return []
    return list(Revision.objects.filter(post=post).order_by("-replaced_at", "-pk"))


def changes_after(*, thread_id: int, version: int, most: int = MOST_CHANGES) -> list[Post]:
    """Everything in a thread that looks different from how it was at a version, in the order it changed.

    The same for all readers. What went back to waiting for a moderator is among it, to be shown as a trace;
    what nobody could read yet is not. Of a thread that is not public there is nothing.
    """
    changed = Post.objects.filter(thread_id=thread_id, version__gt=version)
    public = changed.exclude(thread__state=ThreadState.HIDDEN).select_related("thread", "parent")
    return list(public.order_by("version", "pk")[:most])


def left_after(*, thread_id: int, version: int, most: int = MOST_CHANGES) -> list[str]:
    """Public ids of texts that were moved from a thread to another after a version, and did not come back."""
    moves = ModerationAction.objects.filter(from_thread_id=thread_id, from_version__gt=version)
    elsewhere = moves.exclude(post=None).exclude(post__thread_id=thread_id)
    return list(elsewhere.order_by("post_id").values_list("post__public_id", flat=True).distinct()[:most])
