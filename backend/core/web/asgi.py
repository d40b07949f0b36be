"""How a request from uvicorn is answered: whole, in one of a few threads that stay.

Django's own handler goes back and forth between its event loop and a thread made anew for each request. Our
pages are written without async, so that costs as much as the page itself, and a rush of visitors opens more
threads than there are connections to the database. Here a rush waits its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import IO, Any, cast

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

# Fewer than the connections of settings.databases.POOL, so that no page waits for one.
THREADS = 10

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class ThreadHandler(ASGIHandler):
    """Django's handler for HTTP, with every request from begin to end in one thread."""

    def __init__(self) -> None:
        # Not the parent's: it prepares the middleware for going back and forth.
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is answered here, not {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        # What was begun is finished, also when the visitor has gone: a vote is cast or it is not.
        response = await self._in_thread(self._answer, scope, body)
        if isinstance(response, StreamingHttpResponse):
            pieces: Iterator[bytes] = iter(response.streaming_content)  # type: ignore[arg-type]  # not async yet
            response.streaming_content = self._in_pieces(pieces)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await self._in_thread(response.close)

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        # Of the two there is always one.
        response = cast(HttpResponseBase, refused) if request is None else self.get_response(request)
        vars(response)["_handler_class"] = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            # It is closed after the last piece, maybe in another thread: what this one holds is let go now.
            close_old_connections()
        else:
            response.close()
            body.close()
        return response

    async def _in_pieces(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        while (piece := await self._in_thread(next, pieces, None)) is not None:
            yield piece

    async def _in_thread(self, do: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, copy_context().run, do, *arguments
        )
