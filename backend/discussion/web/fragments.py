"""Texts as pieces of a page, for pages that are open already: the same for everybody who reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation

from backend.core.actor import Actor

from ..models import Post
from ..states import PostKind, ThreadState
from .presenting import LONGEST_IN_LIST, LONGEST_REPLY_IN_LIST, Reader, post_view


def render_post(post: Post, *, language: str, for_visitors: bool, now: datetime) -> str:
    """One text without anything personal: for who is signed in with buttons, for visitors with links.

    Expects the thread to be loaded. Its own writer gets it like everybody else; what they can do with it
    they find when the page is loaded again.
    """
    is_open = post.thread.state == ThreadState.OPEN
    reader = Reader(
        actor=Actor.visitor(municipality_id=post.municipality_id, portal_id=post.thread.portal_id),
        now=now,
        is_visitor=for_visitors,
        may_argue=is_open and not for_visitors,
        may_facilitate=False,
        is_open=is_open,
    )
    longest = LONGEST_REPLY_IN_LIST if post.kind == PostKind.REPLY else LONGEST_IN_LIST
    with translation.override(language):
        return post_view(post, reader, longest=longest).html


def render_posts(
    posts: Iterable[Post], *, language: str, for_visitors: bool, now: datetime
) -> list[dict[str, str | int]]:
    """Texts with where they belong on an open page, for `changes_after` of a thread."""
    return [
        {
            "id": f"tekst-{post.public_id}",
            "version": post.version,
            "kind": post.kind,
            "side": post.side,
            "parent": f"tekst-{post.parent.public_id}" if post.parent else "",
            "html": render_post(post, language=language, for_visitors=for_visitors, now=now),
            "below": "" if post.kind == PostKind.REPLY else _room_for_replies(post, language),
        }
        for post in posts
    ]


def _room_for_replies(post: Post, language: str) -> str:
    """The list for replies to a text that is new on a page. They come by themselves."""
    with translation.override(language):
        return render_to_string("discussion/replies.html", {"post": {"public_id": post.public_id}}).strip()
