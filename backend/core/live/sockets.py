"""The line between a browser and an open page: who may open one, and what may be said over it."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest

from ..errors import DomainError
from .hub import CLOSE_FULL, CLOSE_GONE, CLOSE_TOO_MANY, MOST_PAGES, Followed, Hub, OpenPage
from .sources import Version
from .threads import in_thread

# A browser says which version its page has, and nothing else.
LONGEST_MESSAGE = 1_024
LONGEST_VERSION = 64
# It does so when it comes, and after a gap.
MOST_MESSAGES = 5
SECONDS_OF_MESSAGES = 10.0
SECONDS_TO_SPEAK = 10.0

CLOSE_UNREADABLE = 4400
CLOSE_SILENT = 4408
CLOSE_TOO_BIG = 1009
CLOSE_FAULT = 1011
_PATH = re.compile(r"/live/(?P<source>[a-z-]{1,20})/(?P<public_id>[A-Za-z0-9_-]{1,40})/")
_SCHEMES = {"ws": "http", "wss": "https"}

log = structlog.get_logger(__name__)
Message = dict[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """What somebody asks to follow, in a request as every page gets it."""

    request: ASGIRequest
    source: str
    public_id: str
    language: str


# Decides who asks, and gives what they may follow or raises NotFound. Runs in a thread.
Admit = Callable[[Asked], Followed]


class Refused(Exception):
    """The line is closed with a code that the page understands."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class LivePages:
    """The application that answers sockets. Every message is admitted anew, as a page would be."""

    def __init__(self, hub: Hub, admit: Admit) -> None:
        self._hub = hub
        self._admit = admit
        self._lines = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        asked = _asked_in(scope)
        if asked is None:
            await send({"type": "websocket.close"})
            return
        await send({"type": "websocket.accept"})
        self._lines += 1
        try:
            # More lines than pages: some have only just come.
            if self._lines > MOST_PAGES:
                raise Refused(CLOSE_FULL)
            await _Line(self._hub, self._admit, asked, receive, send).serve()
        except Refused as refused:
            await _close(send, refused.code)
        finally:
            self._lines -= 1


class _Line:
    """One socket, from the first message to the last."""

    def __init__(self, hub: Hub, admit: Admit, asked: Asked, receive: Receive, send: Send) -> None:
        self._hub, self._admit, self._asked = hub, admit, asked
        self._receive, self._send = receive, send
        self._ending: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._heard: deque[float] = deque(maxlen=MOST_MESSAGES)
        self._page: OpenPage | None = None

    async def serve(self) -> None:
        """Until the browser leaves. Raises Refused when it is we who end it."""
        try:
            while (message := await self._next()) is not None:
                await self._follow(_version_in(message))
        finally:
            if self._page is not None:
                self._hub.remove(self._page)

    async def _next(self) -> Message | None:
        """What the browser says, or None when it is gone."""
        hearing = asyncio.ensure_future(self._receive())
        patience = None if self._page else SECONDS_TO_SPEAK
        try:
            both: set[asyncio.Future[Any]] = {hearing, self._ending}
            await asyncio.wait(both, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if self._ending.done():
                raise Refused(self._ending.result())
            if not hearing.done():
                raise Refused(CLOSE_SILENT)
        finally:
            hearing.cancel()
        message = hearing.result()
        if message["type"] == "websocket.disconnect":
            return None
        self._count()
        return message

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._heard) == MOST_MESSAGES and now - self._heard[0] < SECONDS_OF_MESSAGES:
            raise Refused(CLOSE_TOO_MANY)
        self._heard.append(now)

    async def _follow(self, since: Version) -> None:
        try:
            followed = await in_thread(self._admit, self._asked)
        except (DomainError, SuspiciousOperation):
            raise Refused(CLOSE_GONE) from None
        except Exception:
            log.exception("live_admit_failed")
            raise Refused(CLOSE_FAULT) from None
        if self._page is not None:
            self._page.followed, self._page.at = followed, since
            return
        if (code := self._hub.room_for(followed.reader)) is not None:
            raise Refused(code)
        self._page = OpenPage(followed, since, self._say, self._ending)
        self._hub.add(self._page)

    async def _say(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})


async def _close(send: Send, code: int) -> None:
    try:
        await asyncio.wait_for(send({"type": "websocket.close", "code": code}), SECONDS_TO_SPEAK)
    except (TimeoutError, OSError, RuntimeError):
        # It is gone already, or does not take in even this.
        return


def _asked_in(scope: Scope) -> Asked | None:
    """What is asked by a page of the very host it asks. Nothing otherwise, without a word."""
    path = _PATH.fullmatch(scope["path"])
    if path is None:
        return None
    try:
        request = ASGIRequest({**scope, "method": "GET", "scheme": _SCHEMES[scope["scheme"]]}, BytesIO())
        # A browser names the origin of the page that opens a socket. Without it this is no page of ours.
        if request.META.get("HTTP_ORIGIN") != f"{request.scheme}://{request.get_host()}":
            return None
        language = request.GET.get("taal", "")
    except (SuspiciousOperation, UnicodeDecodeError):
        return None
    known = language in dict(settings.LANGUAGES)
    return Asked(request, path["source"], path["public_id"], language if known else settings.LANGUAGE_CODE)


def _version_in(message: Message) -> Version:
    text = message.get("text")
    if text is None:
        raise Refused(CLOSE_UNREADABLE)
    if len(text.encode()) > LONGEST_MESSAGE:
        raise Refused(CLOSE_TOO_BIG)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(CLOSE_UNREADABLE) from None
    if not isinstance(said, dict) or said.keys() != {"since"}:
        raise Refused(CLOSE_UNREADABLE)
    since = said["since"]
    if not isinstance(since, str) or len(since) > LONGEST_VERSION:
        raise Refused(CLOSE_UNREADABLE)
    return since
