"""How somebody stands in a thread: what they have read of it, and whether they may write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from backend.core.actor import Actor

from ..models import Post, Thread, Visit
from ..permissions import can_moderate, only_own_posts
from ..states import PostState
from .moderation.actions import running_pauses


@dataclass(frozen=True)
class Standing:
    """How one person stands in a thread."""

    # Up to where they have read before, and how many texts of others came since.
    seen: int | None = None
    new_count: int = 0
    # Until when a moderator paused them.
    paused_until: datetime | None = None
    # Whether they find texts that others do not: a moderator, or who wrote what nobody else could read.
    sees_more: bool = False


def find_standing(actor: Actor, thread: Thread, *, now: datetime) -> Standing:
    """How somebody stands in a thread: in one query, whatever there is to tell."""
    if actor.person_id is None:
        return Standing()
    visits = Visit.objects.filter(thread=OuterRef("pk"), person_id=actor.person_id)
    new = Post.objects.filter(
        thread=OuterRef("pk"), text_version__gt=OuterRef("seen"), state=PostState.SHOWN
    ).exclude(author_id=actor.person_id)
    number = new.order_by().values("thread").annotate(number=Count("pk")).values("number")
    row = (
        Thread.objects.filter(pk=thread.pk)
        .annotate(
            seen=Subquery(visits.values("version")[:1]),
            new_count=Coalesce(Subquery(number), 0),
            paused_until=Subquery(running_pauses(actor, now=now).values("until")[:1]),
            sees_more=Exists(only_own_posts(actor, thread)),
        )
        .values_list("seen", "new_count", "paused_until", "sees_more")
        .get()
    )
    seen, new_count, paused_until, sees_more = row
    return Standing(seen, new_count, paused_until, sees_more or can_moderate(actor))
