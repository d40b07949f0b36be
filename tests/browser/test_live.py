"""Two people at once: what one does, the other sees without doing anything, and without being disturbed."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post, Thread
from backend.discussion.services.arguments import mark_convincing, withdraw_text
from backend.discussion.services.moderation.moving import Place, move
from backend.discussion.states import Side
from backend.places.models import Portal
from backend.proposals.models import Plan
from tests.builders.discussions import make_argument, make_reply, make_thread
from tests.builders.moderation import grounds_for, make_moderator
from tests.builders.people import make_actor
from tests.builders.plans import make_plan, make_votes

from .conftest import NewVisitor
from .site import aside, running
from .visitors import Visitor

# Everything the polite voice of a page said, from now on.
LISTEN = """
() => {
  window.heard = [];
  const region = document.getElementById("announcements");
  new MutationObserver(() => region.textContent && window.heard.push(region.textContent))
    .observe(region, { childList: true });
}
"""


# Where a text stands on the screen, and what has the focus.
WHERE = """
(id) => [
  document.getElementById(`tekst-${id}`).getBoundingClientRect().top,
  document.activeElement.outerHTML,
]
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


def test_somebody_argues_and_nothing_moves_until_somebody_else_wants_to_see_it(
    visit: NewVisitor, plan: Plan
) -> None:
    first = aside(_argue, plan, "Er staat al genoeg.", Side.AGAINST)
    reader, fatima = visit(), visit().be("fatima")
    for visitor in (reader, fatima):
        visitor.go(f"/plannen/{plan.public_id}/")
    page = reader.page
    page.evaluate(LISTEN)
    known = page.locator(f"#tekst-{first.public_id}")
    known.get_by_role("link").first.focus()
    known.scroll_into_view_if_needed()
    before = page.evaluate(WHERE, first.public_id)
    _write(fatima, "Give an argument for", "Mijn moeder kan nergens zitten.")
    show = page.get_by_role("button", name="Show 1 new contribution")
    expect(show).to_be_visible()
    expect(page.get_by_text("Mijn moeder kan nergens zitten.")).to_have_count(0)
    # The focus and what is being read are where they were, and it was said once.
    assert page.evaluate(WHERE, first.public_id) == before
    expect(page.locator("#announcements")).to_have_text("Show 1 new contribution")
    expect(page.locator("#aantal-for")).to_have_text("(1)")
    aside(_argue, plan, "En bij de bushalte.", Side.FOR)
    both = page.get_by_role("button", name="Show 2 new contributions")
    both.focus()
    page.keyboard.press("Enter")
    new = page.locator("#lijst-for > li > article")
    expect(new).to_have_count(2)
    expect(new.first).to_be_focused()
    expect(new.first).to_contain_text("Mijn moeder kan nergens zitten.")
    expect(page.get_by_text("Nobody has given an argument for yet.")).to_be_hidden()
    expect(both).to_be_hidden()
    assert heard_by(page).count("Show 1 new contribution") == 1


def test_what_somebody_types_is_not_touched(visit: NewVisitor, plan: Plan) -> None:
    fatima = visit().be("fatima")
    fatima.go(f"/plannen/{plan.public_id}/")
    page = fatima.page
    page.get_by_text("Give an argument against").click()
    field = page.locator(".discussion__side--against textarea")
    field.press_sequentially("Ik begin net ")
    aside(_argue, plan, "Een ander was sneller.", Side.AGAINST)
    expect(page.get_by_role("button", name="Show 1 new contribution")).to_be_visible()
    expect(field).to_be_focused()
    field.press_sequentially("en ga door.")
    expect(field).to_have_value("Ik begin net en ga door.")


def test_a_text_changes_in_its_place_and_own_buttons_stay(visit: NewVisitor, plan: Plan) -> None:
    fatima = visit().be("fatima")
    fatima.go(f"/plannen/{plan.public_id}/")
    _write(fatima, "Give an argument for", "Mijn moeder kan nergens zitten.")
    own = fatima.page.locator("#lijst-for > li > article")
    expect(own.get_by_role("link", name="Withdraw")).to_be_visible()
    aside(_find_convincing, plan)
    expect(own).to_contain_text("1 person is convinced")
    expect(own.get_by_role("link", name="Withdraw")).to_be_visible()


def test_a_withdrawn_text_goes_from_open_pages(visit: NewVisitor, plan: Plan) -> None:
    post = aside(_argue, plan, "Dit had ik niet moeten zeggen.", Side.FOR)
    reader = visit()
    reader.go(f"/plannen/{plan.public_id}/")
    expect(reader.page.get_by_text("Dit had ik niet moeten zeggen.")).to_be_visible()
    aside(_withdraw, post)
    expect(reader.page.get_by_text("Withdrawn by who wrote it.")).to_be_visible()
    expect(reader.page.get_by_text("Dit had ik niet moeten zeggen.")).to_have_count(0)


