"""Voting, taking a vote back, and what makes a vote count."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.core.actor import Actor
from backend.core.errors import NotAllowed, NotFound
from backend.feedback.models import Promise
from backend.identity.models import Person
from backend.identity.services.residency import declare_residency
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.errors import PlanNotCompeting, RoundClosed
from backend.proposals.models import Plan, Vote
from backend.proposals.selectors.votes import list_own_votes
from backend.proposals.services.votes import cast_vote, withdraw_vote
from backend.proposals.states import PlanState
from tests.builders.people import actor_of, confirm, make_actor, make_person
from tests.builders.plans import (
    again,
    close,
    make_draft,
    make_plan,
    make_plan_in,
    make_rules,
    make_votes,
    round_at,
)
from tests.builders.portals import make_portal, visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def plan(west: Portal) -> Plan:
    return make_plan(west, at=NOW)


def vote(actor: Actor, plan: Plan, at: datetime = LATER) -> bool:
    return cast_vote(actor=actor, public_id=plan.public_id, now=at).counts


def votes_of(plan: Plan) -> int:
    return again(plan).vote_count


def test_a_vote_of_a_verified_resident_counts_at_once_with_a_receipt(west: Portal, plan: Plan) -> None:
    voter = make_actor(west)
    receipt = cast_vote(actor=voter, public_id=plan.public_id, now=LATER)
    assert (receipt.counts, receipt.cast_at) == (True, LATER)
    assert votes_of(plan) == 1
    message = Message.objects.get(template="vote_received")
    assert (message.person_id, message.context["title"], message.context["counts"]) == (
        voter.person_id,
        plan.title,
        1,
    )
    promise = Promise.objects.get(contribution="voted")
    assert (promise.person_id, promise.state) == (voter.person_id, "open")
    assert [own.plan for own in list_own_votes(voter)] == [plan]


def test_a_second_vote_changes_nothing_and_gives_the_same_receipt(west: Portal, plan: Plan) -> None:
    voter = make_actor(west)
    first = cast_vote(actor=voter, public_id=plan.public_id, now=LATER)
    second = cast_vote(actor=voter, public_id=plan.public_id, now=LATER + timedelta(days=1))
    assert (second.counts, second.cast_at) == (first.counts, first.cast_at)
    assert votes_of(plan) == 1
    assert Vote.objects.count() == 1
    assert Message.objects.filter(template="vote_received").count() == 1
    assert Promise.objects.filter(contribution="voted").count() == 1


@pytest.mark.parametrize(("verified", "age"), [(False, 18), (True, 15)])
def test_a_vote_without_proof_is_kept_and_does_not_count(
    west: Portal, plan: Plan, verified: bool, age: int
) -> None:
    voter = make_actor(west, verified=verified, age=age)
    assert vote(voter, plan) is False
    assert votes_of(plan) == 0
    assert Vote.objects.get().is_counting is False
    # They are owed an answer all the same.
    assert Promise.objects.filter(person_id=voter.person_id, state="open").exists()


def test_showing_where_one_lives_makes_earlier_votes_count(west: Portal, plan: Plan) -> None:
    other, person = make_plan(west, at=NOW, title="Een andere"), make_person(west, verified=False)
    voter = actor_of(person, west)
    vote(voter, plan)
    vote(voter, other)
    confirm(person, west, age=15, at=LATER)
    assert (votes_of(plan), votes_of(other)) == (0, 0)
    confirm(person, west, age=16, at=LATER)
    assert (votes_of(plan), votes_of(other)) == (1, 1)
    assert vote(voter, plan) is True
    withdraw_vote(actor=voter, public_id=other.public_id, now=LATER)
    assert (votes_of(plan), votes_of(other)) == (1, 0)


def test_proof_of_another_district_makes_nothing_count(west: Portal, plan: Plan) -> None:
    person = make_person(make_portal("noord"))
    assert vote(actor_of(person, west), plan) is False


def test_ones_own_word_counts_where_the_rules_say_so(west: Portal) -> None:
    make_rules(west, at=NOW, proof_level=1)
    plan, person = make_plan(west, at=NOW), make_person(west, verified=False)
    voter = actor_of(person, west)
    assert vote(voter, plan) is False
    declare_residency(actor=voter, portal=west, age=16, now=LATER)
    assert votes_of(plan) == 1
    assert vote(make_actor(west), plan) is True


def test_proof_is_judged_by_the_rules_of_the_round_that_is_open(west: Portal, plan: Plan) -> None:
    """Stricter rules for the next round change nothing for the one that runs."""
    make_rules(west, at=LATER, minimum_age=18)
    person = make_person(west, verified=False)
    vote(actor_of(person, west), plan)
    confirm(person, west, age=16, at=LATER)
    assert votes_of(plan) == 1


def test_a_vote_can_be_taken_back_and_given_again(west: Portal, plan: Plan) -> None:
    voter = make_actor(west)
    vote(voter, plan)
    withdraw_vote(actor=voter, public_id=plan.public_id, now=LATER + timedelta(minutes=1))
    assert votes_of(plan) == 0
    assert not Promise.objects.filter(person_id=voter.person_id).exists()
    assert not Message.objects.filter(person_id=voter.person_id).exists()
    assert not list_own_votes(voter).exists()
    # A second time, and without a vote at all, nothing changes.
    withdraw_vote(actor=voter, public_id=plan.public_id, now=LATER + timedelta(minutes=2))
    withdraw_vote(actor=make_actor(west), public_id=plan.public_id, now=LATER)
    assert votes_of(plan) == 0
    assert vote(voter, plan, LATER + timedelta(minutes=3)) is True
    assert votes_of(plan) == 1
    promise = Promise.objects.get(person_id=voter.person_id)
    assert (promise.state, promise.kept_at) == ("open", None)


def test_after_the_round_was_counted_a_late_click_is_told_so(west: Portal, plan: Plan) -> None:
    this, voter = round_at(west, NOW), make_actor(west)
    before = this.closes_at - timedelta(seconds=1)
    vote(voter, plan, before)
    make_votes(make_plan(west, at=NOW, title="De winnaar"), 2, at=NOW)
    close(this)
    for act in (cast_vote, withdraw_vote):
        with pytest.raises(RoundClosed):
            act(actor=voter, public_id=plan.public_id, now=before)
    assert votes_of(plan) == 1
    # In the next round everything goes on.
    withdraw_vote(actor=voter, public_id=plan.public_id, now=this.closes_at)
    assert votes_of(plan) == 0


@pytest.mark.parametrize(
    "state",
    [PlanState.ON_AGENDA, PlanState.DECIDED, PlanState.LAPSED, PlanState.TAKEN_OFF],
)
def test_a_plan_that_does_not_compete_takes_no_votes(west: Portal, state: PlanState) -> None:
    plan = make_plan_in(west, state, proposer=make_actor(west), at=NOW)
    count = plan.vote_count
    after = round_at(west, NOW).closes_at + timedelta(days=1)
    with pytest.raises(PlanNotCompeting):
        cast_vote(actor=make_actor(west), public_id=plan.public_id, now=after)
    assert votes_of(plan) == count


def test_drafts_and_withdrawn_plans_are_not_there_to_vote_for(west: Portal) -> None:
    proposer = make_actor(west)
    for plan in (
        make_draft(west, proposer=proposer, at=NOW),
        make_plan_in(west, PlanState.WITHDRAWN, proposer=proposer, at=NOW),
    ):
        with pytest.raises(NotFound):
            cast_vote(actor=make_actor(west), public_id=plan.public_id, now=LATER)
        with pytest.raises(NotAllowed):
            cast_vote(actor=proposer, public_id=plan.public_id, now=LATER)


def test_visitors_are_not_allowed_and_other_portals_do_not_know_the_plan(west: Portal, plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        cast_vote(actor=visitor_of(west), public_id=plan.public_id, now=LATER)
    north = make_portal("noord")
    with pytest.raises(NotFound):
        cast_vote(actor=actor_of(make_person(north), north), public_id=plan.public_id, now=LATER)


def test_the_first_vote_of_a_month_begins_its_round(west: Portal, plan: Plan) -> None:
    first = round_at(west, NOW)
    next_month = first.closes_at + timedelta(days=3)
    vote(make_actor(west), plan, next_month)
    second = round_at(west, next_month)
    assert (second.number, second.opens_at) == (2, first.closes_at)


def test_somebody_without_an_address_can_vote_and_reads_the_receipt_on_their_page(
    west: Portal, plan: Plan
) -> None:
    person = make_person(west)
    Person.objects.filter(pk=person.pk).update(email=None)
    assert vote(actor_of(person, west), plan) is True
    assert Message.objects.get(template="vote_received").delivery == "on_page"
