"""Somebody always remains who can give roles, also when several are at it at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.core.actor import Actor
from backend.core.errors import NotAllowed, NotFound
from backend.identity.errors import LastAdministrator, RoleOverlaps
from backend.identity.models import RoleAssignment
from backend.identity.selectors.roles import roles_at
from backend.identity.services.leaving import leave
from backend.identity.services.roles import change_role, end_role, give_role
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.portals import system_of
from tests.builders.roles import NOON, administrator, given
from tests.builders.threads import at_once

TODAY = date(2027, 1, 12)
A_DAY = timedelta(days=1)


def of(actor: Actor, role: Role = Role.ADMINISTRATOR) -> RoleAssignment:
    return RoleAssignment.objects.get(person_id=actor.person_id, role=role)


def test_the_last_administrator_stays(west: Portal) -> None:
    chief = administrator(west, whole=True)
    # One of a portal can give no roles in the municipality, so does not count for it.
    local = administrator(west)
    with pytest.raises(LastAdministrator):
        end_role(actor=chief, assignment_id=of(chief).pk, reason="weg", now=NOON)
    with pytest.raises(LastAdministrator):
        change_role(actor=chief, assignment_id=of(chief).pk, ends_on=TODAY, affiliation="", now=NOON)
    second = administrator(west, whole=True)
    end_role(actor=second, assignment_id=of(chief).pk, reason="weg", now=NOON)
    with pytest.raises(LastAdministrator):
        end_role(actor=second, assignment_id=of(second).pk, reason="weg", now=NOON)
    # The one of the portal may go, because somebody of the municipality remains.
    end_role(actor=local, assignment_id=of(local).pk, reason="weg", now=NOON)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "may_go"),
    [
        (TODAY, None, True),
        (TODAY + A_DAY, None, False),
        (TODAY, TODAY, True),
    ],
)
def test_another_administrator_must_be_there_that_very_day(
    west: Portal, starts_on: date, ends_on: date | None, may_go: bool
) -> None:
    chief = administrator(west, whole=True)
    given(west, Role.ADMINISTRATOR, whole=True, starts_on=starts_on, ends_on=ends_on)
    if may_go:
        end_role(actor=chief, assignment_id=of(chief).pk, reason="weg", now=NOON)
    else:
        with pytest.raises(LastAdministrator):
            end_role(actor=chief, assignment_id=of(chief).pk, reason="weg", now=NOON)


def test_an_operator_can_end_the_last_one(west: Portal) -> None:
    chief = administrator(west, whole=True)
    end_role(actor=system_of(west), assignment_id=of(chief).pk, reason="misbruik", now=NOON)
    assert roles_at(chief.require_person(), west, now=NOON) == frozenset()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(4))
def test_two_administrators_who_end_each_other_at_once_leave_one(west: Portal, attempt: int) -> None:
    chiefs = [administrator(west, whole=True) for _ in range(2)]
    jobs = [
        lambda actor=actor, other=other: end_role(
            actor=actor, assignment_id=of(other).pk, reason="weg", now=NOON
        )
        for actor, other in (chiefs, chiefs[::-1])
    ]
    answers = at_once(jobs, threads=2, municipality_id=west.municipality_id)
    assert answers.count(None) == 1
    assert {type(answer) for answer in answers} <= {type(None), LastAdministrator, NotAllowed, NotFound}
    assert len([chief for chief in chiefs if roles_at(chief.require_person(), west, now=NOON)]) == 1


def test_leaving_strands_no_place_either(west: Portal) -> None:
    """One of a portal alone does not stand in for the one of the municipality."""
    chief, _local = administrator(west, whole=True), administrator(west)
    with pytest.raises(LastAdministrator):
        leave(actor=chief, now=NOON)
    administrator(west, whole=True)
    leave(actor=chief, now=NOON)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(4))
def test_who_leaves_while_the_other_is_ended_leaves_one(west: Portal, attempt: int) -> None:
    leaver, ended = (administrator(west, whole=True) for _ in range(2))
    jobs = [
        lambda: leave(actor=leaver, now=NOON),
        lambda: end_role(actor=leaver, assignment_id=of(ended).pk, reason="weg", now=NOON),
    ]
    answers = at_once(jobs, threads=2, municipality_id=west.municipality_id)
    assert {type(answer) for answer in answers} <= {type(None), LastAdministrator, NotAllowed, NotFound}
    left = [who for who in (leaver, ended) if roles_at(who.require_person(), west, now=NOON)]
    assert len(left) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_who_give_one_role_at_once_give_it_once(west: Portal) -> None:
    """With days of their own, so that no constraint on open ends decides it."""
    chief, person = administrator(west), make_person(west)
    jobs = [
        lambda n=n: give_role(
            actor=chief,
            person=person,
            role=Role.CLERK,
            portal=west,
            reason="x",
            starts_on=TODAY + n * A_DAY,
            ends_on=TODAY + (n + 10) * A_DAY,
            now=NOON,
        )
        for n in range(8)
    ]
    answers = at_once(jobs, municipality_id=west.municipality_id)
    assert sum(isinstance(answer, RoleOverlaps) for answer in answers) == 7
    assert RoleAssignment.objects.filter(person=person).count() == 1
