"""Making somebody's votes count, by what the rules of play ask: where they live and how old they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.walltime import on_wall
from backend.identity.errors import TooYoung
from backend.identity.models import ResidencyProof
from backend.identity.rules import Claim, age_on
from backend.identity.services.counter import confirm_at_counter
from backend.identity.services.residency import declare_residency
from backend.identity.states import ProofLevel, SameName
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


def confirm_eligible(
    *,
    actor: Actor,
    portal: Portal,
    email: str,
    birth_date: date,
    claims: Sequence[Claim],
    is_housemate: bool = False,
    same_name: SameName | None = None,
    now: datetime,
) -> ResidencyProof:
    """A clerk saw a document of somebody of the area and the age that the rules of play ask for.

    Raises TooYoung, AlreadyProved or HomeAlreadyProved. Of the age only that it was reached is kept.
    """
    rules = rules_at(portal, now)
    if age_on(birth_date, on_wall(now).date()) < rules.minimum_age:
        raise TooYoung
    return confirm_at_counter(
        actor=actor,
        portal=portal,
        email=email,
        age=rules.minimum_age,
        claims=claims,
        district_id=rules.district_id,
        is_housemate=is_housemate,
        same_name=same_name,
        now=now,
    )


def rules_at(portal: Portal, now: datetime) -> Rules:
    """The rules in force, or the defaults before the first round."""
    return rules_in_force(portal.pk, at=now) or Rules(portal=portal, district=portal.district)
