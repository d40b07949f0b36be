"""Saying that one has something to do with a subject."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found

from ... import permissions
from ...models import Interest
from ...permissions import visible_threads


@transaction.atomic
def declare_interest(*, actor: Actor, thread_public_id: str, why: str, now: datetime) -> Interest:
    """Leave the discussion about a subject to other moderators, for good. A second time changes nothing."""
    thread = require_found(visible_threads(actor).filter(public_id=thread_public_id).first())
    require(permissions.can_moderate(actor))
    if not why.strip():
        raise InvalidInput(_("Write down what you have to do with it."), field="why")
    interest, is_new = Interest.objects.get_or_create(
        thread=thread,
        moderator_id=actor.require_person(),
        defaults={"municipality_id": thread.municipality_id, "why": why.strip(), "declared_at": now},
    )
    if is_new:
        audit.record(actor=actor, action="discussion.interest_declared", target=thread, at=now)
    return interest
