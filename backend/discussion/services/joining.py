"""Bringing together what one person did in discussions with two accounts."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q, QuerySet

from backend.core import pagecache

from ..models import Convinced, Post, Thread, Visit
from .threads import next_version


@transaction.atomic
def move_texts(*, from_person_id: int, into_person_id: int) -> None:
    """Give texts and marks to the account that stays.

    Two marks on one argument become one, and nobody is left convinced by themselves.
    """
    both = [from_person_id, into_person_id]
    change_threads_of(
        Q(author_id=from_person_id) | Q(pk__in=_marks().filter(person_id__in=both).values("post"))
    )
    _posts().filter(author_id=from_person_id).update(author_id=into_person_id)
    _posts().filter(pinned_by_id=from_person_id).update(pinned_by_id=into_person_id)
    standing = _marks().filter(person_id=into_person_id).values("post_id")
    remove_marks(_marks().filter(person_id=from_person_id, post_id__in=standing))
    remove_marks(_marks().filter(person_id__in=both, post__author_id=into_person_id))
    _marks().filter(person_id=from_person_id).update(person_id=into_person_id)
    _move_visits(from_person_id, into_person_id)


def change_threads_of(posts: Q) -> None:
    """Hold the threads of these texts, in the order in which everybody holds several, and count a change in
    each: who wrote a text is part of what its readers see."""
    ids = _posts().filter(posts).values("thread_id")
    threads = Thread.objects.all_municipalities().filter(pk__in=ids)
    held = [pk for (pk,) in threads.order_by("pk").select_for_update().values_list("pk")]
    Thread.objects.all_municipalities().filter(pk__in=held).update(version=F("version") + 1)


def remove_marks(marks: QuerySet[Convinced]) -> None:
    """Take marks away and keep the counts of the arguments right. Their threads are held."""
    rows = list(marks.values_list("pk", "post_id", "post__thread_id", "post__thread__portal_id"))
    versions = {thread_id: next_version(thread_id) for thread_id in sorted({row[2] for row in rows})}
    for thread_id, version in versions.items():
        of_thread = [row[1] for row in rows if row[2] == thread_id]
        _posts().filter(pk__in=of_thread).update(convincing_count=F("convincing_count") - 1, version=version)
    _marks().filter(pk__in=[row[0] for row in rows]).delete()
    for portal_id in {row[3] for row in rows}:
        pagecache.empty(portal_id)


def _move_visits(from_person_id: int, into_person_id: int) -> None:
    visits = Visit.objects.all_municipalities()
    mine = {visit.thread_id: visit for visit in visits.filter(person_id=into_person_id)}
    for visit in visits.filter(person_id=from_person_id):
        own = mine.get(visit.thread_id)
        if own is None:
            visits.filter(pk=visit.pk).update(person_id=into_person_id)
        elif own.version < visit.version:
            visits.filter(pk=own.pk).update(version=visit.version, visited_at=visit.visited_at)
    visits.filter(person_id=from_person_id).delete()


def _posts() -> QuerySet[Post]:
    return Post.objects.all_municipalities()


def _marks() -> QuerySet[Convinced]:
    return Convinced.objects.all_municipalities()
