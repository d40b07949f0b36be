"""What the subject of a thread did with an argument."""

from __future__ import annotations

from ..models import Post
from .threads import next_version


def mark_taken_up(*, post: Post, address: str) -> None:
    """Say beside an argument that it was taken up, and where. Called by the subject, in its transaction."""
    Post.objects.filter(pk=post.pk).update(taken_up_in=address, version=next_version(post.thread_id))
