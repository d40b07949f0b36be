"""Threads and what people write in them."""

from .posts import Convinced, Post, Revision
from .threads import Thread, Visit

__all__ = ["Convinced", "Post", "Revision", "Thread", "Visit"]
