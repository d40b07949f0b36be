"""Every contribution opens a promise. What is taken back, joined or erased is owed no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.core.tenancy import in_municipality
from backend.feedback.models import Promise, Subject
from backend.feedback.selectors.owed import is_anybody_owed, people_who_contributed
from backend.feedback.services import NewSubject, move_subjects, open_subjects, release_promise
from backend.feedback.services.promises import forget_promises, move_promises
from backend.feedback.states import MOVES, OWED, Contribution, Phase, PromiseState, states_before
from backend.identity.models import Person
from backend.identity.services.joining import bring_together
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.services import choose
from backend.notifications.services.calls import say_not_reached
from backend.notifications.states import Channel, Choice, Kind
from backend.places.models import Portal
from tests.builders.outbox import give_details
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.portals import make_portal
from tests.builders.promises import DUE, NOW, answer, everything_arrives, make_subject, owe, people_of

LATER = NOW + timedelta(days=20)


def take_back(subject: Subject, person_id: int) -> None:
    release_promise(
        subject_type=subject.subject_type,
        subject_id=subject.subject_id,
        person_id=person_id,
        contribution=Contribution.VOTED,
        now=LATER,
    )


def owed(subject: Subject) -> bool:
    return is_anybody_owed(subject_type=subject.subject_type, subject_id=subject.subject_id)


def states() -> list[str]:
    return list(Promise.objects.order_by("pk").values_list("state", flat=True))


def test_one_contribution_is_one_promise(west: Portal) -> None:
    one, two = people_of(west, 2)
    subject = make_subject(west, [one, two])
    owe(subject, [one])
    owe(subject, [one], what=Contribution.PROPOSED)
    assert Promise.objects.count() == 3
    # Somebody with two contributions is told once.
    found = people_who_contributed(subject_type=subject.subject_type, subject_id=subject.subject_id)
    assert list(found) == sorted([one, two])


def test_what_was_taken_back_is_owed_no_more_until_it_is_given_again(west: Portal) -> None:
    (person,) = people_of(west, 1)
    subject = make_subject(west, [person])
    take_back(subject, person)
    assert not Promise.objects.exists(), "nothing of it is kept"
    assert not owed(subject)
    owe(subject, [person])
    assert Promise.objects.get().state == PromiseState.OPEN


def test_who_was_answered_and_contributes_again_is_owed_a_next_answer(west: Portal) -> None:
    (person,) = people_of(west, 1)
    councillor, subject = make_actor(west, Role.COUNCILLOR), make_subject(west, [person])
    answer(councillor, subject, at=NOW)
    owe(subject, [person], at=LATER)
    assert states() == ["answered", "open"]
    everything_arrives(at=LATER)
    assert states() == ["kept", "open"]
    assert owed(subject)


def test_what_is_taken_back_after_the_answer_stays_in_the_numbers_without_a_name(west: Portal) -> None:
    (person,) = people_of(west, 1)
    subject = make_subject(west, [person])
    answer(make_actor(west, Role.COUNCILLOR), subject, at=NOW)
    everything_arrives(at=NOW)
    take_back(subject, person)
    promise = Promise.objects.get()
    assert (promise.state, promise.person_id) == ("kept", None)
    # The record knows to the minute when somebody acted; this no longer tells for what.
    assert promise.opened_at == promise.kept_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_who_is_erased_is_owed_nothing_and_counted_still(west: Portal) -> None:
    stays, leaves = people_of(west, 2)
    kept, still_open = make_subject(west, [leaves]), make_subject(west, [stays, leaves])
    answer(make_actor(west, Role.COUNCILLOR), kept, at=NOW)
    everything_arrives(at=NOW)
    forget_promises(person_id=leaves, now=LATER)
    forget_promises(person_id=leaves, now=LATER)
    assert not Promise.objects.filter(person_id=leaves).exists()
    assert list(Promise.objects.filter(person=None).order_by("pk").values_list("state", flat=True)) == [
        "kept",
        "gone",
    ]
    assert Promise.objects.get(person_id=stays).state == PromiseState.OPEN
    assert owed(still_open)


def test_two_accounts_of_one_person_are_owed_one_answer(west: Portal) -> None:
    one, two = people_of(west, 2)
    both, mine = make_subject(west, [one, two]), make_subject(west, [one])
    answered = make_subject(west, [one, two])
    answer(make_actor(west, Role.COUNCILLOR), answered, at=NOW)
    move_promises(from_person_id=one, into_person_id=two, now=LATER)
    assert not Promise.objects.filter(person_id=one).exists()
    for subject in (both, mine, answered):
        assert Promise.objects.get(subject=subject).person_id == two


def test_a_date_that_was_promised_does_not_move_by_itself(west: Portal) -> None:
    subject = make_subject(west)
    new = NewSubject(
        subject_type=subject.subject_type,
        subject_id=subject.subject_id,
        portal_id=west.pk,
        title="Een andere titel",
        address="/agenda/",
        owed_by=Role.OFFICIAL,
        due_on=DUE + timedelta(days=30),
    )
    open_subjects(subjects=[new], now=LATER)
    subject.refresh_from_db()
    assert (subject.title, subject.due_on, subject.owed_by) == ("Een andere titel", DUE, Role.COUNCILLOR)
    move_subjects(
        subject_type=subject.subject_type,
        subject_ids=[subject.subject_id],
        phase=Phase.ANSWERING,
        is_public=False,
    )
    subject.refresh_from_db()
    assert (subject.phase, subject.is_public) == (Phase.ANSWERING, False)


def test_a_promise_knows_the_phase_it_was_made_in(west: Portal) -> None:
    one, two = people_of(west, 2)
    subject = make_subject(west, [one], phase=Phase.COLLECTING)
    move_subjects(
        subject_type=subject.subject_type, subject_ids=[subject.subject_id], phase=Phase.TRANSLATING
    )
    owe(subject, [two], what=Contribution.ARGUED)
    assert list(Promise.objects.order_by("pk").values_list("phase", flat=True)) == [
        "collecting",
        "translating",
    ]


def test_promises_of_another_municipality_are_out_of_reach(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 1))
    elsewhere = make_portal("oosterpark", code="GM0014")
    with in_municipality(elsewhere.municipality_id):
        assert not owed(subject)
    assert owed(subject)


def test_the_database_refuses_promises_that_cannot_be(west: Portal) -> None:
    make_subject(west, people_of(west, 1))
    for wrong in (
        {"state": "kept"},
        {"state": "open", "kept_at": NOW},
        {"state": "answered"},
        {"state": "unreachable"},
        {"state": "waived"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.update(**wrong)


def test_a_promise_is_kept_from_an_answer_alone() -> None:
    assert set(states_before(PromiseState.KEPT)) == {PromiseState.ANSWERED, PromiseState.UNREACHABLE}
    assert OWED.isdisjoint({PromiseState.KEPT, PromiseState.WAIVED, PromiseState.GONE})
    assert set(MOVES) == set(PromiseState)
    assert not MOVES[PromiseState.WAIVED] | MOVES[PromiseState.GONE]


def test_an_answer_by_letter_to_who_joined_an_account_without_address_did_not_arrive(west: Portal) -> None:
    origin, account = make_person(west), make_person(west)
    Person.objects.update(email=None)
    give_details(origin, street="Kinkerstraat 12-3")
    give_details(account, telephone="06 12 34 56 78")
    choose(actor=actor_of(origin, west), kind=Kind.ANSWERS, choice=Choice.LETTER, now=NOW)
    subject = make_subject(west, [origin.pk])
    answer(make_actor(west, Role.COUNCILLOR), subject, at=NOW)
    message = Message.objects.get(template="answer")
    assert message.channel == Channel.LETTER
    clerk = actor_of(make_person(west, roles=[Role.CLERK]), west)
    bring_together(actor=clerk, origin=origin, into_id=account.pk, now=LATER)
    # It goes the next way: somebody calls.
    message.refresh_from_db()
    assert (message.person_id, message.channel) == (account.pk, Channel.CALL)
    for calls in range(3):
        say_not_reached(actor=clerk, message_id=message.pk, calls_before=calls, now=LATER)
    assert states() == ["unreachable"]
