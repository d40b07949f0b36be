"""The cache in Redis, over connections that outlive a request.

Django makes its cache anew for every request that comes over ASGI, and with it the connections to Redis: each
page would begin with shaking hands. Here a process has one client, which threads may share.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class SharedClient(RedisCacheClient):
    """Django's client, which keeps redis-py's instead of making one for every command."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        make = super().get_client
        self._reader, self._writer = make(write=False), make(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._writer if write else self._reader


class SharedRedisCache(RedisCache):
    """Django's cache in Redis. Every instance for the same server uses the same client."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server

    @cached_property
    def _cache(self) -> SharedClient:
        return _client_of(self._server)


@cache
def _client_of(server: str) -> SharedClient:
    return SharedClient([server])
