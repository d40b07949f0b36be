"""Which texts wait for a moderator before anybody reads them."""

from __future__ import annotations

from datetime import datetime

from backend.core.actor import Actor
from backend.core.locks import alone_with
from backend.identity.models import Person

from ..models import Post, Thread
from ..rules import (
    FIRST_TEXTS,
    MANY_TEXTS,
    MANY_WITHIN,
    REPEAT_WITHIN,
    as_compared,
    has_web_address,
    is_new_account,
)
from ..states import HeldBecause, PostState


def reason_to_hold(
    *, actor: Actor, thread: Thread, text: str, now: datetime, besides: Post | None = None
) -> HeldBecause | None:
    """Why a text that somebody is about to place waits for a moderator, or None. Call it when writing it.

    `besides` is the text itself when it is edited: it is not compared with what it was.
    """
    person_id = actor.require_person()
    # Of two texts of one person at the same moment, one is the first.
    alone_with([f"texts of {person_id} at {thread.portal_id}"])
    before = Post.objects.filter(author_id=person_id, thread__portal_id=thread.portal_id)
    if besides is not None:
        before = before.exclude(pk=besides.pk)
    joined_at = Person.objects.values_list("joined_at", flat=True).get(pk=person_id)
    # What waits or was taken back does not count: nobody could judge it.
    texts_before = before.filter(state=PostState.SHOWN)[:FIRST_TEXTS].count()
    if is_new_account(joined_at=joined_at, texts_before=texts_before, now=now):
        return HeldBecause.NEW_ACCOUNT
    if has_web_address(text) and not actor.roles:
        return HeldBecause.LINK
    recent = before.filter(placed_at__gt=now - REPEAT_WITHIN).exclude(state=PostState.WITHDRAWN)
    same = as_compared(text)
    if any(as_compared(said) == same for said in recent.values_list("text", flat=True).iterator(200)):
        return HeldBecause.REPEAT
    # Also what was taken back counts. Editing a text places none.
    just_placed = before.filter(placed_at__gt=now - MANY_WITHIN)[:MANY_TEXTS].count()
    if besides is None and just_placed == MANY_TEXTS:
        return HeldBecause.MANY
    return None
