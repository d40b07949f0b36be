"""Stopping a kind of mail with one click in one of them, without signing in (RFC 8058)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.identity.models import Person
from backend.places.models import Portal

from ..keys import read_unsubscribe_token
from ..selectors import choices_of
from ..states import CADENCES, CAN_UNSUBSCRIBE, Channel, Choice, Kind
from .choices import choose


def kind_of_token(token: str) -> Kind:
    """Which kind of mail a key stops. Raises NotFound for a key that is not ours."""
    _person_id, kind = require_found(read_unsubscribe_token(token))
    require_found(True if kind == Kind.DIGEST or kind in CAN_UNSUBSCRIBE else None)
    return kind


@transaction.atomic
def unsubscribe(*, token: str, portal: Portal, now: datetime) -> Kind:
    """From now on the person reads this kind of messages on their page alone. Clicking twice changes nothing.

    Whoever holds the mail may do this, and nothing else. What the law or a promise requires, and what
    somebody chose to get by letter, goes on.
    """
    kind = kind_of_token(token)
    person_id, _kind = require_found(read_unsubscribe_token(token))
    person = Person.objects.filter(pk=person_id, left_at=None).first()
    if person is None:
        # Who left gets no mail. To whoever clicks it looks the same.
        return kind
    actor = Actor(municipality_id=portal.municipality_id, portal_id=portal.pk, person_id=person_id)
    for chosen_kind, choice in choices_of(actor).items():
        is_meant = chosen_kind == kind or (kind == Kind.DIGEST and choice in CADENCES)
        if is_meant and chosen_kind in CAN_UNSUBSCRIBE and choice.channel == Channel.EMAIL:
            choose(actor=actor, kind=chosen_kind, choice=Choice.PAGE, now=now)
    audit.record(actor=actor, action="notifications.unsubscribed", target=None, at=now, kind=kind)
    return kind
