"""Closing the open pages of somebody whose rights changed. They come back as whoever they are by then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from .hub import GROUP, hub

log = structlog.get_logger(__name__)


def close_pages_of(people: Iterable[int]) -> None:
    """Close every open page of some people, in all processes, as soon as the change is committed.

    When that cannot be said to another process, the change stands all the same: the review of its pages finds
    it within half a minute.
    """
    told = sorted(set(people))
    if told:
        transaction.on_commit(partial(_tell, {"type": "live.close", "people": told}), robust=True)


def _tell(message: dict[str, Any]) -> None:
    layer, loop = get_channel_layer(), hub.loop
    if loop is not None and loop.is_running():
        # Over the connections that the open pages of this process have already.
        asyncio.run_coroutine_threadsafe(_send(layer, message), loop)
    else:
        async_to_sync(_send)(layer, message)


async def _send(layer: Any, message: dict[str, Any]) -> None:
    try:
        await layer.group_send(GROUP, message)
    except Exception:
        log.exception("live_closing_failed")
