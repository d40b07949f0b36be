"""Threads and what people write in them, by the same services that people use."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post, Thread
from backend.discussion.services.arguments import place_argument, reply
from backend.discussion.services.threads import open_thread
from backend.discussion.states import Side
from backend.places.models import Portal

from .people import make_actor

# Writers have been here for longer than a new account, whose first texts wait for a moderator.
A_WHILE = timedelta(days=2)


def make_thread(portal: Portal, *, at: datetime, title: str = "Bankjes langs de kade") -> Thread:
    """A thread on a page of its own."""
    with in_municipality(portal.municipality_id):
        thread = open_thread(portal=portal, title=title, address="/", now=at)
        thread.address = f"/gesprek/{thread.public_id}/"
        thread.save(update_fields=["address"])
    return thread


def make_argument(
    thread: Thread,
    text: str = "Er is te weinig plek om te zitten.",
    *,
    at: datetime,
    side: Side = Side.FOR,
    writer: Actor | None = None,
) -> Post:
    with in_municipality(thread.municipality_id):
        actor = writer or make_actor(thread.portal, at=at - A_WHILE)
        return place_argument(actor=actor, thread_public_id=thread.public_id, side=side, text=text, now=at)


def make_reply(post: Post, text: str = "Ik ook.", *, at: datetime, writer: Actor | None = None) -> Post:
    with in_municipality(post.municipality_id):
        actor = writer or make_actor(post.thread.portal, at=at - A_WHILE)
        return reply(actor=actor, post_public_id=post.public_id, text=text, now=at)


def again(post: Post) -> Post:
    """The text as it stands in the database now."""
    return Post.objects.all_municipalities().select_related("thread__portal").get(pk=post.pk)
