"""Rounds, their rules and their protocols."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.core.errors import require_found

from ..models import PlanCount, Protocol, Round, Rules
from ..states import Totals


def current_round(portal_id: int, *, at: datetime) -> Round | None:
    """The round that a moment falls in, whether or not anybody has noticed that an earlier one ended."""
    return (
        Round.objects.filter(portal_id=portal_id, opens_at__lte=at, closes_at__gt=at)
        .select_related("rules")
        .first()
    )


@dataclass(frozen=True)
class Standing:
    """How voting stands at a moment: the open round, the rules in force, and whether totals are secret."""

    round: Round | None
    rules: Rules | None
    totals_hidden: bool


def standing_of(portal_id: int, *, at: datetime) -> Standing:
    """What pages about votes need to know. Totals stay secret until every round that hid them is counted."""
    begun = Round.objects.filter(portal_id=portal_id, counted_at=None, opens_at__lte=at)
    uncounted = list(begun.select_related("rules__district").order_by("number"))
    open_now = next((this for this in uncounted if this.closes_at > at), None)
    rules = open_now.rules if open_now else latest_rules(portal_id)
    in_force = [this.rules for this in uncounted] or ([rules] if rules else [])
    return Standing(open_now, rules, any(each.totals == Totals.HIDDEN for each in in_force))


def latest_rules(portal_id: int) -> Rules | None:
    """The newest version; it holds from the next round on if the current one began with an older one."""
    return Rules.objects.filter(portal_id=portal_id).select_related("district").order_by("-version").first()


def rules_in_force(portal_id: int, *, at: datetime) -> Rules | None:
    """The version that the round of this moment began with."""
    round_now = current_round(portal_id, at=at)
    return round_now.rules if round_now else latest_rules(portal_id)


def has_round_to_count(portal_id: int, *, now: datetime) -> bool:
    """Whether a round has ended that was not counted yet."""
    return Round.objects.filter(portal_id=portal_id, counted_at=None, closes_at__lte=now).exists()


def has_begun(rules: Rules) -> bool:
    """Whether a round has begun with these rules, so that they can no longer change."""
    return Round.objects.filter(rules=rules).exists()


def list_counted_rounds(actor: Actor) -> QuerySet[Round]:
    return (
        Round.objects.filter(portal_id=actor.require_portal())
        .exclude(counted_at=None)
        .select_related("protocol", "agenda_item__plan")
        .defer("protocol__body")
        .order_by("-number")
    )


def get_protocol(*, actor: Actor, number: int) -> Protocol:
    """The published record of one count, or NotFound."""
    return require_found(
        Protocol.objects.filter(round__portal_id=actor.require_portal(), round__number=number)
        .select_related("round")
        .first()
    )


def counts_of(plan_id: int) -> QuerySet[PlanCount]:
    """What a plan got at each count so far, oldest first."""
    return PlanCount.objects.filter(plan_id=plan_id).select_related("round").order_by("round__number")
