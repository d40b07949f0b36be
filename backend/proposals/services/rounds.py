"""Months begin and end by themselves, at a moment on the wall clock in Amsterdam."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import require, require_found
from backend.core.locks import first_shared
from backend.core.lots.commitments import commitment_of, new_secret
from backend.places.models import Portal

from .. import permissions
from ..errors import RoundClosed
from ..models import Round, Rules
from ..rules import next_closing
from ..selectors.rounds import current_round, latest_rules
from ..selectors.tallies import candidates, refresh_running_totals

PLANS_AT_ONCE = 500


@transaction.atomic
def ensure_rounds(*, actor: Actor, portal_id: int, now: datetime) -> Round:
    """The round of this moment, begun now if nobody began it yet, with every one before it.

    A month that nobody saw passing, because the machine was off, gets its round too: each month is counted.
    """
    found = current_round(portal_id, at=now)
    if found is not None:
        return found
    # One at a time per portal: two first votes of a month must not begin it twice.
    portal = lock_portal(portal_id)
    last = Round.objects.filter(portal=portal).order_by("-number").first()
    rules = latest_rules(portal_id) or _first_rules(portal, now)
    while last is None or last.closes_at <= now:
        last = _begin(
            portal, rules, number=last.number + 1 if last else 1, opens_at=last.closes_at if last else now
        )
        audit.record(actor=actor, action="proposals.round_begun", target=last, at=now, number=last.number)
    pagecache.empty(portal_id)
    found = current_round(portal_id, at=now)
    if found is None:
        # Only when the clock was set back to before the first round.
        raise RoundClosed
    return found


def _begin(portal: Portal, rules: Rules, *, number: int, opens_at: datetime) -> Round:
    secret = new_secret()
    return Round.objects.create(
        municipality_id=portal.municipality_id,
        portal=portal,
        number=number,
        rules=rules,
        opens_at=opens_at,
        closes_at=next_closing(rules.period, rules.closing_time, after=opens_at),
        lot_commitment=commitment_of(secret),
        lot_secret=secret,
    )


def _first_rules(portal: Portal, now: datetime) -> Rules:
    """The defaults, until a clerk chooses otherwise."""
    return Rules.objects.create(
        municipality_id=portal.municipality_id,
        portal=portal,
        version=1,
        district_id=portal.district_id,
        made_at=now,
    )


@transaction.atomic
def refresh_totals(*, actor: Actor, round_id: int, now: datetime) -> None:
    """Bring the running totals in step with the rules of a new round and with proofs that ended.

    The count never looks at running totals; this is what visitors see until then.
    """
    require(permissions.can_close_rounds(actor))
    this = Round.objects.select_for_update(of=("self",)).select_related("rules").get(pk=round_id)
    if this.totals_refreshed_at is not None:
        return
    competing = list(candidates(this.portal_id, at=now).values_list("pk", flat=True))
    for start in range(0, len(competing), PLANS_AT_ONCE):
        plan_ids = competing[start : start + PLANS_AT_ONCE]
        refresh_running_totals(plan_ids=plan_ids, rules=this.rules, at=now)
    this.totals_refreshed_at = now
    this.save(update_fields=["totals_refreshed_at"])
    pagecache.empty(this.portal_id)


def lock_portal(portal_id: int) -> Portal:
    """A portal for whoever changes its rounds, rules or agenda: one at a time, while votes go on."""
    portals = Portal.objects.select_for_update(no_key=True).filter(pk=portal_id)
    return require_found(portals.first())


def hold_off_counting(portal_id: int) -> None:
    """Let a count that is going on finish first, and the next one wait until this change is made."""
    first_shared(Round.objects.filter(portal_id=portal_id, counted_at=None).order_by("number"))


def begin_next_round(*, actor: Actor, portal_id: int, now: datetime) -> None:
    """What the clock does when a round has ended: begin the one of this moment."""
    require(permissions.can_close_rounds(actor))
    ensure_rounds(actor=actor, portal_id=portal_id, now=now)
