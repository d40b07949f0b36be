"""The open pages of this process, and the clock that brings them up to date."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import structlog
from channels.layers import get_channel_layer
from django.utils import timezone, translation

from .readers import Reader
from .sources import Asking, LiveSource, Update, Version
from .threads import in_thread

# An open page gets at most two updates a second, however much happens.
SECONDS_BETWEEN_LOOKS = 0.5
# After these a page whose sign-out or role was missed is closed all the same.
SECONDS_BETWEEN_REVIEWS = 30.0
# A browser that takes longer to receive one update is let go. It asks for what it missed when it comes back.
SECONDS_TO_SEND = 10.0
SECONDS_AFTER_FAULT = 5.0
MOST_PAGES = 2_000
MOST_PAGES_OF_ONE = 20
# A browser says which version it has, so there can be as many to start from as there are pages. Of each kind
# of page so many updates are made in one look; the others wait for the next.
MOST_MADE = 20

# By which processes tell each other whose pages to close.
GROUP = "live"
# What a page is told when it is let go. Browsers add nothing of their own between 4000 and 4999.
CLOSE_FAULT = 1011
CLOSE_CHANGED = 4401
CLOSE_GONE = 4404
CLOSE_SLOW = 4408
CLOSE_TOO_MANY = 4429
CLOSE_FULL = 4503

log = structlog.get_logger(__name__)
# Which of these readers may no longer act as they did when they came.
Review = Callable[[Collection[Reader], datetime], Collection[Reader]]


@dataclass(frozen=True)
class Followed:
    """What a page follows, in which language, and for whom."""

    source: LiveSource
    id: int
    language: str
    reader: Reader


@dataclass(eq=False)
class OpenPage:
    """A page that somebody has open, with the version it has and the way to its browser."""

    followed: Followed
    at: Version
    send: Callable[[str], Coroutine[Any, Any, None]]
    ending: asyncio.Future[int]
    # How many looks went by without its turn.
    passed_over: int = 0
    _sending: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def is_busy(self) -> bool:
        """Still receiving the last update. What happens meanwhile comes with the next, in one go."""
        return self._sending is not None and not self._sending.done()

    def misses(self) -> Asking:
        followed = self.followed
        return Asking(
            id=followed.id,
            since=self.at,
            language=followed.language,
            for_visitors=followed.reader.actor.person_id is None,
        )

    def give(self, text: str) -> None:
        self._sending = asyncio.create_task(self._give(text))

    def end(self, code: int) -> None:
        if not self.ending.done():
            self.ending.set_result(code)

    def leave(self) -> None:
        """Its browser is gone: nothing more is sent."""
        self.end(CLOSE_GONE)
        if self._sending is not None:
            self._sending.cancel()

    async def _give(self, text: str) -> None:
        try:
            await asyncio.wait_for(self.send(text), SECONDS_TO_SEND)
        except (TimeoutError, OSError):
            self.end(CLOSE_SLOW)


class Hub:
    """Brings every open page of this process up to date, and closes those of people whose rights changed.

    Its two tasks run only while there are open pages.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.review: Review = lambda readers, now: ()
        self._pages: set[OpenPage] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def room_for(self, reader: Reader) -> int | None:
        """Nothing, or with which code a page more of this reader is refused."""
        if len(self._pages) >= MOST_PAGES:
            return CLOSE_FULL
        if reader.session_key:
            mine = sum(page.followed.reader.session_key == reader.session_key for page in self._pages)
            if mine >= MOST_PAGES_OF_ONE:
                return CLOSE_TOO_MANY
        return None

    def add(self, page: OpenPage) -> None:
        self._pages.add(page)

    def remove(self, page: OpenPage) -> None:
        page.leave()
        self._pages.discard(page)
        if not self._pages:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    def close_pages_of(self, people: Collection[int]) -> None:
        """Called in the loop of the pages."""
        for page in self._pages:
            if not page.followed.reader.people.isdisjoint(people):
                page.end(CLOSE_CHANGED)

    def start(self) -> None:
        """Begin to look by itself, unless it does. It stops when the last page is gone."""
        loop = asyncio.get_running_loop()
        if self.loop is not loop:
            # Pages of a loop that was ended went with it.
            self.loop, self._tasks = loop, []
            self._pages = {page for page in self._pages if page.ending.get_loop() is loop}
        if not self._tasks:
            self._tasks = [loop.create_task(work()) for work in (self._look, self._listen, self._review)]

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            pause = SECONDS_BETWEEN_LOOKS
            try:
                await self.bring_up_to_date(timezone.now())
            except Exception:
                log.exception("live_look_failed")
                pause = SECONDS_AFTER_FAULT
            await asyncio.sleep(max(0.05, began + pause - loop.time()))

    async def bring_up_to_date(self, now: datetime) -> None:
        """Ask once for each kind of page what there is, and send to each page what it misses."""
        ids: dict[LiveSource, set[int]] = defaultdict(set)
        for page in self._pages:
            ids[page.followed.source].add(page.followed.id)
        for source, followed in ids.items():
            versions = await in_thread(source.versions, followed, now)
            await self._send_missing(source, versions, now)

    async def _send_missing(self, source: LiveSource, versions: Any, now: datetime) -> None:
        """Pages that miss the same get the same, made once: first what most pages wait for, and longest."""
        alike: dict[Asking, list[OpenPage]] = defaultdict(list)
        for page in self._pages:
            if page.followed.source is not source or page.is_busy or page.ending.done():
                continue
            version = versions.get(page.followed.id)
            if version is None:
                page.end(CLOSE_GONE)
            elif version != page.at:
                alike[page.misses()].append(page)
        by_turn = sorted(alike.items(), key=lambda each: -sum(1 + page.passed_over for page in each[1]))
        for _asking, pages in by_turn[MOST_MADE:]:
            for page in pages:
                page.passed_over += 1
        for asking, pages in by_turn[:MOST_MADE]:
            try:
                update = await in_thread(_render, source, asking, now)
            except Exception:
                # These pages ask again in a while; the others are not kept from theirs.
                log.exception("live_render_failed", source=source.name, id=asking.id)
                for page in pages:
                    page.end(CLOSE_FAULT)
                continue
            text = as_json(asking.since, update)
            for page in pages:
                # Meanwhile it may have said that it has another version.
                if page.at == asking.since and not page.ending.done():
                    page.at, page.passed_over = update.to, 0
                    page.give(text)

    async def _review(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_REVIEWS)
            try:
                await self.review_readers(timezone.now())
            except Exception:
                log.exception("live_review_failed")

    async def review_readers(self, now: datetime) -> None:
        """Close the pages of whoever signed out or got other roles, also when nobody told this process."""
        readers = {page.followed.reader for page in self._pages if page.followed.reader.people}
        if not readers:
            return
        changed = set(await in_thread(self.review, readers, now))
        for page in self._pages:
            if page.followed.reader in changed:
                page.end(CLOSE_CHANGED)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except Exception:
                # Redis is gone for a while. The review sees what was missed.
                log.exception("live_listen_failed")
                await asyncio.sleep(SECONDS_AFTER_FAULT)

    async def _hear(self) -> None:
        """Hear from other processes, and from the threads of this one, whose pages to close."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        try:
            await layer.group_add(GROUP, channel)
            while True:
                message = await layer.receive(channel)
                self.close_pages_of(message["people"])
        finally:
            await layer.group_discard(GROUP, channel)


def as_json(since: Version, update: Update) -> str:
    told = {"from": since, **asdict(update)}
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _render(source: LiveSource, asking: Asking, now: datetime) -> Update:
    with translation.override(asking.language):
        return source.render(asking, now)


# The pages of this process.
hub = Hub()
