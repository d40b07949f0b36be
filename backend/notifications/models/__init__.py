"""The outbox, how people want to be told, and newsletters."""

from .messages import (
    HAS_ADDRESS,
    HAS_TELEPHONE,
    WAITS_BY_HAND,
    ContactDetails,
    Message,
    PostBatch,
    Preference,
)
from .newsletters import Block, Newsletter
from .subscriptions import Subscription

__all__ = [
    "HAS_ADDRESS",
    "HAS_TELEPHONE",
    "WAITS_BY_HAND",
    "Block",
    "ContactDetails",
    "Message",
    "Newsletter",
    "PostBatch",
    "Preference",
    "Subscription",
]
