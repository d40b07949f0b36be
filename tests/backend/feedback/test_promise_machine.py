"""Whatever people, officials and the post do in whatever order: nobody is forgotten, and only an answer that
arrived counts as one."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

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

from backend.core.errors import DomainError
from backend.core.events import _subscribers
from backend.core.tenancy import in_municipality
from backend.feedback.events import SubjectAnswered
from backend.feedback.models import Answer, Promise, Waiver
from backend.feedback.selectors.owed import is_anybody_owed, list_unreached
from backend.feedback.services import release_promise
from backend.feedback.services.delivering import tell_in_person
from backend.feedback.services.waiving import waive_answers, waive_one
from backend.feedback.states import MOVES, OWED, Contribution, PromiseState, Told
from backend.identity.models import Person
from backend.identity.services.leaving import leave
from backend.identity.states import Role
from backend.notifications.models import ContactDetails, Message
from backend.notifications.services import choose
from backend.notifications.states import Choice, Delivery, Kind
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.portals import make_portal
from tests.builders.promises import NOW, answer, arrives, comes_back, make_subject, owe

PEOPLE = st.integers(0, 3)
WHAT = st.sampled_from([Contribution.VOTED, Contribution.ARGUED])


class Promises(RuleBasedStateMachine):
    """Four people, one subject, officials who answer or waive, and post that arrives or comes back."""

    @initialize()
    def begin(self) -> None:
        # Each run undoes what it did.
        self.all_of_it = transaction.atomic()
        self.all_of_it.__enter__()
        self.now = NOW
        self.portal = make_portal("west")
        self.scope = in_municipality(self.portal.municipality_id)
        self.scope.__enter__()
        self.people = [make_person(self.portal, at=NOW) for _ in range(4)]
        # The first reads their page, the second has a letterbox, the third no mail at all.
        choose(actor=self.actor(0), kind=Kind.ANSWERS, choice=Choice.PAGE, now=NOW)
        ContactDetails.objects.create(
            person=self.people[1], name="S", street="Kade 1", postcode="1055 TK", city="Amsterdam"
        )
        Person.objects.filter(pk=self.people[2].pk).update(email=None)
        self.left: set[int] = set()
        self.subject = make_subject(self.portal)
        self.councillor = make_actor(self.portal, Role.COUNCILLOR, at=NOW)
        self.clerk = make_actor(self.portal, Role.CLERK, at=NOW)
        # What the post did with each answer for each person, as the post itself knows.
        self.reached: set[tuple[int, int]] = set()
        self.answered = 0
        self.before: dict[int, str] = {}
        _subscribers[SubjectAnswered].append(self.hear)

    def hear(self, event: SubjectAnswered) -> None:
        assert not self.owed()
        self.answered += 1

    def teardown(self) -> None:
        if hasattr(self, "answered"):
            _subscribers[SubjectAnswered].remove(self.hear)
            self.scope.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.all_of_it.__exit__(None, None, None)

    def actor(self, person: int):  # type: ignore[no-untyped-def]  # of an Actor
        return actor_of(self.people[person], self.portal, at=self.now)

    def owed(self) -> bool:
        return is_anybody_owed(subject_type=self.subject.subject_type, subject_id=self.subject.subject_id)

    def answers(self, *deliveries: Delivery) -> list[Message]:
        rows = Message.objects.filter(kind=Kind.ANSWERS, delivery__in=deliveries)
        return list(rows.order_by("pk"))

    @rule(person=PEOPLE, what=WHAT)
    def contribute(self, person: int, what: Contribution) -> None:
        if person not in self.left:
            owe(self.subject, [self.people[person].pk], what=what, at=self.now)

    @rule(person=PEOPLE, what=WHAT)
    def take_back(self, person: int, what: Contribution) -> None:
        release_promise(
            subject_type=self.subject.subject_type,
            subject_id=self.subject.subject_id,
            person_id=self.people[person].pk,
            contribution=what,
            now=self.now,
        )

    @rule(only=st.sampled_from([(), ("voted",), ("argued",)]))
    def send_an_answer(self, only: tuple[str, ...]) -> None:
        with suppress(DomainError):
            answer(self.councillor, self.subject, at=self.now, contributions=only)

    @rule()
    def waive(self) -> None:
        with suppress(DomainError), transaction.atomic():
            waive_answers(
                actor=self.clerk, public_id=self.subject.public_id, reason="Vervallen.", now=self.now
            )

    @precondition(lambda self: self.answers(Delivery.QUEUED))
    @rule(which=st.integers(0, 9))
    def one_arrives(self, which: int) -> None:
        waiting = self.answers(Delivery.QUEUED)
        message = waiting[which % len(waiting)]
        self.reached.add((int(message.subject.split(":")[1]), message.person_id))
        arrives(message, at=self.now)

    @precondition(lambda self: self.answers(Delivery.QUEUED, Delivery.SENT))
    @rule(which=st.integers(0, 9))
    def one_comes_back(self, which: int) -> None:
        gone_out = self.answers(Delivery.QUEUED, Delivery.SENT)
        message = gone_out[which % len(gone_out)]
        self.reached.discard((int(message.subject.split(":")[1]), message.person_id))
        comes_back(message, at=self.now)

    @precondition(lambda self: list_unreached(self.clerk).exists())
    @rule(is_told=st.booleans())
    def see_to_one_by_hand(self, is_told: bool) -> None:
        promise = list_unreached(self.clerk)[0]
        if is_told:
            self.reached.add((promise.answer_id or 0, promise.person_id or 0))
            tell_in_person(actor=self.clerk, promise_id=promise.pk, how=Told.PHONE, now=self.now)
        else:
            waive_one(actor=self.clerk, promise_id=promise.pk, reason="Onbekend.", now=self.now)

    @rule(person=PEOPLE)
    def somebody_leaves(self, person: int) -> None:
        if person not in self.left:
            leave(actor=self.actor(person), now=self.now)
            self.left.add(person)

    @rule()
    def a_day_passes(self) -> None:
        self.now += timedelta(days=1)

    @invariant()
    def promises_move_as_the_table_says(self) -> None:
        if not hasattr(self, "answered"):
            return
        now = dict(Promise.objects.values_list("pk", "state"))
        for pk, state in now.items():
            before = self.before.get(pk, state)
            assert state == before or _leads_to(PromiseState(before), PromiseState(state)), (before, state)
        self.before = now

    @invariant()
    def only_what_arrived_is_kept(self) -> None:
        if not hasattr(self, "answered"):
            return
        on_page = self.people[0].pk
        for promise in Promise.objects.exclude(person=None).filter(state=PromiseState.KEPT):
            assert promise.person_id == on_page or (promise.answer_id, promise.person_id) in self.reached

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Whoever is owed waits for an answer, or has one under way, or stands on the list."""
        if not hasattr(self, "answered"):
            return
        listed = {(row.answer_id, row.person_id) for row in list_unreached(self.clerk)}
        for promise in Promise.objects.filter(state__in=OWED):
            assert promise.person_id is not None
            if promise.state == PromiseState.ANSWERED:
                message = Message.objects.get(subject=f"answer:{promise.answer_id}", person=promise.person_id)
                assert message.delivery == Delivery.QUEUED
            if promise.state == PromiseState.UNREACHABLE:
                assert (promise.answer_id, promise.person_id) in listed

    @invariant()
    def one_message_for_one_answer_and_one_person(self) -> None:
        if not hasattr(self, "answered"):
            return
        keys = list(Message.objects.filter(kind=Kind.ANSWERS).values_list("subject", "person"))
        assert len(keys) == len(set(keys))
        assert sum(Waiver.objects.values_list("promises", flat=True)) == (
            Promise.objects.filter(state=PromiseState.WAIVED).count()
        )
        assert not Answer.objects.filter(sent_at=None, people__gt=0).exists()


def _leads_to(before: PromiseState, after: PromiseState) -> bool:
    """Whether one rule may bring a promise from one state to another, by the moves of the table."""
    seen, ahead = {before}, [before]
    while ahead:
        for state in MOVES[ahead.pop()] - seen:
            seen.add(state)
            ahead.append(state)
    return after in seen


@pytest.mark.django_db
def test_nobody_is_forgotten_whatever_happens() -> None:
    run_state_machine_as_test(
        Promises,
        settings=settings(max_examples=15, stateful_step_count=25, deadline=None, derandomize=True),
    )
