"""What must hold when moments and changes come in an order nobody planned."""

from datetime import date, timedelta

import pytest

from backend.core.tenancy import in_municipality
from backend.identity.states import Role
from backend.places.models import District, Portal
from backend.proposals.errors import RoundClosed
from backend.proposals.models import Rules, Vote
from backend.proposals.selectors.rounds import standing_of
from backend.proposals.selectors.tallies import recount
from backend.proposals.services.eligibility import confirm_eligible
from backend.proposals.services.outcomes import record_outcome
from backend.proposals.services.plans import withdraw_plan
from backend.proposals.services.reminders import items_without_outcome
from backend.proposals.services.votes import cast_vote, withdraw_vote
from backend.proposals.states import Result, Totals
from tests.builders.people import START, actor_of, document_of, make_actor, make_person
from tests.builders.plans import (
    again,
    close,
    make_meeting,
    make_plan,
    make_rules,
    make_votes,
    make_winner,
    new_outcome,
    round_at,
)
from tests.builders.web import client_for


def test_a_person_whose_two_rows_both_stood_counts_once(west: Portal) -> None:
    """A server whose clock is behind casts again what another one took back a moment before the close."""
    plan, voter = make_plan(west, at=START), make_actor(west)
    this = round_at(west, START)
    before = this.closes_at - timedelta(seconds=1)
    cast_vote(actor=voter, public_id=plan.public_id, now=START)
    withdraw_vote(actor=voter, public_id=plan.public_id, now=this.closes_at + timedelta(milliseconds=5))
    cast_vote(actor=voter, public_id=plan.public_id, now=before)
    assert Vote.objects.filter(plan=plan, person_id=voter.person_id).count() == 2
    assert [tally.votes for tally in recount(west.pk, this.rules, this.closes_at)] == [1]


def test_a_plan_is_not_withdrawn_out_of_a_count_that_is_late(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=START, votes=1)
    this = round_at(west, START)
    later = this.closes_at + timedelta(hours=1)
    with pytest.raises(RoundClosed):
        withdraw_plan(actor=proposer, public_id=plan.public_id, now=later)
    assert close(this, at=later).body["winner"] == plan.public_id


def test_the_page_of_a_winner_says_what_the_protocol_says(west: Portal) -> None:
    plan = make_plan(west, at=START, votes=2)
    this = round_at(west, START)
    make_votes(plan, 3, at=this.closes_at + timedelta(minutes=5))
    close(this, at=this.closes_at + timedelta(hours=1))
    assert again(plan).vote_count == 2


def test_proofs_are_for_the_area_that_the_rules_name(west: Portal) -> None:
    other = District.objects.create(municipality=west.municipality, name="Noord")
    make_rules(west, at=START, district_id=other.pk)
    plan = make_plan(west, at=START)
    cast_vote(actor=make_actor(west), public_id=plan.public_id, now=START)
    resident, clerk = make_person(west, verified=False), make_actor(west, Role.CLERK)
    with in_municipality(west.municipality_id):
        confirm_eligible(
            actor=clerk,
            portal=west,
            email=resident.email or "",
            birth_date=date(1980, 1, 1),
            claims=[document_of(resident)],
            now=START,
        )
    rules = Rules.objects.get(district=other)
    from_resident = actor_of(resident, west)
    cast_vote(actor=from_resident, public_id=plan.public_id, now=START + timedelta(minutes=1))
    assert [tally.votes for tally in recount(west.pk, rules, START + timedelta(hours=1))] == [1]


def test_totals_stay_hidden_until_the_round_that_hid_them_is_counted(west: Portal) -> None:
    make_rules(west, at=START, totals=Totals.HIDDEN)
    this = round_at(west, START)
    make_rules(west, at=START + timedelta(hours=1), totals=Totals.LIVE)
    after = this.closes_at + timedelta(minutes=1)
    round_at(west, after)
    assert standing_of(west.pk, at=after).totals_hidden
    close(this, at=after)
    assert not standing_of(west.pk, at=after).totals_hidden


@pytest.mark.parametrize("order", ["", "votes", "nonsense"])
def test_no_order_tells_hidden_totals(west: Portal, order: str) -> None:
    make_rules(west, at=START, totals=Totals.HIDDEN)
    first = make_plan(west, at=START, title="Veel stemmen", votes=3)
    last = make_plan(west, at=START + timedelta(minutes=1), title="Geen stemmen")
    assert again(first).vote_count == 3
    page = client_for(None, west).get("/", {"volgorde": order}).content.decode()
    assert page.index(last.title) < page.index(first.title)
    assert "3 stemmen" not in page


def test_nobody_is_reminded_of_news_that_was_told_or_is_not_due(west: Portal) -> None:
    plan = make_winner(west, at=START)
    clerk, councillor = make_actor(west, Role.CLERK), make_actor(west, Role.COUNCILLOR)
    assert clerk.person_id is not None
    won = again(plan).changed_at
    make_meeting(west, starts_at=won + timedelta(days=20), at=won)
    talked = won + timedelta(days=20)
    assert items_without_outcome(talked) == []
    assert len(items_without_outcome(talked + timedelta(days=2))) == 1
    for days in (10, 40):
        more_time = new_outcome(Result.MORE_TIME, next_on=(talked + timedelta(days=days)).date())
        record_outcome(actor=councillor, plan_public_id=plan.public_id, new=more_time, now=talked)
    assert items_without_outcome(talked + timedelta(days=20)) == []
    assert len(items_without_outcome(talked + timedelta(days=50))) == 1
