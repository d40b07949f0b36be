"""Where open pages ask the database: in two threads of their own, so that they never take those of pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

# With the threads of config.asgi not more than the connections of settings.databases.POOL.
THREADS = 2
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something with the database without holding up the open pages."""

    def work() -> T:
        close_old_connections()
        try:
            return do(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, work)
