"""Reading messages."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.places.models import Portal
from backend.places.selectors import list_portals

from ..models import Message, Preference
from ..states import Channel, Delivery


def visible_messages(actor: Actor) -> QuerySet[Message]:
    """A person's own messages at this portal, newest first."""
    return (
        Message.objects.filter(person_id=actor.require_person(), portal_id=actor.require_portal())
        .select_related("portal")
        .order_by("-created_at", "-id")
    )


def count_unread(actor: Actor) -> int:
    return Message.objects.filter(
        person_id=actor.require_person(), portal_id=actor.require_portal(), read_at=None
    ).count()


def channel_of(actor: Actor) -> Channel:
    preference = Preference.objects.filter(person_id=actor.require_person()).first()
    return Channel(preference.channel) if preference else Channel.EMAIL


def undelivered(portal_id: int) -> QuerySet[Message]:
    """What a person must look at: mail that failed, or of which nobody knows whether it arrived."""
    return Message.objects.filter(
        portal_id=portal_id, delivery__in=[Delivery.FAILED, Delivery.UNCERTAIN]
    ).order_by("-created_at")


def portal_last_heard_from(person_id: int) -> Portal | None:
    """The portal that wrote to somebody last, or else any: it is the one they know."""
    last = (
        Message.objects.all_municipalities()
        .filter(person_id=person_id)
        .select_related("portal")
        .order_by("-created_at", "-pk")
        .first()
    )
    if last is not None:
        return last.portal
    return next(iter(list_portals()), None)
