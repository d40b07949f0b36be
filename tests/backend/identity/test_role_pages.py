"""The pages on which administrators give, change and end roles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.walltime import on_wall
from backend.identity.models import Person
from backend.identity.services.roles import end_role
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.portals import make_portal, system_of
from tests.builders.roles import given
from tests.builders.web import client_for

A_DAY = timedelta(days=1)


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
