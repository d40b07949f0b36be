"""The database, the cache and the folder of one run. Nothing of it is left behind."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
from psycopg import sql

POSTGRES = os.environ.get("MEEBESLISSEN_BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")
REDIS = os.environ.get("MEEBESLISSEN_BENCH_REDIS", "redis://127.0.0.1:6379")
REDIS_DATABASES = range(15, 0, -1)
# Everything a production installation is told, and nothing that makes it lighter. The load arrives as from
# a proxy that has taken HTTPS off, so that redirects, secure cookies and the check of the origin stay on.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "backend.config.settings.production",
    "MEEBESLISSEN_TRUSTED_PROXIES": "1",
    "MEEBESLISSEN_HOSTS": ".localhost",
    # Nothing listens there, and nothing sends: messages stay in the outbox.
    "MEEBESLISSEN_SMTP_URL": "smtp+plain://127.0.0.1:9",
}


class Unavailable(Exception):
    """Something the benchmark needs is not there. The message says what to do."""


@contextmanager
def installation() -> Iterator[dict[str, str]]:
    """The environment of an empty installation in production form, taken down afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="meebeslissen-bench-"))
    try:
        with _database() as database_url, _cache() as redis_url:
            yield {
                **PRODUCTION,
                "MEEBESLISSEN_DATA_DIR": str(folder),
                "MEEBESLISSEN_STATIC_DIR": str(folder / "static"),
                "MEEBESLISSEN_SECRET_KEY": secrets.token_urlsafe(60),
                "MEEBESLISSEN_IDENTITY_KEYS": secrets.token_urlsafe(60),
                "MEEBESLISSEN_DATABASE_URL": database_url,
                "MEEBESLISSEN_REDIS_URL": redis_url,
            }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database() -> Iterator[str]:
    name = f"meebeslissen_bench_{os.getpid()}"
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True)
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"PostgreSQL does not answer at {POSTGRES}. Start it, or name another with"
            " MEEBESLISSEN_BENCH_POSTGRES=postgres://user@host:port."
        ) from error
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{POSTGRES}/{name}"
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _cache() -> Iterator[str]:
    """An empty numbered database of Redis: what others keep there is never emptied."""
    for number in REDIS_DATABASES:
        cache = redis.Redis.from_url(f"{REDIS}/{number}")
        try:
            if cache.dbsize() == 0:
                break
        except redis.ConnectionError as error:
            raise Unavailable(
                f"Redis does not answer at {REDIS}. Start it, or name another with"
                " MEEBESLISSEN_BENCH_REDIS=redis://host:port."
            ) from error
    else:
        raise Unavailable(f"Every numbered database of Redis at {REDIS} is in use.")
    try:
        yield f"{REDIS}/{number}"
    finally:
        cache.flushdb()
        cache.close()
