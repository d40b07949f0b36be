"""Discussions that were held elsewhere, read in by whoever owns their subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery

from backend.places.models import Portal

from ..models import Post, Thread
from ..states import PostKind, ThreadState

# Nobody saw such a thread grow here, so all of it is its first version.
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class ForeignThread:
    """A discussion as its subject wants it to stand here."""

    title: str
    address: str
    state: ThreadState
    opened_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignPost:
    """A text from elsewhere. Without a parent it is a remark, neither for nor against; with one a reply."""

    reference: str
    thread_id: int
    parent_id: int | None
    text: str
    placed_at: datetime
    convincing: int


def add_threads(*, portal: Portal, threads: Iterable[ForeignThread]) -> list[int]:
    """Open discussions, in the transaction of their subject. Gives their ids in the same order."""
    made = Thread.objects.bulk_create(
        Thread(
            municipality_id=portal.municipality_id,
            portal=portal,
            title=thread.title,
            address=thread.address,
            state=thread.state,
            version=VERSION,
            opened_at=thread.opened_at,
        )
        for thread in threads
    )
    return [thread.pk for thread in made]


def add_posts(*, portal: Portal, posts: Sequence[ForeignPost]) -> list[int]:
    """Place texts without their writers: nobody here is who wrote them there. Gives their ids in order."""
    made = Post.objects.bulk_create(
        Post(
            municipality_id=portal.municipality_id,
            thread_id=post.thread_id,
            parent_id=post.parent_id,
            kind=PostKind.ARGUMENT if post.parent_id is None else PostKind.REPLY,
            text=post.text,
            placed_at=post.placed_at,
            version=VERSION,
            text_version=VERSION,
            convincing_count=post.convincing,
            convincing_elsewhere=post.convincing,
            source_reference=post.reference,
        )
        for post in posts
    )
    return [post.pk for post in made]


def count_replies(*, thread_ids: Sequence[int]) -> None:
    """Say with every remark how many replies it has, once all are there."""
    replies = Post.objects.filter(parent=OuterRef("pk")).order_by().values("parent")
    number = Subquery(replies.values(number=Count("pk")), output_field=IntegerField())
    Post.objects.filter(Exists(replies), thread__in=thread_ids).update(reply_count=number)
