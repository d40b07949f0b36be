"""What the subject of a thread does with an argument."""

from __future__ import annotations

from backend.core.actor import Actor

from ..models import Post
from ..selectors.taking_up import get_argument
from .threads import hold_post, next_version


def hold_argument(*, actor: Actor, thread_id: int, public_id: str) -> Post:
    """An argument that everybody can read in this thread, held until the transaction ends. Or NotFound."""
    hold_post(actor=actor, public_id=public_id)
    return get_argument(actor=actor, thread_id=thread_id, public_id=public_id)


def mark_taken_up(*, post: Post, address: str) -> None:
    """Say beside an argument that it was taken up, and where. Called by the subject, in its transaction."""
    Post.objects.filter(pk=post.pk).update(taken_up_in=address, version=next_version(post.thread_id))
