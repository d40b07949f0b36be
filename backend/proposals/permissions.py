"""Who may do what with plans, rounds and the committee's agenda. The one place that decides it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from backend.core.actor import Actor
from backend.identity.states import Role

from .models import AgendaItem, Plan
from .states import PUBLIC_STATES, PlanState


def visible_plans(actor: Actor) -> QuerySet[Plan]:
    """Plans of this portal that are public, and one's own in every state."""
    mine = Q(proposer_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    return Plan.objects.filter(Q(state__in=PUBLIC_STATES) | mine, portal_id=actor.require_portal())


def can_propose(actor: Actor) -> bool:
    return actor.person_id is not None


def can_edit(actor: Actor, plan: Plan) -> bool:
    """Only one's own draft: after it was submitted others may have voted for these words."""
    return _is_proposer(actor, plan) and plan.state == PlanState.DRAFT


def can_vote(actor: Actor, plan: Plan) -> bool:
    """Everyone who is signed in. Whether the vote counts is a matter of proof, not of permission."""
    return actor.person_id is not None and plan.state in PUBLIC_STATES


def can_withdraw_plan(actor: Actor, plan: Plan) -> bool:
    return _is_proposer(actor, plan) and plan.state == PlanState.COMPETING


def can_take_up(actor: Actor, plan: Plan) -> bool:
    """The proposer may change the text by an argument from its discussion, until a count is over."""
    return _is_proposer(actor, plan) and plan.state == PlanState.COMPETING


def can_prepare(actor: Actor, plan: Plan) -> bool:
    """The proposer of a plan that goes to the committee."""
    return _is_proposer(actor, plan) and plan.state in {PlanState.ON_AGENDA, PlanState.DECIDED}


def can_choose_attendance(actor: Actor, item: AgendaItem) -> bool:
    """The proposer, until the plan is decided."""
    return _is_proposer(actor, item.plan) and item.plan.state == PlanState.ON_AGENDA


def can_manage_rounds(actor: Actor) -> bool:
    """Set the rules of play, plan meetings."""
    return actor.is_system or actor.has_role(Role.CLERK)


def can_close_rounds(actor: Actor) -> bool:
    """Nobody closes a month by hand: the clock does."""
    return actor.is_system


def can_take_off_agenda(actor: Actor, item: AgendaItem) -> bool:
    return actor.has_role(Role.CLERK) and item.plan.state == PlanState.ON_AGENDA


def can_give_context(actor: Actor, item: AgendaItem) -> bool:
    return actor.has_role(Role.OFFICIAL) and item.plan.state == PlanState.ON_AGENDA


def can_record_outcome(actor: Actor, item: AgendaItem) -> bool:
    return actor.has_role(Role.COUNCILLOR, Role.CLERK) and item.plan.state == PlanState.ON_AGENDA


def can_import(actor: Actor) -> bool:
    """Read in elections and discussions from elsewhere."""
    return actor.is_system or actor.has_role(Role.CLERK)


def _is_proposer(actor: Actor, plan: Plan) -> bool:
    return actor.person_id is not None and plan.proposer_id == actor.person_id