def test_what_is_new_gets_replies_and_what_is_moved_goes(visit: NewVisitor, plan: Plan) -> None:
    reader = visit()
    reader.go(f"/plannen/{plan.public_id}/")
    page = reader.page
    post = aside(_argue, plan, "Er is geen plek.", Side.FOR)
    expect(page.get_by_role("button", name="Show 1 new contribution")).to_be_visible()
    aside(_reply, post, "Bij de brug wel.")
    page.get_by_role("button", name="Show 2 new contributions").click()
    expect(page.locator(f"#lijst-for #reacties-tekst-{post.public_id}")).to_contain_text("Bij de brug wel.")
    aside(_reply, post, "En bij de sluis.")
    page.get_by_role("button", name="Show 1 new contribution").click()
    expect(page.locator(f"#reacties-tekst-{post.public_id} > li")).to_have_count(2)
    page.evaluate("document.activeElement.blur()")
    aside(_move, post, Place(side=Side.AGAINST))
    there = page.locator(f"#lijst-against #tekst-{post.public_id}")
    expect(there).to_contain_text("Against")
    expect(page.locator("#lijst-against")).to_contain_text("En bij de sluis.")
    expect(page.locator("#lijst-for > li")).to_have_count(0)
    aside(_move_elsewhere, plan, post)
    expect(page.get_by_text("Er is geen plek.")).to_have_count(0)
    expect(page.get_by_text("Bij de brug wel.")).to_have_count(0)


def test_a_page_catches_up_when_the_site_was_away(chromium: Browser, portal: Portal, plan: Plan) -> None:
    with running() as own:
        reader = Visitor(chromium, own, portal.hostname)
        reader.go(f"/plannen/{plan.public_id}/")
        aside(make_votes, plan, 1, at=timezone.now())
        expect(reader.page.locator("#stand")).to_contain_text("1 vote")
    aside(make_votes, plan, 2, at=timezone.now())
    with reader, running(own.port):
        expect(reader.page.locator("#stand")).to_contain_text("3 votes", timeout=30_000)


def _argue(plan: Plan, text: str, side: Side) -> Post:
    return make_argument(_thread_of(plan), text, side=side, at=timezone.now())


def _reply(post: Post, text: str) -> None:
    make_reply(post, text, at=timezone.now())


def _move(post: Post, place: Place) -> None:
    with in_municipality(post.municipality_id):
        move(
            actor=make_moderator(post.thread.portal, at=timezone.now()),
            post_public_id=post.public_id,
            place=place,
            grounds=grounds_for(post),
            now=timezone.now(),
        )


def _move_elsewhere(plan: Plan, post: Post) -> None:
    _move(post, Place(address=make_thread(plan.portal, at=timezone.now()).address))


def _find_convincing(plan: Plan) -> None:
    with in_municipality(plan.municipality_id):
        post = Post.objects.get(thread=_thread_of(plan))
        actor = make_actor(plan.portal, at=timezone.now())
        mark_convincing(actor=actor, post_public_id=post.public_id, now=timezone.now())


def _lapse(plan: Plan) -> None:
    Plan.objects.all_municipalities().filter(pk=plan.pk).update(state="lapsed")
    pagecache.empty(plan.portal_id)


def _withdraw(post: Post) -> None:
    with in_municipality(post.municipality_id):
        writer = Actor(post.municipality_id, post.thread.portal_id, post.author_id)
        withdraw_text(actor=writer, post_public_id=post.public_id, now=timezone.now())


def _thread_of(plan: Plan) -> Thread:
    return Thread.objects.all_municipalities().select_related("portal").get(pk=plan.thread_id)


def _write(writer: Visitor, how: str, text: str) -> None:
    writer.page.get_by_text(how, exact=True).click()
    writer.page.locator("details[open] textarea").fill(text)
    writer.button("Place it").click()
    expect(writer.page.get_by_text(text)).to_be_visible()


def test_a_page_that_changed_altogether_says_so_and_waits(visit: NewVisitor, plan: Plan) -> None:
    reader = visit()
    reader.go(f"/plannen/{plan.public_id}/")
    reader.page.evaluate(LISTEN)
    aside(_lapse, plan)
    anew = reader.page.get_by_role("link", name="Show it as it is now")
    expect(anew).to_be_visible()
    expect(reader.page.locator("#announcements")).to_contain_text("This page has changed.")
    anew.click()
    expect(reader.page.get_by_text("Not selected", exact=True)).to_be_visible()


def test_without_scripts_the_page_is_as_it_was(visit: NewVisitor, plan: Plan) -> None:
    reader = visit(scripts=False)
    reader.go(f"/plannen/{plan.public_id}/")
    expect(reader.page.locator("#stand")).to_contain_text("0 votes")
    expect(reader.page.get_by_role("link", name="Show it as it is now")).to_be_hidden()
    aside(make_votes, plan, 1, at=timezone.now())
    reader.page.reload()
    expect(reader.page.locator("#stand")).to_contain_text("1 vote")
