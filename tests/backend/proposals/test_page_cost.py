"""What pages cost, and pages that are kept for visitors: fast, never old, never personal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.core.actor import Actor
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.models import Plan
from backend.proposals.services.plans import submit_plan
from backend.proposals.services.votes import cast_vote
from tests.builders.discussions import make_reply
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import (
    again,
    argue,
    close,
    make_draft,
    make_meeting,
    make_plan,
    make_rules,
    make_votes,
    round_at,
    take_up,
)
from tests.builders.web import client_for, url

Counting = Callable[..., AbstractContextManager[CaptureQueriesContext]]
Committing = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_a_visitor_the_same_for_one_plan_and_three(
    west: Portal, rows: int, django_assert_num_queries: Counting
) -> None:
    for _ in range(rows):
        make_plan(west, at=timezone.now(), votes=1)
    browser = client_for(None, west)
    with django_assert_num_queries(8):
        page = browser.get("/")
    assert page.text.count('class="plan-card"') == rows


@pytest.mark.parametrize("state", ["competing", "on_agenda"])
@pytest.mark.parametrize(("who", "cost"), [("visitor", 8), ("voter", 12), ("proposer", 12)])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_plan_with_its_discussion_costs_the_same_whatever_it_went_through(
    west: Portal, state: str, who: str, cost: int, rows: int
) -> None:
    """A plan that was counted before, with arguments and replies, of which one was taken up."""
    proposer, voter = make_person(west), make_person(west)
    now = timezone.now()
    at = now - timedelta(days=31)
    plan = make_plan(west, proposer=actor_of(proposer, west), at=at, title="Bankjes", votes=1)
    make_plan(west, at=at, votes=0 if state == "on_agenda" else 2)
    make_discussion(plan, rows, at=at)
    take_up(plan, argue(plan, at=at), proposer=actor_of(proposer, west), at=at)
    close(round_at(west, at))
    assert again(plan).state == state
    if state == "competing":
        cast_vote(actor=actor_of(voter, west), public_id=plan.public_id, now=now)
    browser = client_for({"visitor": None, "voter": voter, "proposer": proposer}[who], west)
    # Whoever comes first pays for what is remembered of the portal.
    client_for(None, west).get("/spelregels/")
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(url("plan", plan.public_id))
    assert len(queries) == cost, "\n".join(query["sql"] for query in queries)
    # An argument and a reply to it each, and the one that was taken up.
    assert page.text.count('class="post"') == 2 * rows + 1
    may_take_up = who == "proposer" and state == "competing"
    assert page.text.count("Take this up") == (rows + 1 if may_take_up else 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_what_changed_costs_the_same_for_two_versions_and_four(west: Portal, rows: int) -> None:
    proposer, now = make_actor(west), timezone.now()
    plan = make_plan(west, proposer=proposer, at=now)
    for _ in range(rows):
        take_up(plan, argue(plan, at=now), proposer=proposer, at=now)
    browser = client_for(None, west)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(url("versions", plan.public_id))
    assert len(queries) == 5, [query["sql"] for query in queries]
    assert page.text.count("<article") == rows + 1


def make_discussion(plan: Plan, rows: int, *, at: datetime) -> None:
    for number in range(rows):
        make_reply(argue(plan, at=at, text=f"Argument {number}."), at=at)


SIGNED_IN_PAGES = {
    "/mijn/plannen/": 6,
    "/mijn/stemmen/": 7,
    "/mijn/berichten/": 8,
    "/werk/": 16,
    "/agenda/": 10,
    "/tellingen/": 9,
}


def test_lists_cost_the_same_for_one_row_and_three(west: Portal) -> None:
    """Every list, with one of everything and with three of everything."""
    person = make_person(west, roles=[Role.CLERK, Role.OFFICIAL, Role.COUNCILLOR])
    browser = client_for(person, west)
    costs: list[dict[str, int]] = []
    at = timezone.now() - timedelta(days=150)
    for rows in (1, 2):
        for _ in range(rows):
            at = one_of_everything(west, actor_of(person, west), at)
        round_at(west, timezone.now())
        costs.append({path: queries_of(browser, path) for path in SIGNED_IN_PAGES})
    assert costs[0] == costs[1]
    assert all(cost <= SIGNED_IN_PAGES[path] for path, cost in costs[1].items()), costs[1]


def one_of_everything(portal: Portal, actor: Actor, at: datetime) -> datetime:
    make_meeting(portal, starts_at=timezone.now() + timedelta(days=30), at=at)
    plan = make_plan(portal, proposer=actor, at=at, votes=1)
    cast_vote(actor=actor, public_id=plan.public_id, now=at)
    this = round_at(portal, at)
    close(this)
    now = timezone.now()
    cast_vote(actor=actor, public_id=make_plan(portal, proposer=actor, at=now).public_id, now=now)
    return this.closes_at


def queries_of(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


@contextmanager
def costing(limit: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    assert len(queries) <= limit, [query["sql"] for query in queries]


KEPT_PAGES = ["/", "/plannen/kaart.json", "/spelregels/", "/tellingen/", "/agenda/"]


@pytest.mark.parametrize("path", [*KEPT_PAGES, "plan"])
def test_a_second_visitor_costs_one_query(west: Portal, path: str) -> None:
    plan = make_plan(west, at=timezone.now(), votes=1)
    path = url("plan", plan.public_id) if path == "plan" else path
    first = client_for(None, west).get(path)
    with costing(1):
        second = client_for(None, west).get(path)
    assert second.content == first.content
    assert not second.cookies
    assert "X-Same-For-Visitors" not in second.headers


def test_a_vote_a_new_plan_and_a_count_empty_the_pages(
    west: Portal, django_capture_on_commit_callbacks: Committing
) -> None:
    visitor, now = client_for(None, west), timezone.now()
    proposer, voter = make_person(west), make_person(west)
    plan = make_plan(west, proposer=actor_of(proposer, west), at=now, title="Het eerste plan")
    address = url("plan", plan.public_id)
    assert "0 votes" in visitor.get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        cast_vote(actor=actor_of(voter, west), public_id=plan.public_id, now=now)
    assert "1 vote" in visitor.get(address).text
    assert "Het tweede plan" not in visitor.get("/").text
    draft = make_draft(west, proposer=actor_of(proposer, west), at=now, title="Het tweede plan")
    with django_capture_on_commit_callbacks(execute=True):
        submit_plan(actor=actor_of(proposer, west), public_id=draft.public_id, now=now)
    assert "Het tweede plan" in visitor.get("/").text
    assert "Het eerste plan" not in visitor.get("/agenda/").text
    this = round_at(west, now)
    with django_capture_on_commit_callbacks(execute=True):
        close(this)
    assert "Het eerste plan" in visitor.get("/agenda/").text
    assert "Het eerste plan" not in visitor.get("/").text


def test_what_failed_empties_nothing_and_what_is_not_committed_neither(west: Portal) -> None:
    visitor, plan = client_for(None, west), make_plan(west, at=timezone.now())
    visitor.get("/")
    make_votes(plan, 1, at=timezone.now())
    # The test's transaction never commits, so visitors still see what is committed.
    assert "0 votes" in visitor.get("/").text


def test_pages_of_people_are_never_kept(west: Portal) -> None:
    plan = make_plan(west, at=timezone.now())
    person = make_person(west, name="Wilhelmina")
    browser, visitor = client_for(person, west), client_for(None, west)
    for path in [*KEPT_PAGES[:1], *KEPT_PAGES[2:], url("plan", plan.public_id)]:
        mine = browser.get(path)
        theirs = visitor.get(path)
        again = browser.get(path)
        assert "Wilhelmina" in mine.text
        assert "Wilhelmina" in again.text
        assert "Wilhelmina" not in theirs.text
        assert "csrfmiddlewaretoken" not in theirs.text
        assert not theirs.cookies


def test_a_stored_page_carries_no_cookie_and_no_message(west: Portal) -> None:
    plan = make_plan(west, at=timezone.now())
    address = url("plan", plan.public_id)
    for browser in (client_for(None, west), client_for(None, west)):
        response = browser.get(address)
        assert "Set-Cookie" not in str(response.headers)
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert "Cookie" in response.headers["Vary"]


def test_languages_hostnames_and_compression_are_kept_apart(west: Portal) -> None:
    make_plan(west, at=timezone.now(), title="Bankjes")
    english, dutch = client_for(None, west), client_for(None, west, language="nl")
    assert '<html lang="en"' in english.get("/").text
    assert '<html lang="nl"' in dutch.get("/").text
    assert '<html lang="en"' in english.get("/").text
    zipped = english.get("/", HTTP_ACCEPT_ENCODING="gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.content) < len(english.get("/").content)
    chosen = english.get("/?taal=nl")
    assert '<html lang="nl"' in chosen.text
    assert "Set-Cookie" not in str(client_for(None, west).get("/").headers)


def test_a_draft_is_never_kept(west: Portal) -> None:
    person = make_person(west)
    draft = make_draft(west, proposer=actor_of(person, west), at=timezone.now(), title="Geheim")
    address = url("plan", draft.public_id)
    assert "Geheim" in client_for(person, west).get(address).text
    assert client_for(None, west).get(address).status_code == 404
    assert "Geheim" not in client_for(make_person(west), west).get("/?staat=alle").text


def test_hidden_totals_stay_hidden_until_the_count(west: Portal) -> None:
    now = timezone.now()
    make_rules(west, at=now - timedelta(minutes=1), totals="hidden")
    first = make_plan(west, at=now - timedelta(seconds=1), votes=7, title="Zeven")
    second = make_plan(west, at=now, votes=13, title="Dertien")
    visitor = client_for(None, west)
    for path in ("/", "/?volgorde=votes", url("plan", second.public_id), "/plannen/kaart.json"):
        text = visitor.get(path).text
        assert "13 vote" not in text
        assert "7 vote" not in text
        assert "Place 1" not in text
    listed = visitor.get("/?volgorde=votes").text
    assert listed.index("Dertien") < listed.index("Zeven")
    assert [row["votes"] for row in visitor.get("/api/v1/plans/").json()["results"]] == [None, None]
    assert visitor.get(f"/api/v1/plans/{first.public_id}/").json()["votes"] is None
    close(round_at(west, now))
    assert Plan.objects.get(pk=second.pk).state == "on_agenda"
    assert visitor.get(f"/api/v1/plans/{second.public_id}/").json()["votes"] == 13


@pytest.mark.parametrize("query", ["?x=1", "?zoek=bank", "?onderwerp=verzonnen", "?pagina=1&pagina=2&y"])
def test_made_up_addresses_do_not_fill_the_cache(west: Portal, query: str) -> None:
    make_plan(west, at=timezone.now())
    browser = client_for(None, west)
    for address in ("/", "/plannen/kaart.json", "/agenda/"):
        browser.get(address + query)
        assert queries_of(browser, address + query) > 1, address
