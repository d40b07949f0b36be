"""How a portal keeps its promises, in numbers that everybody may read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.feedback.models import Promise, Subject
from backend.feedback.selectors.figures import figures_of, list_late
from backend.feedback.services.promises import forget_promises
from backend.feedback.services.waiving import waive_answers
from backend.feedback.states import Phase
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import make_actor, make_person
from tests.builders.portals import make_portal, visitor_of
from tests.builders.promises import answer, everything_arrives, make_subject, people_of
from tests.builders.web import client_for

OPENED = datetime(2027, 1, 12, 9, tzinfo=UTC)
NOW = datetime(2027, 3, 20, 9, tzinfo=UTC)


def answered(portal: Portal, people: list[int], *, days: int, owed_by: Role = Role.COUNCILLOR) -> Subject:
    """These people had their answer after so many days."""
    subject = make_subject(portal, people, owed_by=owed_by, at=OPENED)
    at = OPENED + timedelta(days=days)
    answer(make_actor(portal, owed_by), subject, at=at)
    everything_arrives(at=at)
    return subject


def test_what_is_owed_kept_waived_and_late_is_counted_per_role_and_portal(west: Portal) -> None:
    clerk = make_actor(west, Role.CLERK)
    answered(west, people_of(west, 3), days=10)
    answered(west, people_of(west, 1), days=60, owed_by=Role.OFFICIAL)
    make_subject(west, people_of(west, 2), due_on=date(2027, 3, 19), at=OPENED)
    make_subject(west, people_of(west, 1), due_on=date(2027, 3, 20), at=OPENED)
    waived = make_subject(west, people_of(west, 2), at=OPENED)
    waive_answers(actor=clerk, public_id=waived.public_id, reason="Vervallen.", now=NOW)
    north = make_portal("noord")
    make_subject(north, people_of(north, 1), at=OPENED)
    figures = figures_of(visitor_of(west), now=NOW)
    total = figures.total
    assert (total.owed, total.late, total.kept, total.waived) == (3, 2, 4, 2)
    assert total.median_days == 10
    assert {role: (record.owed, record.kept) for role, record in figures.roles.items()} == {
        "councillor": (3, 3),
        "official": (0, 1),
    }
    assert figures.roles["official"].median_days == 60
    assert {portal.slug: record.owed for portal, record in figures.portals} == {"west": 3, "noord": 1}
    assert [(month.first_day, month.kept, month.median_days) for month in figures.months][-3:] == [
        (date(2027, 1, 1), 3, 10),
        (date(2027, 2, 1), 0, None),
        (date(2027, 3, 1), 1, 60),
    ]
    assert len(figures.months) == 12


def test_what_still_collects_votes_tells_no_numbers(west: Portal) -> None:
    """With hidden totals the number of people who wait would tell the number of votes."""
    subject = make_subject(west, people_of(west, 23), phase=Phase.COLLECTING, due_on=date(2027, 1, 1))
    figures = figures_of(visitor_of(west), now=NOW)
    assert (figures.total.owed, figures.total.late, figures.collecting) == (0, 0, 1)
    councillor = client_for(make_person(west, roles=[Role.COUNCILLOR]), west)
    own = ("/", "/stand/")
    desk = ["/werk/antwoorden/", *(f"/werk/antwoorden/{subject.public_id}{page}" for page in own)]
    public = ["/beloften/", f"/beloften/{subject.public_id}/"]
    for browser, paths in ((client_for(None, west), public), (councillor, [*public, *desk])):
        for path in paths:
            words = re.sub(r"<[^>]*>", " ", browser.get(path).text)
            assert "23" not in words, path


def test_who_leaves_does_not_make_the_numbers_better_or_worse(west: Portal) -> None:
    one, two = people_of(west, 2)
    answered(west, [one, two], days=10)
    make_subject(west, [one], due_on=date(2027, 3, 1), at=OPENED)
    forget_promises(person_id=one, now=NOW)
    total = figures_of(visitor_of(west), now=NOW).total
    assert (total.owed, total.kept, total.median_days) == (0, 2, 10)
    assert Promise.objects.count() == 3


def test_what_is_hidden_is_late_without_its_title(west: Portal) -> None:
    shown = make_subject(west, people_of(west, 1), due_on=date(2027, 1, 1), title="Zichtbaar")
    hidden = make_subject(west, people_of(west, 1), due_on=date(2027, 1, 1), title="Ingetrokken")
    Subject.objects.filter(pk=hidden.pk).update(is_public=False)
    assert list(list_late(visitor_of(west), now=NOW)) == [shown]
    assert figures_of(visitor_of(west), now=NOW).total.late == 2
    visitor = client_for(None, west)
    assert visitor.get(f"/beloften/{hidden.public_id}/").status_code == 404
    assert "Ingetrokken" not in visitor.get("/beloften/").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_subject_and_three(
    west: Portal, rows: int, django_assert_num_queries: object
) -> None:
    clerk = make_actor(west, Role.CLERK)
    for number in range(rows):
        answered(west, people_of(west, 1), days=number)
        make_subject(west, people_of(west, 1), due_on=date(2026, 1, 1))
        waived = make_subject(west, people_of(west, 1))
        waive_answers(actor=clerk, public_id=waived.public_id, reason="x", now=timezone.now())
    browser = client_for(None, west)
    with django_assert_num_queries(7):  # type: ignore[operator]  # a fixture
        page = browser.get("/beloften/")
    assert page.status_code == 200


def test_a_second_visitor_gets_the_page_that_is_ready_and_a_waiver_empties_it(
    west: Portal, django_capture_on_commit_callbacks: object
) -> None:
    subject = make_subject(west, people_of(west, 1), due_on=date(2026, 1, 1), title="Te laat")
    assert "Te laat" in client_for(None, west).get("/beloften/").text
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        waive_answers(
            actor=make_actor(west, Role.CLERK),
            public_id=subject.public_id,
            reason="Omdat het is afgelast.",
            now=timezone.now(),
        )
    page = client_for(None, west).get("/beloften/").text
    assert "Omdat het is afgelast." in page
    assert "No answer is late." in page


def test_passing_by_the_page_that_is_ready_counts_nothing_again(
    west: Portal, django_capture_on_commit_callbacks: object
) -> None:
    """With a query, or with a cookie that is of no session."""
    answered(west, people_of(west, 3), days=10)
    odd = client_for(None, west)
    odd.cookies[settings.SESSION_COOKIE_NAME] = "made-up"
    visits = [(client_for(None, west), "?x=1"), (client_for(None, west), "?taal=en"), (odd, "")]
    client_for(None, west).get("/beloften/")
    for browser, query in visits:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/beloften/{query}").status_code == 200
        assert not [query for query in queries if "COUNT(" in query["sql"] and "GROUP BY" in query["sql"]]
    waived = make_subject(west, people_of(west, 2), at=OPENED)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        waive_answers(
            actor=make_actor(west, Role.CLERK), public_id=waived.public_id, reason="x", now=timezone.now()
        )
    # What changed is counted.
    with CaptureQueriesContext(connection) as queries:
        visits[0][0].get("/beloften/?x=1")
    assert [query for query in queries if "COUNT(" in query["sql"] and "GROUP BY" in query["sql"]]
