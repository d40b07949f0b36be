"""What apps above ask of messages. The other services are called by the pages and the clock of this app."""

from .choices import choose, choose_all, mark_read, mark_read_about
from .outcomes import try_next_channel
from .queueing import Notice, forget, move_messages, notify

__all__ = [
    "Notice",
    "choose",
    "choose_all",
    "forget",
    "mark_read",
    "mark_read_about",
    "move_messages",
    "notify",
    "try_next_channel",
]
