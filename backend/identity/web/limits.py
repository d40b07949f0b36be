"""How often somebody may try: slower after many wrong tries, and never shut out.

A try is a coin. Every place has a purse that fills again by itself, so waiting a short while always helps,
also in a library where many people share one address. Right tries give their coin back.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from allauth.core.internal.ratelimit import cache_lock, get_ip
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from ..errors import TooManyTries

# Nobody is asked to wait longer than this.
LONGEST_WAIT = 60


@dataclass(frozen=True)
class Purse:
    """So many tries in a row, and one more after each number of seconds."""

    name: str
    tries: int
    seconds: int


NETWORK = Purse("network", 20, 15)
ACCOUNT = Purse("account", 10, 30)
# The same wrong code again is a page that was sent twice, or a machine.
SECRET = Purse("secret", 5, LONGEST_WAIT)


@dataclass(frozen=True)
class Try:
    """What one try took its coins from."""

    keys: Sequence[tuple[Purse, str]]

    def give_back(self) -> None:
        """It was right: it costs nothing."""
        for purse, key in self.keys:
            with _alone(key):
                full_at = cache.get(key)
                if full_at is not None:
                    cache.set(key, full_at - purse.seconds, timeout=purse.tries * purse.seconds)


def take_try(
    request: HttpRequest, *, action: str, now: datetime, person_id: int | None = None, secret: str = ""
) -> Try:
    """Take a try for the network of a request, for an account and for what was typed, as far as there is one.

    Raises TooManyTries with the seconds to wait. Then nothing is taken, so asking too early costs nothing.
    """
    wanted = [(NETWORK, get_ip(request))]
    if person_id is not None:
        wanted.append((ACCOUNT, str(person_id)))
    if secret:
        wanted.append((SECRET, secret))
    taken: list[tuple[Purse, str]] = []
    for purse, who in wanted:
        key = _key(action, purse, who)
        wait = _take(key, purse, now.timestamp())
        if wait:
            Try(taken).give_back()
            raise TooManyTries(wait)
        taken.append((purse, key))
    return Try(taken)


def take_turn(*, purse: Purse, action: str, person_id: int, now: datetime) -> None:
    """Take a coin from a purse of one person. TooManyTries when it is empty."""
    wait = _take(_key(action, purse, str(person_id)), purse, now.timestamp())
    if wait:
        raise TooManyTries(wait)


def _take(key: str, purse: Purse, now: float) -> int:
    """Take one coin, or say after how many seconds there is one."""
    with _alone(key):
        # What is kept is when the purse will be full again: one number, however many tries there were.
        full_at = max(cache.get(key) or now, now)
        after = full_at + purse.seconds
        room = now + purse.tries * purse.seconds
        if after > room:
            return min(max(1, math.ceil(after - room)), LONGEST_WAIT)
        cache.set(key, after, timeout=purse.tries * purse.seconds)
        return 0


@contextmanager
def _alone(key: str) -> Iterator[None]:
    with cache_lock(key) as is_alone:
        if not is_alone:
            raise TooManyTries(1)
        yield


def _key(action: str, purse: Purse, who: str) -> str:
    """Neither an address nor a code can be read from the cache."""
    return f"tries:{action}:{purse.name}:{salted_hmac('tries', who, algorithm='sha256').hexdigest()}"
