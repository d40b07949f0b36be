"""What everything that people write has in common: how it is kept, who hears of it, and when it waits."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput
from backend.core.events import publish
from backend.identity.selectors.roles import RoleHolder, shown_as
from backend.identity.states import Role
from backend.notifications import services as notifications
from backend.notifications.selectors import last_read
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from ..errors import NameNeeded
from ..events import PostPlaced
from ..models import Post, Thread, Visit
from ..models.posts import LONGEST_TEXT
from ..rules import SAME_TEXT_WITHIN, readable
from ..states import PostKind, PostState, Side
from .holding import reason_to_hold
from .moderation.pausing import require_not_paused
from .threads import next_version, require_open

NOBODY = RoleHolder("", "", "")


def place(
    *,
    actor: Actor,
    thread: Thread,
    kind: PostKind,
    text: str,
    now: datetime,
    side: Side = Side.NEITHER,
    parent: Post | None = None,
) -> Post:
    """Keep a text in a thread that is held. Sent twice in a row it stands there once.

    Raises DiscussionClosed, NotAllowed, WritingPaused, NameNeeded, or InvalidInput for a text that is empty
    or too long.
    """
    require_open(actor, thread)
    require_not_paused(actor=actor, now=now)
    person_id = actor.require_person()
    said = fitting(text)
    mine = Post.objects.filter(thread=thread, author_id=person_id, kind=kind, side=side, parent=parent)
    just_placed = mine.filter(text=said, placed_at__gt=now - SAME_TEXT_WITHIN).order_by("pk").first()
    if just_placed is not None:
        return just_placed
    holder = _writing_as(actor, now)
    because = reason_to_hold(actor=actor, thread=thread, text=said, now=now)
    # Nothing changes for readers as long as nobody can read it.
    version = 0 if because else next_version(thread.pk)
    post = Post.objects.create(
        municipality_id=thread.municipality_id,
        thread=thread,
        parent=parent,
        kind=kind,
        side=side,
        author_id=person_id,
        author_role=holder.role,
        author_name=holder.name,
        affiliation=holder.affiliation,
        text=said,
        state=PostState.HELD if because else PostState.SHOWN,
        held_because=because or "",
        placed_at=now,
        version=version,
        text_version=version,
    )
    publish(
        PostPlaced(
            municipality_id=thread.municipality_id,
            at=now,
            thread_id=thread.pk,
            post_id=post.pk,
            person_id=person_id,
        )
    )
    audit.record(actor=actor, action=f"discussion.{kind}_placed", target=post, at=now)
    if not because:
        if parent is not None:
            count_reply(parent.pk, 1, version=version)
            tell_of_reply(post, now)
        pagecache.empty(thread.portal_id)
    return post


def fitting(text: str) -> str:
    """A text as it is kept. InvalidInput when there is nothing in it, or too much."""
    said = readable(text)
    if not said:
        raise InvalidInput(_("Write your text first."), field="text")
    if len(said) > LONGEST_TEXT:
        message = _(
            "This is too long: %(length)s characters. At most %(limit)s fit. Nothing you typed was lost."
        )
        raise InvalidInput(message % {"length": len(said), "limit": LONGEST_TEXT}, field="text")
    return said


def count_reply(parent_id: int, number: int, *, version: int) -> None:
    """A reply came or went, as far as everybody can read it."""
    Post.objects.filter(pk=parent_id).update(reply_count=F("reply_count") + number, version=version)


def tell_of_reply(reply: Post, now: datetime) -> None:
    """Tell whoever wrote the argument, once until they have read that or have been back here."""
    parent = reply.parent
    if parent is None or parent.author_id is None or parent.author_id == reply.author_id:
        return
    visited = Visit.objects.filter(thread_id=reply.thread_id, person_id=parent.author_id)
    subject = f"post:{parent.pk}"
    read = last_read(person_id=parent.author_id, template="reply_placed", subject=subject)
    notifications.notify(
        portal=reply.thread.portal,
        people=[parent.author_id],
        notice=Notice(
            kind=Kind.DISCUSSION,
            template="reply_placed",
            subject=subject,
            version=f"{read}/{visited.values_list('version', flat=True).first() or 0}",
            context={"title": reply.thread.title, "address": f"/tekst/{parent.public_id}/"},
        ),
        now=now,
    )


def _writing_as(actor: Actor, now: datetime) -> RoleHolder:
    """In which role somebody writes. It stays with the text, also when the role ends."""
    holder = shown_as(actor, now=now) or NOBODY
    if holder.role == Role.COUNCILLOR and not holder.name:
        raise NameNeeded
    return holder
