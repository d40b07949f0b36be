"""Whatever people do in whatever order, the running totals are what a recount gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.feedback.models import Promise
from backend.identity.models import Person
from backend.proposals.errors import PlanNotCompeting, RoundClosed
from backend.proposals.models import Plan, Vote
from backend.proposals.selectors.tallies import recount
from backend.proposals.services.counting import close_round, rounds_to_close
from backend.proposals.services.votes import cast_vote, withdraw_vote
from backend.proposals.states import PlanState
from tests.builders.people import actor_of, confirm, make_person
from tests.builders.plans import make_plan, round_at
from tests.builders.portals import make_portal

START = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
PEOPLE = st.integers(0, 4)
PLANS = st.integers(0, 2)


class Months(RuleBasedStateMachine):
    """Five people, three plans, and months that end in between."""

    @initialize()
    def begin(self) -> None:
        # Each run undoes what it did.
        self.all_of_it = transaction.atomic()
        self.all_of_it.__enter__()
        self.now = START
        self.portal = make_portal("west")
        self.scope = in_municipality(self.portal.municipality_id)
        self.scope.__enter__()
        self.people: list[Person] = [
            make_person(self.portal, verified=number < 2, at=START) for number in range(5)
        ]
        self.plans: list[Plan] = [
            make_plan(self.portal, at=START, title=f"Plan {number}") for number in range(3)
        ]
        # Who supports what, as they were told themselves.
        self.supporting: set[tuple[int, int]] = set()

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.all_of_it.__exit__(None, None, None)

    def actor(self, person: int) -> Actor:
        return actor_of(self.people[person], self.portal, at=self.now)

    @rule(person=PEOPLE, plan=PLANS)
    def cast(self, person: int, plan: int) -> None:
        try:
            cast_vote(actor=self.actor(person), public_id=self.plans[plan].public_id, now=self.now)
        except (PlanNotCompeting, RoundClosed):
            return
        self.supporting.add((person, plan))

    @rule(person=PEOPLE, plan=PLANS)
    def take_back(self, person: int, plan: int) -> None:
        try:
            withdraw_vote(actor=self.actor(person), public_id=self.plans[plan].public_id, now=self.now)
        except (PlanNotCompeting, RoundClosed):
            return
        self.supporting.discard((person, plan))

    @rule(person=PEOPLE, age=st.sampled_from([15, 16, 40]))
    def prove(self, person: int, age: int) -> None:
        confirm(self.people[person], self.portal, age=age, at=self.now)

    @rule(days=st.integers(0, 20))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=1)

    @rule()
    def begin_round(self) -> None:
        round_at(self.portal, self.now)

    @precondition(lambda self: rounds_to_close(self.now))
    @rule()
    def count(self) -> None:
        for round_id in rounds_to_close(self.now):
            actor = Actor.system("the round ended", municipality_id=self.portal.municipality_id)
            close_round(actor=actor, round_id=round_id, now=self.now)

    @invariant()
    def totals_are_what_a_recount_gives(self) -> None:
        rules = round_at(self.portal, START).rules
        # Just after this moment, so that what was done in it is in.
        at = self.now + timedelta(microseconds=1)
        found = {tally.plan_id: tally.votes for tally in recount(self.portal.pk, rules, at)}
        running = {plan.pk: plan.vote_count for plan in Plan.objects.filter(state=PlanState.COMPETING)}
        assert running == found

    @invariant()
    def every_vote_that_stands_is_owed_an_answer(self) -> None:
        index_of = {plan.pk: index for index, plan in enumerate(self.plans)}
        person_of = {person.pk: index for index, person in enumerate(self.people)}
        votes = Vote.objects.filter(withdrawn_at=None).values_list("person_id", "plan_id")
        assert {(person_of[person], index_of[plan]) for person, plan in votes} == self.supporting
        owed = Promise.objects.filter(contribution="voted", state="open").values_list(
            "person_id", "subject__subject_id"
        )
        assert {(person_of[person], index_of[plan]) for person, plan in owed} == self.supporting


@pytest.mark.django_db
def test_running_totals_and_promises_are_right_whatever_people_do() -> None:
    run_state_machine_as_test(
        Months,
        settings=settings(max_examples=10, stateful_step_count=20, deadline=None, derandomize=True),
    )
