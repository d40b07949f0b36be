"""Asking a broker something over HTTP: for a short while, for a short answer, and nobody else."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.cache import cache

from .errors import BrokerFailed, Why

MOST_BYTES = 256 * 1024
# Who waited in vain has others not wait as long: every wait holds one of the few threads that answer pages.
SECONDS_GIVEN_UP = 10
PIECE = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back, whatever its status was."""

    status: int
    date: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """The answer as an object. Raises BrokerFailed when it is none."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            raise BrokerFailed(Why.NOT_JSON) from None
        if not isinstance(content, dict):
            raise BrokerFailed(Why.NOT_JSON)
        return content

    def require_success(self) -> Answer:
        if self.status != requests.codes.ok:
            raise BrokerFailed(Why.BROKER_FAULT)
        return self


def fetch(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    bearer: str = "",
) -> Answer:
    """The same as `ask`, but not of who was just waited for in vain."""
    given_up = f"broker:given-up:{urlsplit(url).netloc}"
    if cache.get(given_up):
        raise BrokerFailed(Why.UNREACHABLE)
    try:
        return ask(url, form=form, basic=basic, bearer=bearer)
    except BrokerFailed as failure:
        if failure.why == Why.UNREACHABLE:
            cache.set(given_up, True, SECONDS_GIVEN_UP)
        raise


def ask(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    bearer: str = "",
) -> Answer:
    """Get an address, or post a form to it. Follows no redirect. Raises BrokerFailed."""
    seconds = settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
    ends = time.monotonic() + 2 * seconds
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    try:
        with requests.request(
            "GET" if form is None else "POST",
            url,
            data=form,
            auth=basic,
            headers=headers,
            timeout=seconds,
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.is_redirect or 300 <= response.status_code < 400:
                raise BrokerFailed(Why.REDIRECTED)
            body = _limited(response, ends)
            return Answer(status=response.status_code, date=response.headers.get("Date", ""), body=body)
    except (requests.RequestException, OSError, ValueError):
        # The text of these may hold the address with what was asked, so it goes no further.
        raise BrokerFailed(Why.UNREACHABLE) from None


def _limited(response: requests.Response, ends: float) -> bytes:
    """The whole answer, unless it is too long or drips in too slowly."""
    body = b""
    for piece in response.iter_content(PIECE):
        body += piece
        if len(body) > MOST_BYTES:
            raise BrokerFailed(Why.TOO_LARGE)
        if time.monotonic() > ends:
            raise BrokerFailed(Why.UNREACHABLE)
    return body
