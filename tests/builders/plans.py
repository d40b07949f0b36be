"""Plans in every state, by the same services that people use."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.models import Category, Meeting, Plan, Protocol, Round
from backend.proposals.services.agenda import NewMeeting, plan_meeting, take_off_agenda
from backend.proposals.services.counting import close_round
from backend.proposals.services.outcomes import NewOutcome, record_outcome
from backend.proposals.services.plans import PlanText, start_draft, submit_plan, withdraw_plan
from backend.proposals.services.rounds import ensure_rounds
from backend.proposals.services.rulebook import NewRules, set_rules
from backend.proposals.services.versions import NewVersion, adopt_argument
from backend.proposals.services.votes import cast_vote
from backend.proposals.states import PlanState, Result

from .discussions import make_argument
from .people import make_actor
from .portals import system_of


def plan_text(portal: Portal, **changes: Any) -> PlanText:
    """A complete plan, with what a test changes about it."""
    category = Category.objects.filter(portal=portal).order_by("position").first()
    complete: dict[str, Any] = {
        "title": "Bankjes langs de kade",
        "what": "Zet om de honderd meter een bankje.",
        "why": "Oudere buren kunnen nergens uitrusten.",
        "category_id": category.pk if category else None,
    }
    return PlanText(**{**complete, **changes})


def make_draft(portal: Portal, *, proposer: Actor | None = None, at: datetime, **text: Any) -> Plan:
    with in_municipality(portal.municipality_id):
        actor = proposer or make_actor(portal, at=at)
        return start_draft(actor=actor, text=plan_text(portal, **text), now=at)


def make_plan(
    portal: Portal, *, proposer: Actor | None = None, at: datetime, votes: int = 0, **text: Any
) -> Plan:
    """A plan that collects votes, with as many that count as asked for."""
    with in_municipality(portal.municipality_id):
        actor = proposer or make_actor(portal, at=at)
        draft = start_draft(actor=actor, text=plan_text(portal, **text), now=at)
        plan = submit_plan(actor=actor, public_id=draft.public_id, now=at)
        make_votes(plan, votes, at=at)
        return plan


def make_votes(plan: Plan, number: int, *, at: datetime, verified: bool = True) -> list[Actor]:
    """New residents who vote for a plan."""
    voters = [make_actor(plan.portal, verified=verified, at=at) for _ in range(number)]
    with in_municipality(plan.municipality_id):
        for voter in voters:
            cast_vote(actor=voter, public_id=plan.public_id, now=at)
    return voters


def round_at(portal: Portal, at: datetime) -> Round:
    """The round of a moment, begun when there is none yet."""
    with in_municipality(portal.municipality_id):
        return ensure_rounds(actor=system_of(portal), portal_id=portal.pk, now=at)


def close(this: Round, *, at: datetime | None = None) -> Protocol:
    """Count a round, at the moment it closes unless told otherwise."""
    with in_municipality(this.municipality_id):
        actor = Actor.system("the round ended", municipality_id=this.municipality_id)
        return close_round(actor=actor, round_id=this.pk, now=at or this.closes_at)


def make_rules(portal: Portal, *, at: datetime, **changes: Any) -> None:
    """Rules of play as they are by default, with what a test changes about them."""
    usual: dict[str, Any] = {
        "period": "month",
        "closing_time": time(23, 59, 59),
        "counts": 3,
        "minimum_votes": 0,
        "minimum_age": 16,
        "proof_level": 2,
        "totals": "live",
        "district_id": portal.district_id,
    }
    with in_municipality(portal.municipality_id):
        set_rules(actor=system_of(portal), portal=portal, new=NewRules(**{**usual, **changes}), now=at)


def make_meeting(
    portal: Portal, *, starts_at: datetime, papers_due_at: datetime | None = None, at: datetime
) -> Meeting:
    new = NewMeeting(
        committee="Commissie West",
        starts_at=starts_at,
        papers_due_at=papers_due_at or starts_at - timedelta(days=7),
        place="Raadzaal",
        attending="Dertien leden en een voorzitter.",
        contact="14 091",
    )
    with in_municipality(portal.municipality_id):
        return plan_meeting(actor=system_of(portal), portal=portal, new=new, now=at)


def make_winner(portal: Portal, *, proposer: Actor | None = None, at: datetime, votes: int = 2) -> Plan:
    """A plan that won its first count. The round it won closed after `at`."""
    plan = make_plan(portal, proposer=proposer, at=at, votes=votes, title="Een winnend plan")
    close(round_at(portal, at))
    return again(plan)


def new_outcome(result: Result = Result.IN_FULL, *, next_on: date, reason: str = "Het past.") -> NewOutcome:
    return NewOutcome(result=result, reason=reason, owner="Stadswerken", next_on=next_on)


def make_plan_in(portal: Portal, state: PlanState, *, proposer: Actor, at: datetime) -> Plan:
    """A plan of somebody in any state. On the agenda and beyond, its round closed in the month of `at`."""
    if state == PlanState.DRAFT:
        return make_draft(portal, proposer=proposer, at=at)
    if state in {PlanState.COMPETING, PlanState.WITHDRAWN}:
        plan = make_plan(portal, proposer=proposer, at=at, votes=1)
        if state == PlanState.WITHDRAWN:
            with in_municipality(portal.municipality_id):
                withdraw_plan(actor=proposer, public_id=plan.public_id, now=at)
        return again(plan)
    if state == PlanState.LAPSED:
        make_rules(portal, at=at, counts=1)
        plan = make_plan(portal, proposer=proposer, at=at)
        close(round_at(portal, at))
        return again(plan)
    plan = make_winner(portal, proposer=proposer, at=at)
    after = round_at(portal, at).closes_at
    with in_municipality(portal.municipality_id):
        if state == PlanState.TAKEN_OFF:
            clerk = make_actor(portal, Role.CLERK, at=at)
            take_off_agenda(actor=clerk, plan_public_id=plan.public_id, reason="Al gedaan.", now=after)
        if state == PlanState.DECIDED:
            councillor = make_actor(portal, Role.COUNCILLOR, at=at)
            outcome = new_outcome(next_on=after.date() + timedelta(days=30))
            record_outcome(actor=councillor, plan_public_id=plan.public_id, new=outcome, now=after)
            walk(after)
    return again(plan)


def argue(
    plan: Plan, *, writer: Actor | None = None, at: datetime, text: str = "Zet er ook een met leuning."
) -> Post:
    """What somebody says for a plan, in its discussion."""
    thread = again(plan).thread
    assert thread is not None
    return make_argument(thread, text, at=at, writer=writer)


def take_up(plan: Plan, post: Post, *, proposer: Actor, at: datetime, **changes: Any) -> Plan:
    """The plan after its proposer changed it because of an argument."""
    now_is = again(plan)
    usual: dict[str, Any] = {
        "what": f"{now_is.what} Een met leuning.",
        "why": now_is.why,
        "change": "Er komen bankjes met een leuning.",
        "replaces": now_is.version,
    }
    with in_municipality(plan.municipality_id):
        adopt_argument(
            actor=proposer,
            public_id=plan.public_id,
            post_public_id=post.public_id,
            new=NewVersion(**{**usual, **changes}),
            now=at,
        )
    return again(plan)


def again(plan: Plan) -> Plan:
    """The plan as it stands in the database now."""
    return Plan.objects.all_municipalities().select_related("portal", "thread").get(pk=plan.pk)
