"""What everybody sees of who holds a role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from backend.core.walltime import on_wall
from backend.identity.services.people import set_profile
from backend.identity.services.roles import end_role
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal, system_of
from tests.builders.roles import given
from tests.builders.web import client_for

A_DAY = timedelta(days=1)


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
