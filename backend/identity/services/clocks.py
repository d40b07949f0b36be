"""How long things are kept: decided by the privacy officer, or by the operator of a shared installation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotFound, require, require_found
from backend.core.retention import LIMITS, Clock

from .. import permissions
from ..models import RetentionClock


@transaction.atomic
def set_clock(*, actor: Actor, purpose: Clock, days: int, now: datetime) -> int:
    """Decide how long things are kept for a purpose, everywhere in this installation. On record.

    Gives the days it was before.
    """
    require(permissions.can_set_clocks(actor))
    clock = require_found(RetentionClock.objects.select_for_update().filter(purpose=purpose).first())
    if purpose not in LIMITS:
        raise NotFound
    fewest, most = LIMITS[purpose]
    if not fewest <= days <= most:
        message = _("Choose a number of days from %(fewest)s to %(most)s. Nothing was changed.")
        raise InvalidInput(message % {"fewest": fewest, "most": most}, field="days")
    if clock.days == days:
        return days
    before, clock.days, clock.changed_at = clock.days, days, now
    clock.save(update_fields=["days", "changed_at"])
    audit.record(
        actor=actor,
        action="identity.clock_set",
        target=clock,
        at=now,
        purpose=str(purpose),
        before=before,
        after=days,
    )
    return before
