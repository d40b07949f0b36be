"""Who deals with what became of messages, who writes newsletters, and who reads which."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.identity.states import Role

from .models import Newsletter
from .states import NewsletterState


def can_write_newsletters(actor: Actor) -> bool:
    """Make, test and send the newsletters of this portal."""
    return actor.is_system or actor.has_role(Role.CLERK, Role.ORGANISER)


def can_subscribe(actor: Actor) -> bool:
    """With one's own account, and by no assistant: it asks for mail."""
    return actor.person_id is not None and actor.assistant_id is None


def can_queue_newsletters(actor: Actor) -> bool:
    """The clock alone, after somebody pressed send."""
    return actor.is_system


def visible_newsletters(actor: Actor) -> QuerySet[Newsletter]:
    """Everybody reads what was sent. Drafts are for who writes them."""
    rows = Newsletter.objects.filter(portal_id=actor.require_portal())
    if can_write_newsletters(actor):
        return rows
    return rows.exclude(state=NewsletterState.DRAFT)


def can_settle(actor: Actor) -> bool:
    """Decide about mail of which nobody knows what became. Shows what it is about, and no address."""
    return actor.has_role(Role.CLERK, Role.ORGANISER)


def can_post(actor: Actor) -> bool:
    """Print and post the messages that people want as a letter. It holds their addresses."""
    return actor.has_role(Role.ORGANISER)


def can_call(actor: Actor) -> bool:
    """Call the people who want to hear an answer by telephone. It holds their numbers."""
    return actor.has_role(Role.CLERK, Role.ASSISTANT)
