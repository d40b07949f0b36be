"""An open page of a plan hears what everybody may see of it, once, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from backend.core.tenancy import in_municipality
from backend.places.models import Portal
from backend.proposals.live import live_page
from backend.proposals.models import Plan
from backend.proposals.selectors.plans import place_of
from backend.proposals.selectors.rounds import standing_of
from backend.proposals.services.votes import withdraw_vote
from tests.builders.plans import again, close, make_draft, make_plan, make_rules, make_votes, round_at
from tests.builders.sockets import OpenSocket, Socket
from tests.builders.web import client_for


def version_now(plan: Plan) -> str:
    """As the page of the plan would say it."""
    now = timezone.now()
    fresh = Plan.objects.all_municipalities().select_related("thread").get(pk=plan.pk)
    with in_municipality(plan.municipality_id):
        live = live_page(
            fresh, place=place_of(fresh), totals_hidden=standing_of(plan.portal_id, at=now).totals_hidden
        )
    assert live
    return live.version


Follow = Callable[..., Socket]


@pytest.fixture
def follow(open_page: OpenSocket) -> Follow:
    """Open the page of a plan that shows a version of it."""

    def open_and_say(plan: Plan, *, since: str, **how: Any) -> Socket:
        page = open_page(plan.portal, plan.public_id, **how)
        page.say({"since": since})
        return page

    return open_and_say


def test_a_vote_is_seen_on_an_open_page(follow: Follow, portal: Portal) -> None:
    now = timezone.now()
    plan = make_plan(portal, at=now, votes=1)
    before = version_now(plan)
    page = follow(plan, since=before)
    make_votes(plan, 1, at=now)
    told = page.update()
    assert (told["from"], told["to"], told["reload"]) == (before, version_now(plan), False)
    (part,) = told["parts"]
    assert part["say"] == "Now 2 votes."
    assert "2 votes" in part["html"]
    assert 'id="stand"' in part["html"]


def test_a_plan_that_is_overtaken_is_told_its_place(follow: Follow, portal: Portal) -> None:
    now = timezone.now()
    plan, other = make_plan(portal, at=now, votes=1), make_plan(portal, at=now, votes=1)
    page = follow(plan, since=version_now(plan))
    make_votes(other, 1, at=now)
    told = page.update()
    (part,) = told["parts"]
    assert told["to"] == version_now(plan)
    assert "Place 2" in part["html"]
    assert part["say"] == "Now in place 2."


def test_many_votes_at_once_are_one_update(follow: Follow, portal: Portal) -> None:
    now = timezone.now()
    plan = make_plan(portal, at=now)
    before = version_now(plan)
    make_votes(plan, 3, at=now)
    page = follow(plan, since=before)
    assert page.update()["parts"][0]["say"] == "Now 3 votes."
    # Nothing else came in between: the next is about the vote that follows.
    voters = make_votes(plan, 1, at=now)
    assert page.update()["parts"][0]["say"] == "Now 4 votes."
    with in_municipality(portal.municipality_id):
        withdraw_vote(actor=voters[0], public_id=plan.public_id, now=now)
    assert page.update()["parts"][0]["say"] == "Now 3 votes."


def test_every_page_hears_it_in_its_own_language(follow: Follow, portal: Portal) -> None:
    now = timezone.now()
    plan = make_plan(portal, at=now)
    pages = {language: follow(plan, since=version_now(plan), language=language) for language in ("en", "nl")}
    make_votes(plan, 2, at=now)
    assert "2 votes" in pages["en"].update()["parts"][0]["html"]
    assert "2 stemmen" in pages["nl"].update()["parts"][0]["html"]


def test_what_a_page_missed_comes_when_it_is_back(follow: Follow, portal: Portal) -> None:
    now = timezone.now()
    plan = make_plan(portal, at=now)
    page = follow(plan, since=version_now(plan))
    make_votes(plan, 1, at=now)
    had = page.update()["to"]
    page.line.close()
    make_votes(plan, 2, at=now)
    back = follow(plan, since=had)
    assert back.update()["parts"][0]["say"] == "Now 3 votes."


def test_votes_that_are_hidden_are_not_told_and_not_hinted_at(follow: Follow, portal: Portal) -> None:
    now = timezone.now()
    make_rules(portal, at=now, totals="hidden")
    plan = make_plan(portal, at=now)
    before = version_now(plan)
    page = follow(plan, since=before)
    make_votes(plan, 2, at=now)
    assert version_now(plan) == before
    # The count makes them public, and then the page hears that it is of another time.
    close(round_at(portal, now))
    told = page.update()
    assert told["reload"] is True
    assert told["parts"] == []


@pytest.mark.parametrize("since", ["", "x", "a.b.c.d", "0.0.0", "\0"])
def test_a_version_that_never_was_is_answered_with_another_page(
    follow: Follow, portal: Portal, since: str
) -> None:
    plan = make_plan(portal, at=timezone.now())
    told = follow(plan, since=since).update()
    assert (told["to"], told["reload"]) == (version_now(plan), True)


def test_a_plan_that_is_withdrawn_is_followed_no_more(follow: Follow, portal: Portal) -> None:
    plan = make_plan(portal, at=timezone.now())
    page = follow(plan, since=version_now(plan))
    make_votes(plan, 1, at=timezone.now())
    assert page.update()["parts"]
    Plan.objects.all_municipalities().filter(pk=plan.pk).update(state="withdrawn")
    assert page.closed_with() == 4404


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_page_says_where_it_hears_what_changed_and_what_it_shows(portal: Portal, language: str) -> None:
    plan = make_plan(portal, at=timezone.now(), votes=1)
    page = client_for(None, portal, language=language).get(f"/plannen/{plan.public_id}/").text
    assert f'data-live="/live/plan/{plan.public_id}/"' in page
    assert f'data-live-version="{version_now(plan)}"' in page
    assert page.count('id="stand"') == 1
    assert "live.js" in page


def test_a_draft_says_nothing_of_itself(portal: Portal) -> None:
    draft = make_draft(portal, at=timezone.now())
    assert live_page(again(draft), place=1, totals_hidden=False) is None
