"""A subject is closed by answers, or by a waiver with a reason and by somebody else than who owes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotAllowed
from backend.feedback.errors import NothingToWaive
from backend.feedback.models import Agreement, Promise, Subject, Waiver
from backend.feedback.services.subjects import NewAgreement, arrange_answer
from backend.feedback.services.waiving import waive_answers, waive_one
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from tests.builders.people import make_actor
from tests.builders.promises import DUE, NOW, answer, comes_back, make_subject, owe, people_of

LATER = NOW + timedelta(days=3)
SOON = date(2027, 8, 1)


def waive(actor: Actor, subject: Subject, reason: str = "Het plan is ingetrokken.") -> Waiver:
    return waive_answers(actor=actor, public_id=subject.public_id, reason=reason, now=LATER)


def agree(actor: Actor, portal: Portal, subject: Subject, **changes: object) -> Agreement:
    new = {"owner_id": None, "due_on": SOON, "reason": "De wethouder was ziek.", **changes}
    return arrange_answer(
        actor=actor,
        portal=portal,
        public_id=subject.public_id,
        new=NewAgreement(**new),  # type: ignore[arg-type]
        now=LATER,
    )


def states() -> list[str]:
    return list(Promise.objects.order_by("pk").values_list("state", flat=True))


def test_a_waiver_counts_as_waived_and_leaves_what_is_on_its_way(west: Portal) -> None:
    one, two = people_of(west, 2)
    subject = make_subject(west, [one])
    answer(make_actor(west, Role.COUNCILLOR), subject, at=NOW)
    owe(subject, [two])
    waiver = waive(make_actor(west, Role.CLERK), subject)
    assert states() == ["answered", "waived"]
    assert (waiver.promises, waiver.reason) == (1, "Het plan is ingetrokken.")
    with pytest.raises(NothingToWaive):
        waive(make_actor(west, Role.CLERK), subject)
    assert Waiver.objects.count() == 1


def test_a_waiver_has_a_reason(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 1))
    with pytest.raises(InvalidInput) as refusal:
        waive(make_actor(west, Role.CLERK), subject, " ")
    assert refusal.value.field == "reason"
    assert states() == ["open"]


WHO = [
    ([Role.CLERK], Role.COUNCILLOR, False, True),
    ([Role.ADMINISTRATOR], Role.COUNCILLOR, False, True),
    ([Role.COUNCILLOR], Role.COUNCILLOR, False, False),
    ([Role.OFFICIAL], Role.COUNCILLOR, False, False),
    # Whoever owes it never does: not as its owner, and not in the role.
    ([Role.CLERK], Role.CLERK, False, False),
    ([Role.CLERK], Role.COUNCILLOR, True, False),
    ([Role.CLERK, Role.COUNCILLOR], Role.COUNCILLOR, False, False),
]


@pytest.mark.parametrize(("roles", "owed_by", "is_owner", "may"), WHO)
def test_who_may_waive(west: Portal, roles: list[Role], owed_by: Role, is_owner: bool, may: bool) -> None:
    actor = make_actor(west, *roles)
    subject = make_subject(west, people_of(west, 1), owed_by=owed_by)
    if is_owner:
        Subject.objects.update(owner=actor.person_id)
    if may:
        waive(actor, subject)
    else:
        with pytest.raises(NotAllowed):
            waive(actor, subject)
    assert states() == ["waived" if may else "open"]


def test_with_an_owner_another_clerk_still_owes_what_clerks_owe(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 1), owed_by=Role.CLERK)
    Subject.objects.update(owner=make_actor(west, Role.CLERK).person_id)
    with pytest.raises(NotAllowed):
        waive(make_actor(west, Role.CLERK), subject)
    waive(make_actor(west, Role.ADMINISTRATOR), subject)
    assert states() == ["waived"]


def test_nobody_waives_by_naming_a_colleague_first(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 1))
    first, second, third = (make_actor(west, Role.CLERK) for _ in range(3))
    agree(third, west, subject, owner_id=first.person_id)
    agree(first, west, subject, owner_id=second.person_id)
    agree(second, west, subject, due_on=SOON + timedelta(days=7))
    # Two were named before; the second also arranged it last.
    for actor in (first, second):
        with pytest.raises(NotAllowed):
            waive(actor, subject)
    agree(third, west, subject, due_on=SOON + timedelta(days=14))
    with pytest.raises(NotAllowed):
        waive(third, subject)
    agree(first, west, subject, due_on=SOON + timedelta(days=21))
    waive(third, subject)
    assert states() == ["waived"]


def test_the_database_itself_refuses_a_waiver_by_the_owner(west: Portal) -> None:
    subject = make_subject(west)
    owner = make_actor(west, Role.CLERK).person_id
    for wrong in ({"waived_by_id": owner, "owner_id": owner, "reason": "x"}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Waiver.objects.create(
                municipality_id=west.municipality_id,
                subject=subject,
                promises=1,
                waived_at=NOW,
                **wrong,
            )


def test_one_person_whom_nothing_reached_can_be_waived(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 2))
    answer(make_actor(west, Role.COUNCILLOR), subject, at=NOW)
    message = Message.objects.filter(template="answer").order_by("pk")[0]
    comes_back(message, at=NOW)
    promise = Promise.objects.get(state="unreachable")
    with pytest.raises(NotAllowed):
        waive_one(actor=make_actor(west, Role.ASSISTANT), promise_id=promise.pk, reason="x", now=LATER)
    waive_one(actor=make_actor(west, Role.CLERK), promise_id=promise.pk, reason="Verhuisd.", now=LATER)
    assert states() == ["waived", "answered"]


def test_who_answers_and_before_when_is_agreed_with_a_reason_and_the_history_stays(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 1))
    clerk, owner = make_actor(west, Role.CLERK), make_actor(west, Role.OFFICIAL)
    first = agree(clerk, west, subject, owner_id=owner.person_id)
    second = agree(clerk, west, subject, owner_id=owner.person_id, due_on=SOON + timedelta(days=7))
    subject.refresh_from_db()
    assert (subject.owner_id, subject.due_on) == (owner.person_id, SOON + timedelta(days=7))
    assert (first.due_before, second.due_before) == (DUE, SOON)
    # The new owner hears it once.
    told = Message.objects.get(template="answer_assigned")
    assert (told.person_id, told.context["due_on"]) == (owner.person_id, "2027-08-01")
    # And may answer from now on.
    answer(owner, subject, at=LATER)
    assert states() == ["answered"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
        ({"owner_id": 999_999}, "owner"),
        ({"due_on": DUE}, None),
    ],
)
def test_what_cannot_be_agreed(west: Portal, changes: dict[str, object], field: str | None) -> None:
    subject = make_subject(west, people_of(west, 1))
    with pytest.raises(InvalidInput) as refusal:
        agree(make_actor(west, Role.CLERK), west, subject, **changes)
    assert refusal.value.field == field
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_agree(west: Portal, role: Role) -> None:
    subject, actor = make_subject(west), make_actor(west, role)
    if role in {Role.CLERK, Role.ORGANISER, Role.ADMINISTRATOR}:
        agree(actor, west, subject)
        assert Agreement.objects.get().made_by_id == actor.person_id
    else:
        with pytest.raises(NotAllowed):
            agree(actor, west, subject)
