"""The cache in Redis, shared by all that a process does."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from django.core.cache import caches

from backend.core.rediscache import SharedRedisCache

URL = os.environ.get("MEEBESLISSEN_REDIS_URL", "")


def make() -> SharedRedisCache:
    return SharedRedisCache(URL or "redis://127.0.0.1:1/0", {})


def test_every_instance_for_a_server_uses_one_client() -> None:
    assert make()._cache is make()._cache
    assert make()._cache.get_client() is make()._cache.get_client("another")
    assert SharedRedisCache("redis://127.0.0.1:1/1", {})._cache is not make()._cache


@pytest.mark.skipif(not URL, reason="needs Redis: set MEEBESLISSEN_REDIS_URL")
def test_threads_read_and_count_together() -> None:
    cache: Any = make()
    cache.set("counted", 0, timeout=60)

    def count() -> None:
        for _ in range(50):
            make().incr("counted")

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("counted") == 400
    assert caches["default"].get("counted") == 400
