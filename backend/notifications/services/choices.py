"""What people choose about their messages, and what they have read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require

from ..models import ContactDetails, Message, Preference
from ..rules import Details, faulty_detail, missing_detail, tidy_details
from ..selectors import choices_of, details_of
from ..states import CAN_UNSUBSCRIBE, CHOICES, Channel, Choice, Delivery, Kind
from .queueing import reroute

_FAULTS = {
    "postcode": _("Fill in a postcode such as 1055 TK."),
    "telephone": _("Fill in a telephone number such as 06 12 34 56 78."),
}


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
def keep_settings(*, actor: Actor, choices: Mapping[Kind, Choice], details: Details, now: datetime) -> None:
    """Keep how and where somebody wants to be reached. What stays as it was is not put on record.

    Raises InvalidInput for what cannot be right, and for a letter or a call that has nowhere to go.
    """
    before = choices_of(actor)
    tidy = tidy_details(details)
    if fault := faulty_detail(tidy):
        raise InvalidInput(_FAULTS[fault], field=fault)
    channels = {choice.channel for choice in (before | dict(choices)).values()}
    if missing := missing_detail(tidy, channels):
        raise InvalidInput(_("Fill this in, or choose another way to hear from us."), field=missing)
    _keep_details(actor, tidy, now)
    for kind, choice in choices.items():
        if choice != before[kind]:
            choose(actor=actor, kind=kind, choice=choice, now=now)


def _keep_details(actor: Actor, details: Details, now: datetime) -> None:
    person_id = actor.require_person()
    if details == details_of(actor):
        return
    if details == Details():
        ContactDetails.objects.filter(person_id=person_id).delete()
    else:
        ContactDetails.objects.update_or_create(
            person_id=person_id,
            defaults={
                "name": details.contact_name,
                "street": details.street,
                "postcode": details.postcode,
                "city": details.city,
                "telephone": details.telephone,
            },
        )
    audit.record(actor=actor, action="notifications.contact_details_changed", target=None, at=now)
    reroute([person_id], now)


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
