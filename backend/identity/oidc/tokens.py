"""Whether an ID token is genuine, meant for us, meant for this sign-in, fresh and sure enough.

Follows OpenID Connect Core 1.0, section 3.1.3.7. The signature is always checked, also where the standard
lets a client off because the token came straight from the broker.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt

from ..brokers import Broker
from .errors import BrokerFailed, Why

# Those with a public and a private half only: what anybody can read must not be enough to sign with.
ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
SHORTEST_RSA_KEY = 2048
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 10 * 60
LONGEST_SUBJECT = 255

Keys = Callable[[bool], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a token must say to be believed."""

    broker: Broker
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)


def verified_claims(token: Any, *, expected: Expected, keys: Keys, now: datetime) -> dict[str, Any]:
    """What a token says, after everything about it was checked. Raises BrokerFailed.

    `keys` gives the broker's public keys, asked anew when told so: once, when a key is not known.
    """
    claims = _signed_claims(token, keys)
    broker = expected.broker
    if claims.get("iss") != broker.issuer:
        raise BrokerFailed(Why.ISSUER)
    _require_audience(claims, broker.client_id)
    _require_fresh(claims, now.timestamp())
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise BrokerFailed(Why.NONCE)
    if "at_hash" in claims and claims["at_hash"] != _left_half(expected.access_token):
        raise BrokerFailed(Why.AT_HASH)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise BrokerFailed(Why.SUBJECT)
    _require_sure(claims, broker)
    return claims


def _signed_claims(token: Any, keys: Keys) -> dict[str, Any]:
    if not isinstance(token, str):
        raise BrokerFailed(Why.NO_TOKEN)
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise BrokerFailed(Why.MALFORMED) from None
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise BrokerFailed(Why.ALGORITHM)
    key = _key_for(header, keys(False)) or _key_for(header, keys(True))
    if key is None:
        raise BrokerFailed(Why.UNKNOWN_KEY)
    try:
        payload = jwt.PyJWS().decode(token, key, algorithms=[algorithm])
        claims = json.loads(payload)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise BrokerFailed(Why.SIGNATURE) from None
    if not isinstance(claims, dict):
        raise BrokerFailed(Why.MALFORMED)
    return claims


def _key_for(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> jwt.PyJWK | None:
    """The one key of the broker that fits a token, if there is one."""
    algorithm, named = header["alg"], header.get("kid")
    fitting = [
        key
        for key in keys
        if key.get("kty") == ALGORITHMS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (named is None or key.get("kid") == named)
    ]
    # A token may leave out which key it was signed with, but then there must be no choice.
    if len(fitting) != 1:
        return None
    try:
        key = jwt.PyJWK(dict(fitting[0]), algorithm=algorithm)
    except jwt.PyJWTError:
        return None
    return None if getattr(key.key, "key_size", 0) < _shortest(algorithm) else key


def _shortest(algorithm: str) -> int:
    return SHORTEST_RSA_KEY if ALGORITHMS[algorithm] == "RSA" else 256


def _require_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    if client_id not in several or (len(several) > 1 and party is None):
        raise BrokerFailed(Why.AUDIENCE)
    if party is not None and party != client_id:
        raise BrokerFailed(Why.AUDIENCE)


def _require_fresh(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if expires <= now - LEEWAY_SECONDS:
        raise BrokerFailed(Why.EXPIRED)
    if issued > now + LEEWAY_SECONDS:
        raise BrokerFailed(Why.FUTURE)
    if issued < now - OLDEST_SECONDS:
        raise BrokerFailed(Why.TOO_OLD)
    if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY_SECONDS:
        raise BrokerFailed(Why.FUTURE)


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BrokerFailed(Why.MALFORMED)
    return float(value)


def _require_sure(claims: Mapping[str, Any], broker: Broker) -> None:
    """A level that is not in the operator's list is no level."""
    if not broker.minimum_acr:
        return
    level = claims.get("acr")
    if not isinstance(level, str) or not level:
        raise BrokerFailed(Why.ACR_MISSING)
    if level not in broker.accepted_acr:
        raise BrokerFailed(Why.ACR_LOW)


def _left_half(access_token: str) -> str:
    """All algorithms in use here go with SHA-256."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
