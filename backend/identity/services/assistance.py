"""Taking part with the help of an assistant: visible, on record, and ended by either of the two."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.core.events import publish
from backend.core.ids import normal_public_id
from backend.core.live.closing import close_pages_of
from backend.places.models import Portal

from .. import permissions
from ..events import HelpStarted
from ..models import Mandate, Person
from ..states import HelpChannel
from .redeeming import Redeemed, redeem_letter_code

# Our default: long enough for a visit at the counter, short enough to be forgotten without harm.
HELP_LASTS = timedelta(hours=1)


@transaction.atomic
def start_helping(
    *, actor: Actor, portal: Portal, card_number: str, channel: HelpChannel, now: datetime
) -> Mandate:
    """Let an assistant act in the name of somebody who gave them the number of their card.

    It ends by itself after an hour. Whom the assistant helped before is let go first. InvalidInput when
    nobody has that number.
    """
    require(permissions.can_help(actor))
    assistant_id = actor.require_person()
    person = Person.objects.filter(
        public_id=normal_public_id(card_number), is_active=True, left_at=None
    ).first()
    if person is None:
        message = _("Nobody has this number. Look at the card again. Nothing was changed.")
        raise InvalidInput(message, field="card_number")
    if person.pk == assistant_id:
        message = _("This is your own number. For yourself you need no help: use your own page.")
        raise InvalidInput(message, field="card_number")
    # Held, so that a double click makes one mandate and not two.
    Person.objects.select_for_update().get(pk=assistant_id)
    _end(Mandate.objects.filter(assistant_id=assistant_id, portal=portal, ended_at=None), now)
    mandate = Mandate.objects.create(
        municipality_id=portal.municipality_id,
        portal=portal,
        person=person,
        assistant_id=assistant_id,
        channel=channel,
        given_at=now,
        ends_at=now + HELP_LASTS,
    )
    audit.record(actor=actor, action="identity.help_started", target=mandate, at=now, channel=str(channel))
    publish(
        HelpStarted(
            municipality_id=portal.municipality_id,
            at=now,
            person_id=person.pk,
            portal_id=portal.pk,
            mandate_id=mandate.pk,
        )
    )
    return mandate


@transaction.atomic
def redeem_for_helped(*, actor: Actor, portal: Portal, code: str, now: datetime) -> Redeemed:
    """Use the code that somebody reads out from their letter: it opens their voice, not the assistant's.

    Raises what using a code by oneself raises.
    """
    require(permissions.can_help(actor))
    for_somebody = Actor(actor.municipality_id, actor.portal_id, assistant_id=actor.person_id)
    return redeem_letter_code(actor=for_somebody, portal=portal, code=code, now=now)


@transaction.atomic
def stop_helping(*, actor: Actor, now: datetime) -> None:
    """The assistant is done. Without an open mandate nothing changes."""
    open_now = Mandate.objects.filter(assistant_id=actor.acting_id, portal_id=actor.require_portal())
    for mandate in _end(open_now.filter(ended_at=None), now):
        audit.record(actor=actor, action="identity.help_ended", target=mandate, at=now)


@transaction.atomic
def take_back_mandate(*, actor: Actor, public_id: str, now: datetime) -> None:
    """The person wants no more help: from this moment the assistant can do nothing in their name."""
    mine = Mandate.objects.filter(person_id=actor.require_person(), public_id=public_id)
    require_found(mine.first())
    for mandate in _end(mine.filter(ended_at=None), now):
        audit.record(actor=actor, action="identity.help_taken_back", target=mandate, at=now)


def _end(mandates: models.QuerySet[Mandate], now: datetime) -> list[Mandate]:
    open_now = list(mandates.select_for_update())
    Mandate.objects.filter(pk__in=[mandate.pk for mandate in open_now]).update(ended_at=now)
    close_pages_of(mandate.assistant_id for mandate in open_now)
    return open_now
