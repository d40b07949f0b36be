"""Who deals with what became of messages."""

from __future__ import annotations

from backend.core.actor import Actor
from backend.identity.states import Role


def can_settle(actor: Actor) -> bool:
    """Decide about mail of which nobody knows what became. Shows what it is about, and no address."""
    return actor.has_role(Role.CLERK, Role.ORGANISER)


def can_post(actor: Actor) -> bool:
    """Print and post the messages that people want as a letter. It holds their addresses."""
    return actor.has_role(Role.ORGANISER)


def can_call(actor: Actor) -> bool:
    """Call the people who want to hear an answer by telephone. It holds their numbers."""
    return actor.has_role(Role.CLERK, Role.ASSISTANT)
