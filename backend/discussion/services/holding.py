"""Which texts wait for a moderator before anybody reads them."""

from __future__ import annotations

from datetime import datetime

from backend.core.actor import Actor

from ..models import Thread
from ..states import HeldBecause


def reason_to_hold(*, actor: Actor, thread: Thread, text: str, now: datetime) -> HeldBecause | None:
    """The rule by which this text has to wait, or None when everybody can read it at once."""
    return None
