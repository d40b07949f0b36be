"""Roles per place and per day: who gives them, who ends them, and what everybody sees of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from backend.core.actor import Actor
from backend.core.errors import DomainError, InvalidInput, NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.identity.errors import OwnRole, RoleOver, RoleOverlaps
from backend.identity.models import Person, RoleAssignment
from backend.identity.selectors.roles import roles_at, who_does_what
from backend.identity.services.roles import NewRole, change_role, end_role, give_role, give_role_to_address
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.roles import NOON, administrator, given

TODAY = date(2027, 1, 12)
A_DAY = timedelta(days=1)


# Who, at the portal of west: + may, - may not, . does not exist for them.
#                   give at:  west  noord  all  elsewhere   end one of:  west  noord  all  elsewhere
WHO_MAY = """
visitor                       -     -      -    -                        -     -      -    -
resident                      -     -      -    -                        -     -      -    -
clerk                         -     -      -    -                        -     -      -    -
councillor                    -     -      -    -                        -     -      -    -
official                      -     -      -    -                        -     -      -    -
moderator                     -     -      -    -                        -     -      -    -
organiser                     -     -      -    -                        -     -      -    -
assistant                     -     -      -    -                        -     -      -    -
auditor                       -     -      -    -                        -     -      -    -
privacy_officer               -     -      -    -                        -     -      -    -
administrator                 +     -      -    -                        +     .      .    .
whole_administrator           +     +      +    -                        +     +      +    .
operator                      +     +      +    +                        +     +      +    .
"""


@pytest.mark.parametrize("line", WHO_MAY.strip().splitlines(), ids=lambda line: line.split()[0])
def test_who_may_give_and_end_roles_where(west: Portal, line: str) -> None:
    who, *expected = line.split()
    noord, elsewhere = make_portal("noord"), make_portal("oosterpark", code="GM0014")
    with in_municipality(elsewhere.municipality_id):
        theirs = given(elsewhere)
    standing = [given(west), given(noord), given(west, whole=True), theirs]
    actors: dict[str, Callable[[], Actor]] = {
        "visitor": lambda: visitor_of(west),
        "resident": lambda: make_actor(west, at=NOON),
        "operator": lambda: system_of(west),
        "whole_administrator": lambda: administrator(west, whole=True),
    }
    actor = actors[who]() if who in actors else make_actor(west, Role(who), at=NOON)

    def give(portal: Portal | None) -> Callable[[], object]:
        person = make_person(west, verified=False)
        return lambda: give_role(
            actor=actor, person=person, role=Role.OFFICIAL, portal=portal, reason="nieuw", now=NOON
        )

    def end(assignment: RoleAssignment) -> Callable[[], object]:
        return lambda: end_role(actor=actor, assignment_id=assignment.pk, reason="klaar", now=NOON)

    tries = [give(portal) for portal in (west, noord, None, elsewhere)] + [end(one) for one in standing]
    found = []
    for do in tries:
        try:
            with transaction.atomic():
                do()
            found.append("+")
        except NotAllowed:
            found.append("-")
        except NotFound:
            found.append(".")
    assert found == expected


def test_an_administrator_of_the_portal_beside_it_reaches_nothing_here(west: Portal) -> None:
    """Also with the role of administrator at the one, and acting at the other."""
    noord = make_portal("noord")
    person = given(noord, Role.ADMINISTRATOR).person
    here = actor_of(person, west, at=NOON)
    assert here.roles == frozenset()
    forged = Actor(west.municipality_id, noord.pk, person.pk, frozenset({Role.ADMINISTRATOR}))
    with pytest.raises(NotAllowed):
        give_role(actor=forged, person=make_person(west), role=Role.CLERK, portal=west, reason="x", now=NOON)


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        (datetime(2027, 1, 12, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 1, 12, 23, tzinfo=UTC), True),
        (datetime(2027, 3, 31, 21, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 31, 22, tzinfo=UTC), False),
    ],
)
def test_a_role_holds_by_the_days_of_amsterdam(west: Portal, moment: datetime, holds: bool) -> None:
    """From the first midnight in winter to the last one in summer time."""
    person = given(west, starts_on=date(2027, 1, 13), ends_on=date(2027, 3, 31)).person
    assert (roles_at(person.pk, west, now=moment) == {Role.CLERK}) is holds
    assert bool(who_does_what(west, now=moment)) is holds


def test_from_today_means_today_in_amsterdam(west: Portal) -> None:
    late = datetime(2027, 1, 12, 23, 30, tzinfo=UTC)
    assert given(west, now=late).starts_on == date(2027, 1, 13)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("starts_on", {"starts_on": TODAY - A_DAY}),
        ("ends_on", {"ends_on": TODAY - A_DAY}),
        ("ends_on", {"starts_on": TODAY + 2 * A_DAY, "ends_on": TODAY + A_DAY}),
        ("reason", {"reason": "  "}),
        ("place", {"role": Role.AUDITOR}),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(west: Portal, field: str, changes: dict[str, Any]) -> None:
    usual = {"role": Role.CLERK, "reason": "gekozen", "portal": west, "person": make_person(west)}
    with pytest.raises(InvalidInput) as refused:
        give_role(actor=administrator(west), now=NOON, **{**usual, **changes})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("first", "last", "is_free"),
    [
        (TODAY, None, False),
        (TODAY, TODAY + 9 * A_DAY, True),
        (TODAY, TODAY + 10 * A_DAY, False),
        (TODAY + 12 * A_DAY, TODAY + 14 * A_DAY, False),
        (TODAY + 20 * A_DAY, None, False),
        (TODAY + 21 * A_DAY, None, True),
    ],
)
def test_one_role_at_one_place_is_held_once_on_a_day(
    west: Portal, first: date, last: date | None, is_free: bool
) -> None:
    person = make_person(west)
    given(west, person=person, starts_on=TODAY + 10 * A_DAY, ends_on=TODAY + 20 * A_DAY)
    if is_free:
        given(west, person=person, starts_on=first, ends_on=last)
        return
    with pytest.raises(RoleOverlaps):
        given(west, person=person, starts_on=first, ends_on=last)


def test_another_role_place_or_person_does_not_overlap(west: Portal) -> None:
    person, noord = make_person(west), make_portal("noord")
    given(west, person=person)
    given(west, Role.OFFICIAL, person=person)
    given(noord, person=person)
    given(west, whole=True, person=person)
    given(west)
    assert RoleAssignment.objects.count() == 5


def test_what_was_ended_early_can_be_given_again_the_same_day(west: Portal) -> None:
    person = make_person(west)
    end_role(actor=system_of(west), assignment_id=given(west, person=person).pk, reason="x", now=NOON)
    assert roles_at(person.pk, west, now=NOON) == frozenset()
    given(west, person=person, now=NOON + timedelta(minutes=1))
    assert roles_at(person.pk, west, now=NOON + timedelta(minutes=1)) == {Role.CLERK}


def test_ending_holds_at_once_and_not_before(west: Portal) -> None:
    person, chief = make_person(west), administrator(west)
    assignment = given(west, person=person)
    later = NOON + timedelta(hours=1)
    end_role(actor=chief, assignment_id=assignment.pk, reason="verhuisd", now=later)
    assert roles_at(person.pk, west, now=later - timedelta(seconds=1)) == {Role.CLERK}
    assert roles_at(person.pk, west, now=later) == frozenset()
    assignment.refresh_from_db()
    assert (assignment.ended_by_id, assignment.end_reason) == (chief.person_id, "verhuisd")
    for do in (
        lambda: end_role(actor=chief, assignment_id=assignment.pk, reason="weer", now=later),
        lambda: change_role(
            actor=chief, assignment_id=assignment.pk, ends_on=None, affiliation="", now=later
        ),
    ):
        with pytest.raises(RoleOver):
            do()


def test_a_role_that_has_yet_to_begin_can_be_called_off(west: Portal) -> None:
    assignment = given(west, starts_on=TODAY + 5 * A_DAY)
    end_role(actor=administrator(west), assignment_id=assignment.pk, reason="toch niet", now=NOON)
    assert roles_at(assignment.person_id, west, now=NOON + 6 * A_DAY) == frozenset()


def test_the_last_day_can_be_changed_but_not_to_the_past(west: Portal) -> None:
    chief, assignment = administrator(west), given(west)
    change_role(actor=chief, assignment_id=assignment.pk, ends_on=TODAY, affiliation="Griffie", now=NOON)
    assignment.refresh_from_db()
    assert (assignment.ends_on, assignment.affiliation) == (TODAY, "Griffie")
    assert roles_at(assignment.person_id, west, now=NOON + A_DAY) == frozenset()
    with pytest.raises(InvalidInput):
        change_role(actor=chief, assignment_id=assignment.pk, ends_on=TODAY - A_DAY, affiliation="", now=NOON)


def test_a_longer_role_may_not_run_into_the_next(west: Portal) -> None:
    person = make_person(west)
    first = given(west, person=person, ends_on=TODAY + A_DAY)
    given(west, person=person, starts_on=TODAY + 5 * A_DAY)
    with pytest.raises(RoleOverlaps):
        change_role(actor=administrator(west), assignment_id=first.pk, ends_on=None, affiliation="", now=NOON)


def test_nobody_gives_themselves_a_role_or_keeps_one_for_longer(west: Portal) -> None:
    chief = administrator(west, whole=True)
    administrator(west, whole=True)
    own = Person.objects.get(pk=chief.person_id)
    for role in (Role.CLERK, Role.ADMINISTRATOR):
        with pytest.raises(OwnRole):
            give_role(actor=chief, person=own, role=role, portal=west, reason="x", now=NOON)
    mine = given(west, person=own, ends_on=TODAY + A_DAY)
    for ends_on in (None, TODAY + 2 * A_DAY):
        with pytest.raises(OwnRole):
            change_role(actor=chief, assignment_id=mine.pk, ends_on=ends_on, affiliation="", now=NOON)
    change_role(actor=chief, assignment_id=mine.pk, ends_on=TODAY, affiliation="", now=NOON)
    end_role(actor=chief, assignment_id=mine.pk, reason="ik stop", now=NOON)


def test_an_assistant_does_not_give_themselves_a_role_in_the_name_of_an_administrator(west: Portal) -> None:
    chief, helper = administrator(west), make_person(west)
    helped = Actor(
        west.municipality_id, west.pk, chief.person_id, chief.roles, assistant_id=helper.pk, mandate_id=1
    )
    with pytest.raises(OwnRole):
        give_role(actor=helped, person=helper, role=Role.CLERK, portal=west, reason="x", now=NOON)


def test_by_address_and_by_person_is_the_same(west: Portal) -> None:
    chief = administrator(west)
    new = NewRole(email=" Nieuw@Example.org ", role=Role.CLERK, portal=west, reason="begin")
    assignment = give_role_to_address(actor=chief, new=new, now=NOON)
    assert assignment.person.email == "nieuw@example.org"
    with pytest.raises(DomainError):
        give_role(
            actor=chief, person=assignment.person, role=Role.CLERK, portal=west, reason="weer", now=NOON
        )
