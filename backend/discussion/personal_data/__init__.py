"""What this app holds about people."""

from . import moderation, texts

__all__ = ["moderation", "texts"]
