"""Two people at once: what one does, the other sees without doing anything, and without being disturbed."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backend.places.models import Portal
from backend.proposals.models import Plan
from tests.builders.people import make_actor
from tests.builders.plans import make_plan, make_votes

from .conftest import NewVisitor
from .site import aside

# Everything the polite voice of a page said, from now on.
LISTEN = """
() => {
  window.heard = [];
  const region = document.getElementById("announcements");
  new MutationObserver(() => region.textContent && window.heard.push(region.textContent))
    .observe(region, { childList: true });
}
"""


@pytest.fixture
def plan(portal: Portal) -> Plan:
    def put_up() -> Plan:
        now = timezone.now()
        return make_plan(portal, proposer=make_actor(portal, at=now), at=now)

    return aside(put_up)


def heard_by(page: Page) -> list[str]:
    said: list[str] = page.evaluate("window.heard")
    return said


def test_somebody_votes_and_somebody_else_sees_it(visit: NewVisitor, plan: Plan) -> None:
    reader, fatima = visit(), visit().be("fatima")
    for visitor in (reader, fatima):
        visitor.go(f"/plannen/{plan.public_id}/")
    page = reader.page
    page.evaluate(LISTEN)
    page.evaluate("window.same = true")
    share = page.get_by_role("link", name="Poster to print (PDF)")
    share.focus()
    fatima.button("Vote for this plan").click()
    expect(page.locator("#stand")).to_contain_text("1 vote")
    expect(page.locator("#announcements")).to_have_text("Now 1 vote.")
    # It is the same page still, the focus is where it was, and it was said once.
    assert page.evaluate("window.same") is True
    expect(share).to_be_focused()
    assert heard_by(page) == ["Now 1 vote."]


def test_a_page_that_changed_altogether_says_so_and_waits(visit: NewVisitor, plan: Plan) -> None:
    reader = visit()
    reader.go(f"/plannen/{plan.public_id}/")
    reader.page.evaluate(LISTEN)
    aside(Plan.objects.all_municipalities().filter(pk=plan.pk).update, state="lapsed")
    anew = reader.page.get_by_role("link", name="Show it as it is now")
    expect(anew).to_be_visible()
    expect(reader.page.locator("#announcements")).to_contain_text("This page has changed.")
    anew.click()
    expect(reader.page.get_by_text("Not selected")).to_be_visible()


def test_without_scripts_the_page_is_as_it_was(visit: NewVisitor, plan: Plan) -> None:
    reader = visit(scripts=False)
    reader.go(f"/plannen/{plan.public_id}/")
    expect(reader.page.locator("#stand")).to_contain_text("0 votes")
    expect(reader.page.get_by_role("link", name="Show it as it is now")).to_be_hidden()
    aside(make_votes, plan, 1, at=timezone.now())
    reader.page.reload()
    expect(reader.page.locator("#stand")).to_contain_text("1 vote")
