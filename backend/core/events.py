"""Facts that one app publishes and apps above it react to, within the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, in the past tense, carrying ids and never models."""

    municipality_id: int
    at: datetime


E = TypeVar("E", bound=Event)
_subscribers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Mark a function that loads what it needs and calls one service when the event is published."""

    def register(react: Callable[[E], None]) -> Callable[[E], None]:
        if react not in _subscribers[event_type]:
            _subscribers[event_type].append(react)
        return react

    return register


def publish(event: Event) -> None:
    """Tell every subscriber now: they commit together with the change, or not at all."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Publish events inside the transaction of the change.")
    for react in _subscribers[type(event)]:
        react(event)
