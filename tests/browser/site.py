"""The real application on a port of its own, and a way to its data."""

from __future__ import annotations

import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import uvicorn
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase

PATIENCE = 60
P = ParamSpec("P")
T = TypeVar("T")


class Site:
    """Where the application listens."""

    def __init__(self, port: int) -> None:
        self.port = port

    def address(self, hostname: str, path: str = "/") -> str:
        return f"http://{hostname}:{self.port}{path}"


def aside(do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something with the database while a browser is open.

    Playwright keeps an event loop running in the thread of the tests, where Django refuses its database.
    """
    answer: Future[T] = Future()

    def work() -> None:
        try:
            answer.set_result(do(*args, **kwargs))
        except BaseException as error:
            answer.set_exception(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answer.result(timeout=0)


@contextmanager
def running() -> Iterator[Site]:
    """The application as `serve` starts it, in a thread, until the tests are done with it."""
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            settings.ASGI_APPLICATION.replace(".application", ":application"),
            lifespan="off",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            log_level="warning",
            ws_max_size=4_096,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + PATIENCE
        while not server.started:
            assert thread.is_alive(), "The application did not start."
            assert time.monotonic() < until, "The application did not start in time."
            time.sleep(0.02)
        try:
            yield Site(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def empty_all_tables() -> None:
    """Leave the database as other tests expect to find it."""
    TransactionTestCase()._fixture_teardown()
