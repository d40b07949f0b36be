"""Every contribution opens a promise, and an answer keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.core.tenancy import in_municipality
from backend.feedback.models import Promise
from backend.feedback.selectors import count_open, people_owed
from backend.feedback.services import (
    NewPromise,
    keep_promises,
    open_promises,
    release_promise,
)
from backend.feedback.states import Contribution, PromiseState
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.portals import make_portal, system_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
DUE = date(2027, 7, 1)


def take_back(person_id: int) -> None:
    release_promise(
        subject_type="proposals.plan", subject_id=7, person_id=person_id, contribution=Contribution.VOTED
    )


def owe(portal: Portal, people: Iterable[int], *, what: Contribution = Contribution.VOTED) -> None:
    promises = [
        NewPromise(
            subject_type="proposals.plan",
            subject_id=7,
            person_id=person,
            contribution=what,
            owed_by=Role.COUNCILLOR,
            due_on=DUE,
        )
        for person in people
    ]
    open_promises(actor=system_of(portal), promises=promises, now=NOW)


def test_one_contribution_is_one_promise(west: Portal) -> None:
    one, two = make_person(west).pk, make_person(west).pk
    owe(west, [one, two])
    owe(west, [one])
    owe(west, [one], what=Contribution.PROPOSED)
    assert Promise.objects.count() == 3
    assert count_open(subject_type="proposals.plan", subject_id=7) == 3
    # Somebody with two contributions is told once.
    assert list(people_owed(subject_type="proposals.plan", subject_id=7)) == sorted([one, two])


def test_what_was_taken_back_is_owed_no_more_until_it_is_given_again(west: Portal) -> None:
    person = make_person(west).pk
    owe(west, [person])
    take_back(person)
    assert not Promise.objects.exists(), "nothing of it is kept"
    assert not list(people_owed(subject_type="proposals.plan", subject_id=7))
    owe(west, [person])
    assert Promise.objects.get().state == PromiseState.OPEN


def test_an_answer_keeps_the_open_promises_and_no_others(west: Portal) -> None:
    stays, left = make_person(west).pk, make_person(west).pk
    owe(west, [stays, left])
    take_back(left)
    assert keep_promises(subject_type="proposals.plan", subject_id=7, now=NOW) == 1
    assert keep_promises(subject_type="proposals.plan", subject_id=7, now=NOW + timedelta(days=1)) == 0
    assert dict(Promise.objects.values_list("person_id", "state")) == {stays: PromiseState.KEPT}
    assert Promise.objects.get(person_id=stays).kept_at == NOW
    # A promise that was kept is not taken back.
    take_back(stays)
    assert Promise.objects.get(person_id=stays).state == PromiseState.KEPT


def test_another_subject_stays_open(west: Portal) -> None:
    owe(west, [make_person(west).pk])
    assert keep_promises(subject_type="proposals.plan", subject_id=8, now=NOW) == 0
    assert count_open(subject_type="proposals.plan", subject_id=7) == 1


def test_promises_of_another_municipality_are_out_of_reach(west: Portal) -> None:
    owe(west, [make_person(west).pk])
    elsewhere = make_portal("oosterpark", code="GM0014")
    with in_municipality(elsewhere.municipality_id):
        assert count_open(subject_type="proposals.plan", subject_id=7) == 0
        assert keep_promises(subject_type="proposals.plan", subject_id=7, now=NOW) == 0


def test_a_kept_promise_has_a_moment(west: Portal) -> None:
    owe(west, [make_person(west).pk])
    for wrong in ({"state": "kept"}, {"state": "open", "kept_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.update(**wrong)
