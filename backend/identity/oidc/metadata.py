"""Where a broker's doors are and which keys it signs with, asked of the broker and kept for a few minutes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache

from ..brokers import Broker, is_on_loopback
from .errors import BrokerFailed, Why
from .fetching import Answer, ask, fetch

KEEP_SECONDS = 300
_DOORS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def metadata_of(broker: Broker) -> dict[str, Any]:
    """The broker's discovery document, checked. Raises BrokerFailed."""
    kept: dict[str, Any] | None = cache.get(_key(broker, "metadata"))
    if kept is None:
        kept = _checked(broker, fetch(_discovery(broker)))
        cache.set(_key(broker, "metadata"), kept, KEEP_SECONDS)
    return kept


def keys_of(broker: Broker, *, fresh: bool = False) -> list[dict[str, Any]]:
    """The public keys a broker signs with now. Asked anew when `fresh`: it may have changed them."""
    kept: list[dict[str, Any]] | None = None if fresh else cache.get(_key(broker, "keys"))
    if kept is None:
        kept = _keys_in(fetch(metadata_of(broker)["jwks_uri"]))
        cache.set(_key(broker, "keys"), kept, KEEP_SECONDS)
    return kept


def seconds_apart(broker: Broker, *, now: datetime) -> float | None:
    """Ask a broker anew, past what was kept. How far its clock is from ours; None: it does not say."""
    answer = ask(_discovery(broker))
    _keys_in(ask(_checked(broker, answer)["jwks_uri"]))
    try:
        return abs((parsedate_to_datetime(answer.date) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _discovery(broker: Broker) -> str:
    return broker.issuer.rstrip("/") + "/.well-known/openid-configuration"


def _keys_in(answer: Answer) -> list[dict[str, Any]]:
    found = answer.require_success().json().get("keys")
    if not isinstance(found, list):
        raise BrokerFailed(Why.METADATA)
    return [key for key in found if isinstance(key, dict)]


def _checked(broker: Broker, answer: Answer) -> dict[str, Any]:
    found = answer.require_success().json()
    # Word for word: a broker that calls itself differently also does so in its tokens.
    if found.get("issuer") != broker.issuer:
        raise BrokerFailed(Why.ISSUER)
    doors = [*_DOORS, *(["userinfo_endpoint"] if broker.userinfo else [])]
    if not all(_is_safe(broker, found.get(door)) for door in doors):
        raise BrokerFailed(Why.METADATA)
    return found


def _is_safe(broker: Broker, address: Any) -> bool:
    if not isinstance(address, str):
        return False
    if broker.is_on_loopback:
        return is_on_loopback(address)
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username and not parts.password


def _key(broker: Broker, what: str) -> str:
    return f"broker:{what}:{hashlib.sha256(broker.issuer.encode()).hexdigest()}:{int(broker.userinfo)}"
