"""Reading messages."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.places.models import Portal
from backend.places.selectors import list_portals

from ..models import Message, Preference
from ..states import CHOICES, FOR_A_HUMAN, Choice, Kind


def visible_messages(actor: Actor) -> QuerySet[Message]:
    """A person's own messages at this portal, newest first."""
    return _on_page(actor).select_related("portal").order_by("-created_at", "-id")


def count_unread(actor: Actor) -> int:
    return _on_page(actor).filter(read_at=None).count()


def _on_page(actor: Actor) -> QuerySet[Message]:
    """A digest stands on no page: what it holds does. Newsletters have a page of their own, for everybody."""
    mine = Message.objects.filter(person_id=actor.require_person(), portal_id=actor.require_portal())
    return mine.exclude(kind__in=[Kind.DIGEST, Kind.NEWSLETTER])


def last_read(*, person_id: int, template: str, subject: str) -> int:
    """The message about a subject that somebody read last, or 0: what to tell once until it was read is keyed
    by it."""
    read = Message.objects.filter(person_id=person_id, template=template, subject=subject)
    return read.exclude(read_at=None).order_by("-pk").values_list("pk", flat=True).first() or 0


def choices_of(actor: Actor) -> dict[Kind, Choice]:
    """What somebody chose, for every kind that can be chosen."""
    rows = Preference.objects.filter(person_id=actor.require_person())
    chosen = {Kind(row.kind): Choice(row.choice) for row in rows}
    return {kind: chosen.get(kind, Choice.AT_ONCE) for kind in CHOICES}


def undelivered(portal_id: int) -> QuerySet[Message]:
    """What a person must look at: mail that failed, or of which nobody knows whether it arrived."""
    return Message.objects.filter(portal_id=portal_id, delivery__in=FOR_A_HUMAN).order_by("-created_at")


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
