"""Requests from uvicorn, answered in threads that stay."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.signals import request_finished
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from backend.core.web.asgi import THREADS, ThreadHandler

PIECES = [b"a" * 70_000, b"b" * 10, b""]


def echo(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.body, content_type="text/plain")
    response.set_cookie("seen", "1")
    return response


def thread(request: HttpRequest) -> HttpResponse:
    connection.ensure_connection()
    return HttpResponse(threading.current_thread().name)


def pieces(request: HttpRequest) -> StreamingHttpResponse:
    def one_by_one() -> Iterator[bytes]:
        connection.ensure_connection()
        yield from PIECES[:2]

    return StreamingHttpResponse(one_by_one())


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"".join(PIECES)))


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path("echo/", echo), path("thread/", thread), path("pieces/", pieces), path("file/", file)]
urlpatterns += [path("broken/", broken)]


@pytest.fixture
def handler(settings: Any) -> ThreadHandler:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    settings.ALLOWED_HOSTS = ["west.localhost"]
    return ThreadHandler()


def scope_of(address: str, method: str = "GET") -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"west.localhost"), (b"content-type", b"text/plain")],
    }


async def ask(handler: ThreadHandler, address: str, *parts: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The start of the answer, and its body as it came in."""
    communicator = ApplicationCommunicator(handler, scope_of(address, "POST" if parts else "GET"))
    for part in parts:
        await communicator.send_input({"type": "http.request", "body": part, "more_body": True})
    await communicator.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await communicator.receive_output(5)
    body = []
    while True:
        message = await communicator.receive_output(5)
        body.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    await communicator.wait(5)
    return start, body


def test_a_body_in_parts_is_read_whole_and_answered_with_headers_and_cookies(handler: ThreadHandler) -> None:
    start, body = asyncio.run(ask(handler, "/echo/", b"een ", b"plan"))
    assert start["status"] == 200
    assert b"".join(body) == b"een plan"
    assert (b"Content-Type", b"text/plain") in start["headers"]
    assert any(name == b"Set-Cookie" and value.startswith(b"seen=1") for name, value in start["headers"])


@pytest.mark.parametrize("address", ["/pieces/", "/file/"])
@pytest.mark.django_db(transaction=True)
def test_a_long_answer_leaves_in_pieces(handler: ThreadHandler, address: str) -> None:
    start, body = asyncio.run(ask(handler, address))
    assert start["status"] == 200
    assert b"".join(body) == b"".join(PIECES)
    assert len(body) > 2


@pytest.mark.parametrize("address", ["/nothing-here/", "/broken/"])
def test_what_goes_wrong_is_answered_too(handler: ThreadHandler, address: str, settings: Any) -> None:
    settings.MIDDLEWARE = []
    start, body = asyncio.run(ask(handler, address))
    assert start["status"] in {404, 500}
    assert b"Traceback" not in b"".join(body)


@pytest.mark.django_db(transaction=True)
def test_a_rush_is_answered_by_a_few_threads_that_stay(handler: ThreadHandler) -> None:
    async def rush() -> list[bytes]:
        answers = await asyncio.gather(*(ask(handler, "/thread/") for _ in range(5 * THREADS)))
        return [b"".join(body) for _start, body in answers]

    names = asyncio.run(rush())
    assert len(names) == 5 * THREADS
    assert 1 <= len(set(names)) <= THREADS


@pytest.mark.django_db(transaction=True)
def test_each_request_ends_in_the_thread_that_used_the_database(handler: ThreadHandler) -> None:
    ended: list[str] = []

    def note(**_: Any) -> None:
        ended.append(threading.current_thread().name)

    request_finished.connect(note)
    try:
        _start, body = asyncio.run(ask(handler, "/thread/"))
    finally:
        request_finished.disconnect(note)
    assert ended == [b"".join(body).decode()]


def test_a_visitor_who_leaves_halfway_gets_nothing(handler: ThreadHandler) -> None:
    async def leave() -> bool:
        communicator = ApplicationCommunicator(handler, scope_of("/echo/", "POST"))
        await communicator.send_input({"type": "http.request", "body": b"half", "more_body": True})
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(5)
        return await communicator.receive_nothing()

    assert asyncio.run(leave())


def test_nothing_but_http_is_answered(handler: ThreadHandler) -> None:
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(handler({"type": "websocket"}, None, None))  # type: ignore[arg-type]
