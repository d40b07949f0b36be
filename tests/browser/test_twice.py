"""A double click, the back button, two tabs and a lost connection change nothing twice and lose nothing."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backend.places.models import Portal
from backend.proposals.models import Plan, Vote
from tests.builders.people import make_actor
from tests.builders.plans import make_plan

from .conftest import NewVisitor
from .site import aside
from .visitors import Visitor


@pytest.fixture
def path(portal: Portal) -> str:
    def put_up() -> Plan:
        now = timezone.now()
        return make_plan(portal, proposer=make_actor(portal, at=now), at=now)

    return f"/plannen/{aside(put_up).public_id}/"


def _votes(portal: Portal) -> list[bool]:
    """Whether each vote ever cast still stands."""
    votes = Vote.objects.all_municipalities().filter(plan__portal=portal)
    return [at is None for at in votes.order_by("pk").values_list("withdrawn_at", flat=True)]


def _titles(portal: Portal) -> list[tuple[str, str]]:
    plans = Plan.objects.all_municipalities().filter(portal=portal)
    return list(plans.order_by("pk").values_list("title", "state"))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_double_click_is_one_vote(visit: NewVisitor, portal: Portal, path: str, scripts: bool) -> None:
    fatima = visit(scripts=scripts).be("fatima")
    fatima.go(path)
    fatima.button("Vote for this plan").dblclick(no_wait_after=True)
    expect(fatima.heading("Your vote was received")).to_be_visible()
    assert aside(_votes, portal) == [True]


def test_going_back_and_voting_again_is_one_vote(visit: NewVisitor, portal: Portal, path: str) -> None:
    fatima = visit().be("fatima")
    fatima.go(path)
    fatima.button("Vote for this plan").click()
    expect(fatima.heading("Your vote was received")).to_be_visible()
    fatima.page.go_back()
    # The page shows either what was or what is; the button must do no harm and not be dead.
    if fatima.button("Vote for this plan").is_visible():
        fatima.button("Vote for this plan").click()
    expect(fatima.button("Take my vote back")).to_be_visible()
    assert aside(_votes, portal) == [True]


def test_two_tabs_are_one_vote_and_taking_it_back_twice_is_once(
    visit: NewVisitor, portal: Portal, path: str
) -> None:
    fatima = visit().be("fatima")
    other = fatima.context.new_page()
    for tab in (fatima.page, other):
        tab.goto(fatima.site.address(portal.hostname, path))
    for tab in (fatima.page, other):
        tab.get_by_role("button", name="Vote for this plan").click()
        expect(tab.get_by_role("button", name="Take my vote back")).to_be_visible()
    assert aside(_votes, portal) == [True]
    for tab in (fatima.page, other):
        tab.get_by_role("button", name="Take my vote back").click()
        expect(tab.get_by_role("button", name="Vote for this plan")).to_be_visible()
    assert aside(_votes, portal) == [False]


def test_a_double_click_puts_up_one_plan(visit: NewVisitor, portal: Portal) -> None:
    joop = _with_draft(visit)
    joop.button("Have a last look").click()
    joop.button("Put it up for votes").dblclick(no_wait_after=True)
    expect(joop.page.get_by_text("Your plan is up for votes")).to_be_visible()
    assert aside(_titles, portal) == [("Een boom erbij", "competing")]
    # Back at the last look, the same button leads to the same plan.
    joop.page.go_back()
    if joop.button("Put it up for votes").is_visible():
        joop.button("Put it up for votes").click()
    assert aside(_titles, portal) == [("Een boom erbij", "competing")]


def test_a_lost_connection_keeps_what_was_typed(visit: NewVisitor, portal: Portal) -> None:
    joop = _with_draft(visit)
    page, status = joop.page, joop.page.locator("[data-save-status]")
    joop.context.set_offline(True)
    page.locator("[name=what]").fill("Getypt zonder verbinding.")
    expect(status).to_have_text("Not saved: no connection. What you typed is still here.")
    expect(page.locator("[name=what]")).to_have_value("Getypt zonder verbinding.")
    joop.context.set_offline(False)
    expect(status).to_have_attribute("data-state", "saved")
    joop.watch.complaints.clear()
    page.reload()
    expect(page.locator("[name=what]")).to_have_value("Getypt zonder verbinding.")


def test_leaving_the_page_while_typing_saves_the_draft(visit: NewVisitor, portal: Portal) -> None:
    joop = _with_draft(visit)
    joop.page.locator("[name=what]").fill("Nog gauw iets.")
    joop.go("/")
    # The browser sends it after the page is gone, when it has time for it.
    for _ in range(100):
        if aside(_what, portal) == "Nog gauw iets.":
            return
        joop.page.wait_for_timeout(100)
    assert aside(_what, portal) == "Nog gauw iets."


def _what(portal: Portal) -> str:
    return Plan.objects.all_municipalities().get(portal=portal).what


def _with_draft(visit: NewVisitor) -> Visitor:
    joop = visit().be("joop")
    joop.go("/plannen/nieuw/")
    joop.page.locator("[name=title]").fill("Een boom erbij")
    joop.button("Start with this title").click()
    fields: Page = joop.page
    fields.locator("[name=what]").fill("Een boom.")
    fields.locator("[name=why]").fill("Voor de schaduw.")
    fields.locator("[name=category]").select_option(index=1)
    expect(fields.locator("[data-save-status]")).to_have_attribute("data-state", "saved")
    return joop
