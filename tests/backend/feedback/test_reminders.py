"""Owners are reminded before the date and those who lead them after it: each time once, however it walks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.core.due import walk
from backend.feedback.models import Reminded, Subject
from backend.feedback.rules import Waited, median_of, months_before, reminder_of
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from tests.builders.people import make_actor
from tests.builders.promises import answer, make_subject, people_of

DUE = date(2027, 3, 15)


def at(days: int) -> datetime:
    """Noon, so many days after the date."""
    return datetime(2027, 3, 15, 11, tzinfo=UTC) + timedelta(days=days)


def told(template: str) -> list[int]:
    rows = Message.objects.filter(template=template).order_by("pk")
    return list(rows.values_list("person_id", flat=True))


@pytest.mark.parametrize(
    ("days", "which"),
    [
        (-60, None),
        (-8, None),
        (-7, -2),
        (-2, -2),
        (-1, -1),
        (0, -1),
        (1, 0),
        (7, 0),
        (8, 1),
        (14, 1),
        (15, 2),
        (365, 52),
    ],
)
def test_which_reminder_has_its_turn(days: int, which: int | None) -> None:
    assert reminder_of(DUE, DUE + timedelta(days=days)) == which


def test_a_year_of_walks_reminds_each_time_once(west: Portal) -> None:
    owner, clerk = make_actor(west, Role.OFFICIAL), make_actor(west, Role.CLERK)
    administrator = make_actor(west, Role.ADMINISTRATOR)
    make_subject(west, people_of(west, 1), due_on=DUE, at=at(-100))
    Subject.objects.update(owner=owner.person_id)
    for day in range(-30, 16):
        walk(at(day))
        walk(at(day))
    # A week and a day before it.
    assert told("answer_due") == [owner.person_id] * 2
    # The day after it, and twice a week later.
    assert told("answer_late") == sorted([clerk.person_id, administrator.person_id]) * 3
    assert list(Reminded.objects.order_by("which").values_list("which", flat=True)) == [-2, -1, 0, 1, 2]


def test_reminders_that_were_missed_are_not_made_up_for(west: Portal) -> None:
    """The worker stood still for a month: one reminder, and not all of those in between."""
    make_actor(west, Role.CLERK)
    make_subject(west, people_of(west, 1), due_on=DUE, at=at(-100))
    walk(at(30))
    assert Reminded.objects.get().which == 4
    assert not told("answer_due")


def test_without_an_owner_the_whole_role_is_reminded(west: Portal) -> None:
    two = [make_actor(west, Role.COUNCILLOR).person_id for _ in range(2)]
    make_actor(west, Role.OFFICIAL)
    make_subject(west, people_of(west, 1), due_on=DUE, at=at(-100))
    walk(at(-7))
    assert told("answer_due") == sorted(two)


def test_another_date_is_reminded_of_anew(west: Portal) -> None:
    councillor = make_actor(west, Role.COUNCILLOR)
    make_subject(west, people_of(west, 1), due_on=DUE, at=at(-100))
    walk(at(-7))
    Subject.objects.update(due_on=DUE + timedelta(days=30))
    walk(at(-6))
    assert told("answer_due") == [councillor.person_id]
    walk(at(23))
    assert told("answer_due") == [councillor.person_id] * 2


def test_nobody_is_reminded_of_what_was_answered(west: Portal) -> None:
    councillor = make_actor(west, Role.COUNCILLOR)
    subject = make_subject(west, people_of(west, 1), due_on=DUE, at=at(-100))
    make_subject(west, due_on=DUE, at=at(-100))
    answer(councillor, subject, at=at(-50))
    for day in (-7, -1, 1, 8):
        walk(at(day))
    assert not Reminded.objects.exists()


def test_the_lead_who_owns_it_is_not_told_of_their_own_delay(west: Portal) -> None:
    owner, other = make_actor(west, Role.CLERK), make_actor(west, Role.CLERK)
    make_subject(west, people_of(west, 1), due_on=DUE, at=at(-100))
    Subject.objects.update(owner=owner.person_id)
    walk(at(1))
    assert told("answer_late") == [other.person_id]


def test_half_of_the_people_waited_so_long() -> None:
    assert median_of([]) is None
    assert median_of([Waited(5, 0)]) is None
    assert median_of([Waited(5, 1)]) == 5
    assert median_of([Waited(100, 1), Waited(2, 1)]) == 2
    assert median_of([Waited(100, 2), Waited(2, 1)]) == 100
    assert median_of([Waited(3, 14_000), Waited(400, 411)]) == 3


def test_the_months_before_a_day() -> None:
    assert months_before(date(2027, 2, 28), 3) == [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
    assert len(months_before(date(2027, 12, 31), 12)) == 12
