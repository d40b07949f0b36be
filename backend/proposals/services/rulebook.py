"""The rules of play of a portal: changed for rounds to come, never for one that has begun."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require
from backend.places.models import District, Portal

from .. import permissions
from ..models import Rules
from ..selectors.rounds import has_begun, latest_rules
from .rounds import lock_portal


@dataclass(frozen=True, kw_only=True)
class NewRules:
    """What a clerk can choose. The proof and the age also decide whose earlier votes count."""

    period: str
    closing_time: time
    counts: int
    minimum_votes: int
    minimum_age: int
    proof_level: int
    totals: str
    district_id: int


@transaction.atomic
def set_rules(*, actor: Actor, portal: Portal, new: NewRules, now: datetime) -> Rules:
    """Set the rules for the next round. A version that a round has begun with stays as it is for ever."""
    require(permissions.can_manage_rounds(actor))
    if not 1 <= new.counts <= 12:
        raise InvalidInput(_("Choose a number of counts from 1 to 12."), field="counts")
    if not District.objects.filter(pk=new.district_id).exists():
        raise InvalidInput(_("Choose an area of this municipality."), field="district_id")
    if new.minimum_age > 18:
        raise InvalidInput(_("The lowest age cannot be above 18."), field="minimum_age")
    # A round that begins now does so with the rules before or after this change, never with half of it.
    lock_portal(portal.pk)
    latest = latest_rules(portal.pk)
    if latest is None or has_begun(latest):
        rules = Rules(
            municipality_id=portal.municipality_id,
            portal=portal,
            version=latest.version + 1 if latest else 1,
        )
    else:
        rules = latest
    for name, value in asdict(new).items():
        setattr(rules, name, value)
    rules.made_at = now
    rules.made_by_id = actor.person_id
    rules.save()
    audit.record(actor=actor, action="proposals.rules_set", target=rules, at=now, version=rules.version)
    pagecache.empty(portal.pk)
    return rules
