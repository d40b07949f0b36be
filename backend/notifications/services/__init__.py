"""What apps above ask of messages. The other services are called by the pages and the clock of this app."""

from .choices import choose, keep_settings, mark_read, mark_read_about
from .outcomes import try_next_channel
from .queueing import Notice, forget, move_messages, notify, reroute, take_back

__all__ = [
    "Notice",
    "choose",
    "forget",
    "keep_settings",
    "mark_read",
    "mark_read_about",
    "move_messages",
    "notify",
    "reroute",
    "take_back",
    "try_next_channel",
]
