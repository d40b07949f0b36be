"""Remembering up to where somebody has read, so that they find what is new."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.notifications import services as notifications

from .. import permissions
from ..models import Visit


@transaction.atomic
def note_visit(*, actor: Actor, thread_public_id: str, version: int, now: datetime) -> None:
    """Somebody has seen a thread as it was at a version. It never goes back, whichever page says so later."""
    thread = require_found(permissions.visible_threads(actor).filter(public_id=thread_public_id).first())
    person_id, seen = actor.require_person(), max(0, min(version, thread.version))
    visits = Visit.objects.filter(thread=thread, person_id=person_id)
    first = Visit(
        municipality_id=thread.municipality_id,
        thread=thread,
        person_id=person_id,
        version=seen,
        visited_at=now,
    )
    # Two tabs may be the first at the same moment.
    Visit.objects.bulk_create([first], ignore_conflicts=True)
    visits.filter(version__lt=seen).update(version=seen, visited_at=now)


@transaction.atomic
def note_replies_seen(*, actor: Actor, post_public_id: str, now: datetime) -> None:
    """Somebody has seen the replies to a text, so the next reply is news to its writer again."""
    post = require_found(permissions.visible_posts(actor).filter(public_id=post_public_id).first())
    notifications.mark_read_about(actor=actor, subject=f"post:{post.pk}", now=now)
