"""Threads, what people write in them, and what moderators do."""

from .moderation import Interest, ModerationAction, Objection, Report, WaitingAlert
from .posts import Convinced, Post, Revision
from .threads import Thread, Visit

__all__ = [
    "Convinced",
    "Interest",
    "ModerationAction",
    "Objection",
    "Post",
    "Report",
    "Revision",
    "Thread",
    "Visit",
    "WaitingAlert",
]
