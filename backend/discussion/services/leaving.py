"""Somebody leaves: what everybody could read stays without their name, the rest goes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from backend.core import pagecache

from ..models import Convinced, Post, Revision, Visit
from ..states import PostState
from .joining import change_threads_of, remove_marks


def let_texts_go(person_id: int, now: datetime) -> None:
    """Public texts stay, nameless: others replied to them. What waits, was hidden or withdrawn is emptied."""
    mine = _posts().filter(author_id=person_id)
    change_threads_of(Q(author_id=person_id))
    portal_ids = set(mine.values_list("thread__portal_id", flat=True))
    unread = mine.exclude(state=PostState.SHOWN)
    Revision.objects.all_municipalities().filter(post__in=unread).delete()
    unread.update(text="")
    mine.filter(state=PostState.HELD).update(state=PostState.WITHDRAWN, held_because="")
    # The role and the party stay: what was said in a role was said by whoever held it.
    mine.update(author=None, author_name="")
    for portal_id in portal_ids:
        pagecache.empty(portal_id)


def remove_convictions(person_id: int, now: datetime) -> None:
    """Nobody counts who is not here any more."""
    marks = Convinced.objects.all_municipalities().filter(person_id=person_id)
    change_threads_of(Q(pk__in=marks.values("post_id")))
    remove_marks(marks)


def remove_visits(person_id: int, now: datetime) -> None:
    Visit.objects.all_municipalities().filter(person_id=person_id).delete()


def forget_pins(person_id: int, now: datetime) -> None:
    """What somebody pinned stays pinned, without who did it."""
    _posts().filter(pinned_by_id=person_id).update(pinned_by=None)


def _posts() -> QuerySet[Post]:
    return Post.objects.all_municipalities()
