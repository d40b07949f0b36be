"""What an open page gets of a discussion: everything new or changed, as nobody in particular sees it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language

from backend.core.actor import Actor
from backend.core.live.sources import Part

from ..models import Post, Thread
from ..selectors.posts import changes_after, left_after
from ..selectors.threads import count_texts
from ..states import PostKind, PostState, Side
from .fragments import render_posts

ON_TOP = {PostKind.QUESTION, PostKind.SUMMARY}


def parts_since(
    thread: Thread, since: int, *, most: int, for_visitors: bool, now: datetime
) -> list[Part] | None:
    """How many arguments there are, and the texts that came, changed or left after a version, in their lists.

    What is hidden, withdrawn or held again stands there as a trace, without its words. With buttons for who
    is signed in, and for visitors with links. None, and nothing is made, when it is more than so many texts.
    """
    changed = changes_after(thread_id=thread.pk, version=since, most=most + 1)
    left = left_after(thread_id=thread.pk, version=since, most=most + 1)
    if len(changed) + len(left) > most:
        return None
    if not changed and not left:
        return []
    # A reply goes below its argument, which must be there by then. Each reply changes it again.
    changed.sort(key=lambda post: post.kind == PostKind.REPLY)
    texts = render_posts(changed, language=get_language() or "", for_visitors=for_visitors, now=now)
    pieces = [
        Part(html=str(text["html"]), into=_list_of(post), below=str(text["below"]))
        if _is_new(post, since)
        else Part(html=str(text["html"]))
        for post, text in zip(changed, texts, strict=True)
    ]
    return [*_counts(thread), *(Part(gone=f"tekst-{public_id}") for public_id in left), *pieces]


def _is_new(post: Post, since: int) -> bool:
    """Whether it is news to who does not have it. Of other texts it may stand on another page of the list."""
    return post.text_version > since and post.state == PostState.SHOWN


def _list_of(post: Post) -> str:
    """The id of the list in `texts.html` that a text stands in."""
    if post.parent is not None:
        return f"reacties-tekst-{post.parent.public_id}"
    return "lijst-top" if post.kind in ON_TOP or post.pinned_at is not None else f"lijst-{post.side}"


def _counts(thread: Thread) -> list[Part]:
    visitor = Actor.visitor(municipality_id=thread.municipality_id, portal_id=thread.portal_id)
    sides = count_texts(actor=visitor, thread=thread).sides
    return [
        Part(html=f'<span class="discussion__count" id="aantal-{side}">({sides[side].shown})</span>')
        for side in (Side.FOR, Side.AGAINST)
    ]
