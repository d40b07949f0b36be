"""How the database, the cache and other processes of an installation are reached, from one address each."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

# A page that finds no connection within these seconds says so, rather than keep a person waiting.
POOL = {"min_size": 2, "max_size": 12, "timeout": 5}


def database(url: str | None, *, data_dir: Path) -> dict[str, Any]:
    """SQLite below the data folder, unless an address of a PostgreSQL database is given."""
    if not url:
        data_dir.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_dir / "meebeslissen.sqlite3",
            "OPTIONS": {
                # A writer takes its lock when it starts, so that nobody decides on what another is changing.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            "TEST": {"NAME": data_dir / "test.sqlite3"},
        }
    settings: dict[str, Any] = dict(dj_database_url.parse(url))
    settings["OPTIONS"] = {**settings.get("OPTIONS", {}), "pool": POOL}
    return settings


def cache(url: str | None) -> dict[str, Any]:
    """Redis when its address is given; otherwise the memory of the one process there is."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "meebeslissen"}
    return {"BACKEND": "backend.core.rediscache.SharedRedisCache", "LOCATION": url}


def channel_layer(url: str | None) -> dict[str, Any]:
    """How processes tell each other whose open pages to close: by Redis, or within the only one there is."""
    if not url:
        # One process may run for months, and it stays a listener all that time.
        config: dict[str, Any] = {"group_expiry": float("inf")}
        return {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": config}
    host = {
        "address": url,
        # One to listen and one to speak are enough: nothing is said for each page or each update.
        "max_connections": 10,
        "socket_connect_timeout": 5,
        "socket_timeout": 5,
    }
    # Redis keeps the numbered databases apart, but not what is called out in them.
    prefix = f"live{urlsplit(url).path.replace('/', '-')}"
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host], "prefix": prefix},
    }
