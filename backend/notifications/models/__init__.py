"""The outbox, what people chose about it, and newsletters."""

from .messages import Message, Preference
from .newsletters import Block, Newsletter
from .subscriptions import Subscription

__all__ = ["Block", "Message", "Newsletter", "Preference", "Subscription"]
