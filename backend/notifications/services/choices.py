"""What people choose about their messages, and what they have read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require

from ..models import Message, Preference
from ..selectors import choices_of
from ..states import CAN_UNSUBSCRIBE, CHOICES, Channel, Choice, Delivery, Kind


@transaction.atomic
def choose(*, actor: Actor, kind: Kind, choice: Choice, now: datetime) -> None:
    """Choose how to hear about one kind of things from now on.

    Raises NotAllowed for what cannot be chosen: about their account people always hear at once.
    """
    person_id = actor.require_person()
    require(choice in CHOICES.get(kind, ()))
    Preference.objects.update_or_create(person_id=person_id, kind=kind, defaults={"choice": choice})
    if choice == Choice.PAGE and kind in CAN_UNSUBSCRIBE:
        # What waits for a digest was news by mail as well, which the person does not want any more.
        waiting = Message.objects.all_municipalities().filter(
            person_id=person_id, kind=kind, delivery=Delivery.QUEUED, digest__isnull=True
        )
        waiting.exclude(cadence="").update(channel=Channel.PAGE, delivery=Delivery.ON_PAGE, cadence="")
    audit.record(actor=actor, action="notifications.choice_made", target=None, at=now, kind=kind)


@transaction.atomic
def choose_all(*, actor: Actor, choices: Mapping[Kind, Choice], now: datetime) -> None:
    """Keep what somebody chose on their settings page. What stays as it was is not put on record."""
    before = choices_of(actor)
    for kind, choice in choices.items():
        if choice != before[kind]:
            choose(actor=actor, kind=kind, choice=choice, now=now)


def mark_read(*, actor: Actor, now: datetime) -> None:
    """The person has seen the messages on their page of this portal."""
    unread = Message.objects.filter(
        person_id=actor.require_person(), portal_id=actor.require_portal(), read_at=None
    )
    unread.update(read_at=now)


def mark_read_about(*, actor: Actor, subject: str, now: datetime) -> None:
    """The person has seen what messages about one subject lead to."""
    mine = Message.objects.filter(person_id=actor.require_person(), subject=subject, read_at=None)
    mine.update(read_at=now)
