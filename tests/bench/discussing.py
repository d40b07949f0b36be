"""A plan that everybody argues about: what the first page of such a discussion costs."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpResponse

from backend.core.ids import new_public_id
from backend.core.tenancy import in_municipality
from backend.discussion.models import Convinced, Post, Thread, Visit
from backend.discussion.selectors.threads import _shelf
from backend.discussion.states import PostKind, Side
from backend.discussion.web.presenting import _drawn
from backend.places.models import Portal
from backend.proposals.models import Plan

from . import pages
from .seeding import BATCH, made_up_text
from .table import Row

MOST_QUERIES = 12
MOST_MILLISECONDS = 30
MOST_KILOBYTES = 60
# On top of the arguments and the replies: how often somebody found an argument convincing.
CONVINCED_PER_ARGUMENT = 5
SEEN = 0.9


def seed_discussion(plan: Plan, *, people: list[int], arguments: int, replies: int, now: datetime) -> Thread:
    """A discussion of some weeks, in which a few arguments get most of the replies, as people do it.

    The first of the people was here when nine tenths of it stood there.
    """
    chance = random.Random(3)
    began_at, length = now - timedelta(days=20), timedelta(days=20).total_seconds()

    def moment(place: float) -> datetime:
        return began_at + timedelta(seconds=length * place)

    with in_municipality(plan.municipality_id), transaction.atomic():
        thread = Thread.objects.create(
            municipality_id=plan.municipality_id,
            portal_id=plan.portal_id,
            title=plan.title,
            address=f"/plannen/{plan.public_id}/",
            opened_at=began_at,
        )
        Plan.objects.filter(pk=plan.pk).update(thread=thread)

        def post(number: int, place: float, **what: object) -> Post:
            return Post(
                municipality_id=plan.municipality_id,
                thread=thread,
                public_id=new_public_id(),
                author_id=chance.choice(people),
                text=made_up_text(chance, sentences=chance.randint(1, 8)),
                placed_at=moment(place),
                version=number,
                text_version=number,
                **what,
            )

        made = Post.objects.bulk_create(
            (
                post(
                    number + 1,
                    number / arguments,
                    kind=PostKind.ARGUMENT,
                    side=Side.FOR if chance.random() < 0.6 else Side.AGAINST,
                )
                for number in range(arguments)
            ),
            batch_size=BATCH,
        )
        answered = [made[int(arguments * chance.random() ** 2)] for _ in range(replies)]
        Post.objects.bulk_create(
            (
                post(arguments + number + 1, number / replies, kind=PostKind.REPLY, parent=parent)
                for number, parent in enumerate(answered)
            ),
            batch_size=BATCH,
        )
        pairs = {
            (made[int(arguments * chance.random() ** 2)].pk, chance.choice(people))
            for _ in range(arguments * CONVINCED_PER_ARGUMENT)
        }
        Convinced.objects.bulk_create(
            (
                Convinced(
                    municipality_id=plan.municipality_id, post_id=post_id, person_id=person_id, marked_at=now
                )
                for post_id, person_id in sorted(pairs)
            ),
            batch_size=BATCH,
        )
        _count(made, Counter(parent.pk for parent in answered), Counter(post_id for post_id, _ in pairs))
        last = arguments + replies
        Thread.objects.filter(pk=thread.pk).update(version=last)
        Visit.objects.create(
            municipality_id=plan.municipality_id,
            thread=thread,
            person_id=people[0],
            version=int(last * SEEN),
            visited_at=moment(SEEN),
        )
    return thread


def _count(posts: list[Post], replies: Counter[int], convinced: Counter[int]) -> None:
    for post in posts:
        post.reply_count, post.convincing_count = replies[post.pk], convinced[post.pk]
    Post.objects.bulk_update(posts, ["reply_count", "convincing_count"], batch_size=BATCH)


def _anew(ask: pages.Ask) -> pages.Ask:
    def forget_and_ask() -> HttpResponse:
        _shelf.cache_clear()
        _drawn.cache_clear()
        return ask()

    return forget_and_ask


def measure(portal: Portal, thread: Thread, *, session: str, repeats: int) -> list[Row]:
    """The page of the plan for a visitor, not from the page cache, and for somebody who was here before.

    The first time its texts are read and drawn; after that a process has them ready.
    """
    rows = []
    for who, key, first in (
        ("visitor, the first one", "", True),
        ("visitor", "", False),
        ("signed in", session, False),
    ):
        fresh = (f"{thread.address}?keer={number}" for number in itertools.count())
        ask = pages.reading(pages.client_of(portal.hostname, key), fresh)
        cost = pages.measure(_anew(ask) if first else ask, repeats=repeats)
        rows += pages.rows_of(
            f"Plan page with a big discussion, {who}",
            cost,
            queries=MOST_QUERIES,
            milliseconds=MOST_MILLISECONDS,
            kilobytes=MOST_KILOBYTES,
        )
    return rows
