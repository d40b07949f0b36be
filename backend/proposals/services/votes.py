"""Voting for plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import DomainError, require
from backend.core.locks import first_shared
from backend.feedback import services as feedback
from backend.feedback.states import Contribution
from backend.identity.selectors.residency import has_proof
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from .. import permissions
from ..errors import PlanNotCompeting, RoundClosed
from ..models import Plan, Round, Vote
from ..selectors.plans import get_plan
from ..selectors.rounds import rules_in_force
from ..selectors.tallies import refresh_running_totals
from ..selectors.votes import find_own_vote
from ..states import PlanState
from .announcements import SUBJECT
from .plans import promise_to
from .rounds import ensure_rounds, hold_off_counting

# Voting and taking back in several tabs at once: after so many tries the person may press the button again.
ATTEMPTS = 5


@dataclass(frozen=True)
class Receipt:
    """What somebody who voted is told: that it was received, and whether it counts already."""

    plan: Plan
    counts: bool
    cast_at: datetime


def cast_vote(*, actor: Actor, public_id: str, now: datetime) -> Receipt:
    """Support a plan. A second time changes nothing and gives the same receipt.

    The vote of somebody who has not shown where they live is kept and counts as soon as they have.
    Raises NotFound, NotAllowed, PlanNotCompeting or RoundClosed.
    """
    for _attempt in range(ATTEMPTS):
        try:
            return _cast(actor, public_id, now)
        except IntegrityError:
            # The constraint knows of a vote already: a double click, a second tab, a second phone.
            plan = get_plan(actor=actor, public_id=public_id)
            standing = find_own_vote(actor=actor, plan=plan)
            if standing is not None:
                return Receipt(plan, standing.is_counting, standing.cast_at)
            # It was taken back in the meantime, so there is room for this one.
    raise DomainError


@transaction.atomic
def _cast(actor: Actor, public_id: str, now: datetime) -> Receipt:
    plan = get_plan(actor=actor, public_id=public_id, relations=["portal"])
    require(permissions.can_vote(actor, plan))
    person_id = actor.require_person()
    rules = _open_round(plan, now).rules
    counts = has_proof(
        person_id, district_id=rules.district_id, level=rules.proof_level, age=rules.minimum_age, at=now
    )
    vote = Vote.objects.create(
        municipality_id=plan.municipality_id, plan=plan, person_id=person_id, cast_at=now, is_counting=counts
    )
    # Asked of the row itself: the plan may have been counted out or withdrawn since it was read.
    competing = Plan.objects.filter(pk=plan.pk, state=PlanState.COMPETING)
    if not competing.update(vote_count=F("vote_count") + int(counts)):
        raise PlanNotCompeting
    plan.vote_count += int(counts)
    promise = promise_to(plan, person_id, Contribution.VOTED)
    feedback.open_promises(actor=actor, promises=[promise], now=now)
    notifications.notify(portal=plan.portal, people=[person_id], notice=_receipt_notice(vote, plan), now=now)
    # The record proves that somebody acted, never for which plan: also not by the second it happened.
    audit.record(actor=actor, action="proposals.vote_cast", target=plan.portal, at=to_the_minute(now))
    pagecache.empty(plan.portal_id)
    return Receipt(plan, counts, now)


@transaction.atomic
def withdraw_vote(*, actor: Actor, public_id: str, now: datetime) -> None:
    """Take a vote back, up to the moment the votes are counted. Without a standing vote nothing changes."""
    plan = get_plan(actor=actor, public_id=public_id)
    require(permissions.can_vote(actor, plan))
    person_id = actor.require_person()
    _open_round(plan, now)
    vote = Vote.objects.select_for_update().filter(plan=plan, person_id=person_id, withdrawn_at=None).first()
    if vote is None:
        return
    vote.withdrawn_at = now
    vote.save(update_fields=["withdrawn_at"])
    if vote.is_counting:
        Plan.objects.filter(pk=plan.pk).update(vote_count=F("vote_count") - 1)
    feedback.release_promise(
        subject_type=SUBJECT,
        subject_id=plan.pk,
        person_id=person_id,
        contribution=Contribution.VOTED,
        now=now,
    )
    # What was said about the vote goes with it: nothing keeps for which plan it was.
    notifications.forget(subject=f"vote:{vote.pk}", person_id=person_id)
    audit.record(actor=actor, action="proposals.vote_withdrawn", target=plan.portal, at=to_the_minute(now))
    pagecache.empty(plan.portal_id)


@transaction.atomic
def recognise_votes(*, actor: Actor, person_id: int, district_id: int, now: datetime) -> None:
    """Let the votes count that somebody cast before showing where they live."""
    votes = Vote.objects.filter(person_id=person_id, withdrawn_at=None, plan__state=PlanState.COMPETING)
    for portal_id in list(votes.order_by().values_list("plan__portal_id", flat=True).distinct()):
        rules = rules_in_force(portal_id, at=now)
        if rules is None or rules.district_id != district_id:
            continue
        hold_off_counting(portal_id)
        mine = list(votes.filter(plan__portal_id=portal_id).values_list("plan_id", flat=True))
        refresh_running_totals(plan_ids=mine, rules=rules, at=now)
        pagecache.empty(portal_id)
    audit.record(actor=actor, action="proposals.votes_recognised", target=None, at=now)


def to_the_minute(at: datetime) -> datetime:
    """A moment that does not tell which of two acts of one evening it was."""
    return at.replace(second=0, microsecond=0)


def _open_round(plan: Plan, now: datetime) -> Round:
    """The round of this moment, held so that counting waits for this vote; a counted one is closed."""
    if plan.state != PlanState.COMPETING:
        raise PlanNotCompeting
    open_now = Round.objects.filter(
        portal_id=plan.portal_id, opens_at__lte=now, closes_at__gt=now, counted_at=None
    )
    held = first_shared(open_now)
    if held is None:
        system = Actor.system("first vote of a round", municipality_id=plan.municipality_id)
        ensure_rounds(actor=system, portal_id=plan.portal_id, now=now)
        held = first_shared(open_now)
    if held is None:
        raise RoundClosed
    return held


def _receipt_notice(vote: Vote, plan: Plan) -> Notice:
    return Notice(
        kind=Kind.PLANS,
        template="vote_received",
        subject=f"vote:{vote.pk}",
        context={
            "title": plan.title,
            "address": f"/plannen/{plan.public_id}/",
            "counts": int(vote.is_counting),
        },
    )
