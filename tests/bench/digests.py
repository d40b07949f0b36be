"""A daily digest for everybody, from messages that wait to mails as they go out, on one core."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context

import django

from backend.core.tenancy import in_municipality
from backend.notifications.models import Message, Preference
from backend.notifications.rendering import mail_of
from backend.notifications.services import Notice, notify
from backend.notifications.services.digests import digests_to_prepare, prepare_digests
from backend.notifications.states import Choice, Kind
from backend.places.models import Portal

from .memory import memory_of_this_process
from .table import Row, at_most

MOST_SECONDS = 600
# A process that does nothing takes about 100 MB.
MOST_MEMORY = 250
MESSAGES_EACH = 3


@dataclass(frozen=True)
class Digested:
    people: int
    queue_seconds: float
    prepare_seconds: float
    longest: float
    mail_seconds: float
    peak: int


def digest(portal_id: int, people: list[int]) -> Digested:
    """Tell everybody three things, and make one mail of them for each."""
    Preference.objects.bulk_create(
        (Preference(person_id=person, kind=Kind.PLANS, choice=Choice.DAILY) for person in people),
        batch_size=5_000,
        ignore_conflicts=True,
    )
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as alone:
        return alone.submit(_digest_here, portal_id, people).result()


def _digest_here(portal_id: int, people: list[int]) -> Digested:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    portal = Portal.objects.all_municipalities().get(pk=portal_id)
    now = datetime.now().astimezone()
    with in_municipality(portal.municipality_id):
        began = time.perf_counter()
        for number in range(MESSAGES_EACH):
            notify(portal=portal, people=people, notice=_news(number), now=now)
        queue_seconds = time.perf_counter() - began
        later = now + timedelta(days=1)
        prepare_seconds, longest = _prepare(later)
        began = time.perf_counter()
        made = sum(1 for size in _mails() if size)
        mail_seconds = time.perf_counter() - began
    if made != len(people):
        raise RuntimeError(f"{made} digests were made, not {len(people)}.")
    peak = memory_of_this_process()
    return Digested(len(people), queue_seconds, prepare_seconds, longest, mail_seconds, peak)


def _news(number: int) -> Notice:
    context = {"title": f"Bankjes langs de kade, deel {number}", "address": "/plannen/abc/", "round": number}
    return Notice(kind=Kind.PLANS, template="plan_won", subject=f"bench:{number}", context=context)


def _prepare(now: datetime) -> tuple[float, float]:
    """As the clock does: some at a time. How long in all, and the longest that anything else waits."""
    times = []
    while due := list(digests_to_prepare(now)):
        for number in due:
            began = time.perf_counter()
            prepare_digests(number, now)
            times.append(time.perf_counter() - began)
    return sum(times), max(times)


def _mails() -> Iterator[int]:
    """The size of every mail, written out as the mail server gets it."""
    waiting = Message.objects.filter(kind=Kind.DIGEST).select_related("portal")
    for message in waiting.iterator(500):
        yield len(mail_of(message, to="iemand@example.org", language="nl").message().as_bytes())


def rows_of(found: Digested) -> list[Row]:
    what = f"{found.people:,} digests of {MESSAGES_EACH} messages, on one core"
    parts = (
        f"{found.queue_seconds:.0f} s to queue the messages, {found.prepare_seconds:.0f} s to put them"
        f" together, {found.mail_seconds:.0f} s to write the mails"
    )
    return [
        at_most(f"{what}: time", MOST_SECONDS, found.prepare_seconds + found.mail_seconds, "s", digits=0),
        at_most(f"{what}: memory", MOST_MEMORY, found.peak / 1e6, "MB", digits=0),
        Row(f"{what}: parts", "", parts),
        Row("Longest that a round waits for digests that are made", "", f"{found.longest:.1f} s"),
    ]
