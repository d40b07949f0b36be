"""Making somebody's votes count, by what the rules of play ask: where they live and how old they are."""

from __future__ import annotations

from datetime import datetime

from backend.core.actor import Actor
from backend.core.errors import require
from backend.identity.services.residency import confirm_at_counter, declare_residency
from backend.identity.states import ProofLevel
from backend.places.models import Portal

from ..models import Rules
from ..selectors.rounds import rules_in_force


def declare_eligible(*, actor: Actor, portal: Portal, now: datetime) -> None:
    """Take a resident's own word, where the rules of play do so. NotAllowed where they ask for more."""
    rules = rules_at(portal, now)
    require(rules.proof_level == ProofLevel.DECLARED)
    declare_residency(
        actor=actor, portal=portal, age=rules.minimum_age, district_id=rules.district_id, now=now
    )


def confirm_eligible(*, actor: Actor, portal: Portal, email: str, now: datetime) -> None:
    """A clerk saw a document of somebody of the area and the age that the rules of play ask for."""
    rules = rules_at(portal, now)
    confirm_at_counter(
        actor=actor,
        portal=portal,
        email=email,
        age=rules.minimum_age,
        district_id=rules.district_id,
        now=now,
    )


def rules_at(portal: Portal, now: datetime) -> Rules:
    """The rules in force, or the defaults before the first round."""
    return rules_in_force(portal.pk, at=now) or Rules(portal=portal, district=portal.district)
