"""Roles per place and per day: who gives them, who ends them, and what everybody sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import DomainError, InvalidInput, NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.core.walltime import on_wall
from backend.identity.errors import LastAdministrator, OwnRole, RoleOver, RoleOverlaps
from backend.identity.models import Person, RoleAssignment
from backend.identity.selectors import roles_at, who_does_what
from backend.identity.services.people import set_profile
from backend.identity.services.roles import NewRole, change_role, end_role, give_role, give_role_to_address
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.rendering import words_of
from backend.places.models import Portal
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.threads import at_once
from tests.builders.web import client_for

NOON = datetime(2027, 1, 12, 11, tzinfo=UTC)
TODAY = date(2027, 1, 12)
A_DAY = timedelta(days=1)


def given(
    portal: Portal,
    role: Role = Role.CLERK,
    *,
    whole: bool = False,
    person: Person | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    now: datetime = NOON,
    affiliation: str = "",
) -> RoleAssignment:
    """A role that the operator gave."""
    return give_role(
        actor=system_of(portal),
        person=person or make_person(portal, verified=False),
        role=role,
        portal=None if whole else portal,
        reason="test",
        starts_on=starts_on,
        ends_on=ends_on,
        affiliation=affiliation,
        now=now,
    )


def administrator(portal: Portal, *, whole: bool = False, now: datetime = NOON) -> Actor:
    person = given(portal, Role.ADMINISTRATOR, whole=whole, now=now).person
    return actor_of(person, portal, at=now)


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


def test_the_person_is_told_in_their_own_language(west: Portal) -> None:
    person = make_person(west, language="en")
    chief = administrator(west)
    assignment = give_role(
        actor=chief,
        person=person,
        role=Role.COUNCILLOR,
        portal=west,
        reason="geheime reden",
        ends_on=TODAY + 30 * A_DAY,
        now=NOON,
    )
    change_role(actor=chief, assignment_id=assignment.pk, ends_on=None, affiliation="", now=NOON + A_DAY)
    end_role(actor=chief, assignment_id=assignment.pk, reason="geheime reden", now=NOON + 2 * A_DAY)
    told = list(Message.objects.filter(person=person).select_related("portal").order_by("created_at"))
    assert [message.template for message in told] == ["role_given", "role_given", "role_ended"]
    words = [words_of(message, language="en") for message in told]
    assert words[0].subject == "You have a role at Stem van West"
    assert "Your role: Councillor" in words[0].body
    assert "from 12 January 2027 up to and including 11 February 2027" in words[0].body
    assert "You have it from 12 January 2027." in words[1].body
    assert words[2].subject == "Your role at Stem van West has ended"
    assert not any("geheime reden" in one.body for one in words)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_name_in_the_message(west: Portal, role: Role) -> None:
    assignment = given(west, role, whole=True)
    (message,) = Message.objects.filter(person=assignment.person_id).select_related("portal")
    body = words_of(message, language="en").body
    assert f"Your role: {role.label}" in body
    assert words_of(message, language="en").subject == "You have a role at Amsterdam"


def test_the_record_holds_numbers_and_days_only(west: Portal) -> None:
    chief, person = administrator(west), make_person(west, email="wilhelmina@example.org", name="Wilhelmina")
    assignment = give_role(
        actor=chief,
        person=person,
        role=Role.CLERK,
        portal=west,
        reason="Omdat",
        affiliation="Partij",
        now=NOON,
    )
    change_role(actor=chief, assignment_id=assignment.pk, ends_on=TODAY, affiliation="Club", now=NOON)
    end_role(actor=chief, assignment_id=assignment.pk, reason="Daarom", now=NOON)
    rows = list(Entry.objects.filter(person_id=chief.person_id).order_by("pk"))
    assert [row.action for row in rows] == [
        "identity.role_given",
        "identity.role_changed",
        "identity.role_ended",
    ]
    assert {row.roles for row in rows} == {"administrator"}
    assert {row.target_id for row in rows} == {assignment.pk}
    assert {row.details["person"] for row in rows} == {person.pk}
    text = str([row.details for row in rows])
    assert not any(word in text for word in ("Omdat", "Daarom", "Partij", "Club", "ilhelmina"))


# The pages.


@pytest.fixture
def chief(west: Portal) -> Person:
    return given(west, Role.ADMINISTRATOR, whole=True, now=timezone.now()).person


@pytest.fixture
def desk(west: Portal, chief: Person) -> Client:
    return client_for(chief, west)


def filled_in(**changes: Any) -> dict[str, Any]:
    usual = {
        "email": "nieuw@example.org",
        "role": "councillor",
        "place": "all",
        "starts_on": "",
        "ends_on": "",
        "affiliation": "Buurtlijst",
        "reason": "gekozen",
    }
    return {**usual, **changes}


def test_the_answer_does_not_tell_whether_an_address_was_known(west: Portal, desk: Client) -> None:
    make_person(west, email="bekend@example.org", name="Bekende Bewoner")
    pages = []
    for email in ("bekend@example.org", "onbekend@example.org"):
        answer = desk.post("/werk/rollen/geven/", filled_in(email=email), follow=True)
        assert answer.redirect_chain == [("/werk/rollen/", 302)]
        assert "Bekende Bewoner" not in answer.text
        page = answer.text.replace(email, "ADRES")
        # Of every page the secret of its own forms, and how many roles there are by now.
        page = re.sub(r'value="\w{64}"|\d+ roles?|/rollen/\d+/', "", page)
        pages.append(page.split("<main", 1)[1].split("</li>", 1)[0])
    assert pages[0] == pages[1]
    assert Person.objects.filter(email="onbekend@example.org").exists()


def test_a_mistake_keeps_what_was_typed(west: Portal, desk: Client) -> None:
    answer = desk.post("/werk/rollen/geven/", filled_in(ends_on="2001-01-01"))
    assert answer.status_code == 422
    for typed in ("nieuw@example.org", "Buurtlijst", "gekozen", "2001-01-01"):
        assert typed in answer.text
    assert not Person.objects.filter(email="nieuw@example.org").exists()


def test_giving_it_to_oneself_says_so(west: Portal, chief: Person, desk: Client) -> None:
    answer = desk.post("/werk/rollen/geven/", filled_in(email=chief.email))
    assert answer.status_code == 409
    assert "You cannot give a role to yourself" in answer.text


def test_an_administrator_of_one_portal_gives_roles_there_only(west: Portal) -> None:
    noord = make_portal("noord")
    now = timezone.now()
    elsewhere = [given(noord, now=now), given(west, whole=True, now=now)]
    local = client_for(given(west, Role.ADMINISTRATOR, now=now).person, west)
    page = local.get("/werk/rollen/geven/").text
    assert "The role is for Stem van West." in page
    for place in ("all", str(noord.pk)):
        assert local.post("/werk/rollen/geven/", filled_in(place=place)).status_code == 422
    assert local.post("/werk/rollen/geven/", filled_in(place=str(west.pk))).status_code == 302
    shown = local.get("/werk/rollen/").text
    for assignment in elsewhere:
        assert str(assignment.person.email) not in shown
        for path in (f"/werk/rollen/{assignment.pk}/", f"/werk/rollen/{assignment.pk}/beeindigen/"):
            assert local.get(path).status_code == 404
            assert local.post(path, {"reason": "x"}).status_code == 404


def test_the_list_filters_counts_and_shows_what_holds(west: Portal, desk: Client) -> None:
    now = timezone.now()
    today = on_wall(now).date()
    standing = given(west, now=now)
    coming = given(west, now=now, starts_on=today + 9 * A_DAY)
    past = given(west, now=now - 9 * A_DAY, ends_on=today - 5 * A_DAY)
    ended = given(west, now=now)
    end_role(actor=system_of(west), assignment_id=ended.pk, reason="verhuisd", now=timezone.now())
    for query, shown in [
        ("rol=clerk", {standing, coming, past, ended}),
        ("rol=clerk&staat=now", {standing}),
        ("rol=clerk&staat=future", {coming}),
        ("rol=clerk&staat=ended", {past, ended}),
        ("rol=auditor", set()),
        ("rol=%00&staat=x&pagina=zzz", {standing, coming, past, ended}),
    ]:
        page = desk.get(f"/werk/rollen/?{query}").text
        found = {one for one in (standing, coming, past, ended) if str(one.person.email) in page}
        assert found == shown, query
        if shown and "staat=x" not in query:
            assert f'id="found">{len(shown)} role' in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_role_and_three(
    west: Portal, desk: Client, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(rows):
        given(west, now=timezone.now())
    with django_assert_num_queries(10):
        page = desk.get("/werk/rollen/?rol=clerk")
    assert page.text.count("<h3>") == rows


def test_reading_the_list_is_on_record(west: Portal, chief: Person, desk: Client) -> None:
    desk.get("/werk/rollen/?rol=clerk")
    entry = Entry.objects.get(action="identity.roles_read")
    assert (entry.person_id, entry.roles, entry.details) == (chief.pk, "administrator", {"by_role": "clerk"})


def test_changing_and_ending_by_their_pages(west: Portal, desk: Client) -> None:
    assignment = given(west, Role.COUNCILLOR, now=timezone.now(), affiliation="Oud")
    path = f"/werk/rollen/{assignment.pk}/"
    assert 'value="Oud"' in desk.get(path).text
    tomorrow = on_wall(timezone.now()).date() + A_DAY
    answer = desk.post(path, {"ends_on": tomorrow.isoformat(), "affiliation": "Nieuw"})
    assert answer.status_code == 302
    assert desk.post(f"{path}beeindigen/", {"reason": ""}).status_code == 422
    assert desk.post(f"{path}beeindigen/", {"reason": "verhuisd"}).status_code == 302
    assignment.refresh_from_db()
    assert (assignment.affiliation, assignment.end_reason) == ("Nieuw", "verhuisd")
    assert desk.post(f"{path}beeindigen/", {"reason": "weer"}).status_code == 409


def test_numbers_of_roles_that_do_not_exist_are_not_there(desk: Client) -> None:
    for number in ("0", "99999999999999999999"):
        assert desk.get(f"/werk/rollen/{number}/").status_code == 404


# What everybody sees.


def seen(portal: Portal) -> str:
    page = client_for(None, portal).get("/wie-doet-wat/")
    assert page.status_code == 200
    return page.text.split("<main", 1)[1].split("</main", 1)[0]


def test_everybody_sees_who_does_what_and_nobodys_address(west: Portal) -> None:
    now = timezone.now()
    named = make_person(west, name="Ingrid Raadslid", email="ingrid@example.org")
    nameless = make_person(west, email="stil@example.org")
    given(west, Role.COUNCILLOR, person=named, affiliation="Buurtlijst", now=now)
    given(west, Role.COUNCILLOR, person=nameless, affiliation="Stadspartij", now=now)
    given(west, Role.OFFICIAL, person=make_person(west, email="x@example.org"), now=now)
    given(
        west,
        Role.CLERK,
        person=make_person(west, name="Later"),
        starts_on=on_wall(now).date() + A_DAY,
        now=now,
    )
    page = seen(west)
    assert "Ingrid Raadslid, Buurtlijst" in page
    assert "<li>Stadspartij</li>" in page
    assert "Somebody who has not filled in a name" in page
    assert "Later" not in page
    assert "example.org" not in page


def test_a_role_of_the_municipality_stands_at_each_portal_and_not_elsewhere(west: Portal) -> None:
    noord, groningen = make_portal("noord"), make_portal("oosterpark", code="GM0014")
    given(west, Role.AUDITOR, whole=True, person=make_person(west, name="Olga"), now=timezone.now())
    given(west, Role.CLERK, person=make_person(west, name="Anneke"), now=timezone.now())
    assert ["Olga" in seen(portal) for portal in (west, noord, groningen)] == [True, True, False]
    assert ["Anneke" in seen(portal) for portal in (west, noord, groningen)] == [True, False, False]


def test_somebody_with_a_role_twice_stands_there_once(west: Portal) -> None:
    person = make_person(west, name="Anneke")
    given(west, person=person, now=timezone.now())
    given(west, whole=True, person=person, now=timezone.now())
    assert seen(west).count("Anneke") == 1


def test_a_kept_page_is_made_anew_when_roles_or_names_change(
    west: Portal, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    noord = make_portal("noord")
    cache.clear()
    person = make_person(west, name="Voor")
    commit = lambda: django_capture_on_commit_callbacks(execute=True)  # noqa: E731  (short for what follows)
    assert "Nobody has a role here yet." in seen(noord)
    with commit():
        assignment = given(west, whole=True, person=person, now=timezone.now())
    assert "Voor" in seen(noord)
    with commit():
        set_profile(actor=actor_of(person, west), name="Na", language="nl", now=timezone.now())
    assert "Na" in seen(noord)
    with commit():
        end_role(actor=system_of(west), assignment_id=assignment.pk, reason="x", now=timezone.now())
    assert "Nobody has a role here yet." in seen(noord)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_public_page_costs_the_same_for_one_and_three(
    west: Portal, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(rows):
        given(west, person=make_person(west, name="Anneke"), affiliation=f"Dienst {_}", now=timezone.now())
    browser = client_for(None, west)
    with django_assert_num_queries(2):
        page = browser.get("/wie-doet-wat/")
    assert page.text.count("Anneke") == rows
    with django_assert_num_queries(0):
        browser.get("/wie-doet-wat/")


def test_by_address_and_by_person_is_the_same(west: Portal) -> None:
    chief = administrator(west)
    new = NewRole(email=" Nieuw@Example.org ", role=Role.CLERK, portal=west, reason="begin")
    assignment = give_role_to_address(actor=chief, new=new, now=NOON)
    assert assignment.person.email == "nieuw@example.org"
    with pytest.raises(DomainError):
        give_role(
            actor=chief, person=assignment.person, role=Role.CLERK, portal=west, reason="weer", now=NOON
        )
