"""Arguments that the subject of a thread can do something with."""

from __future__ import annotations

from backend.core.actor import Actor
from backend.core.errors import require_found

from ..models import Post
from ..permissions import visible_posts
from ..states import PostKind, PostState


def get_argument(*, actor: Actor, thread_id: int, public_id: str) -> Post:
    """An argument that everybody can read in this thread, or NotFound."""
    arguments = visible_posts(actor).filter(
        thread_id=thread_id, kind=PostKind.ARGUMENT, state=PostState.SHOWN
    )
    return require_found(arguments.filter(public_id=public_id).first())
