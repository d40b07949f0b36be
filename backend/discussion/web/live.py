"""What an open page gets of a discussion: everything new or changed, as every visitor may see it."""

from __future__ import annotations

from django.template.loader import render_to_string

from backend.core.live.sources import Part

from ..models import Post
from ..selectors.posts import changes_after


def posts_since(thread_id: int, since: int) -> list[Part]:
    """The texts that came or changed after a version, each in the list it belongs to.

    What is hidden, withdrawn or held stands there as a trace, without its words.
    """
    return [
        Part(html=render_to_string("discussion/live_text.html", {"post": post}), into=list_of(post))
        for post in changes_after(thread_id=thread_id, version=since)
    ]


def list_of(post: Post) -> str:
    """The id of the list on the page that a text stands in."""
    return f"reacties-{post.parent.public_id}" if post.parent else f"argumenten-{post.side}"
