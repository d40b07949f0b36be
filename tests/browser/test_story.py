"""From a title to an outcome that everyone hears: with a mouse, the keyboard alone, and without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from backend.core.due import walk
from backend.places.models import Portal
from backend.proposals.models import Plan
from tests.builders.people import make_actor
from tests.builders.plans import make_meeting, make_plan, round_at

from .conftest import NewVisitor
from .hands import Hands, Keyboard, Mouse
from .site import aside
from .visitors import Visitor, mailed_code

TITLE = "Meer bankjes langs de kade"
RIVAL = "Bankjes bij de kade"


@dataclass(frozen=True)
class Manner:
    name: str
    hands: Hands
    scripts: bool = True


MANNERS = [
    Manner("mouse", Mouse()),
    Manner("keyboard", Keyboard()),
    Manner("no-scripts", Mouse(), scripts=False),
]


@pytest.fixture(params=MANNERS, ids=lambda manner: manner.name)
def manner(request: pytest.FixtureRequest) -> Manner:
    return request.param


@pytest.fixture
def quay(tmp_path: Path) -> Path:
    picture = tmp_path / "kade.jpg"
    Image.new("RGB", (1200, 800), (90, 140, 90)).save(picture)
    return picture


def test_a_plan_wins_the_month(visit: NewVisitor, portal: Portal, manner: Manner, quay: Path) -> None:
    closes_at = aside(_prepare, portal)
    joop, fatima, sam = (visit(scripts=manner.scripts) for _ in range(3))
    clerk, official, councillor = (
        visit(scripts=manner.scripts).be(slug) for slug in ("griffier", "ambtenaar", "raadslid")
    )
    path = _put_a_plan_up(joop, manner, quay)
    _vote_take_back_and_vote_again(fatima, manner.hands, path)
    _vote_before_being_confirmed(sam, clerk, manner.hands, path)

    aside(call_command, "close_rounds", "--portal", portal.slug, "--at", closes_at.isoformat())
    _read_the_count(fatima, manner.hands)
    _give_context(official, manner.hands)
    _prepare_for_the_meeting(joop, manner.hands, path)
    clerk.go("/werk/")
    expect(clerk.page.locator("main")).to_contain_text("I want help with it: Kan iemand met mij oefenen?")
    _record_the_outcome(councillor, manner.hands)
    # The first walk finds whom to tell, the second sends the mail.
    aside(walk, timezone.now())
    aside(walk, timezone.now())
    _hear_the_outcome(fatima, path)
    assert aside(_state_of, portal) == "decided"


def _prepare(portal: Portal) -> datetime:
    """A plan that resembles, with one vote, and a meeting after the count."""
    now = timezone.now()
    make_plan(portal, proposer=make_actor(portal, at=now), at=now, votes=1, title=RIVAL)
    closes_at = round_at(portal, now).closes_at
    make_meeting(portal, starts_at=closes_at + timedelta(days=17), at=now)
    return closes_at


def _state_of(portal: Portal) -> str:
    return Plan.objects.all_municipalities().get(portal=portal, title=TITLE).state


def _sign_in(visitor: Visitor, hands: Hands, email: str) -> None:
    """By the code in a mail, from the page that asks for an address."""
    hands.write(visitor.page.locator("[name=email]"), email)
    hands.press(visitor.button("Send me a code"))
    visitor.page.locator("[name=code]").wait_for()
    hands.write(visitor.page.locator("[name=code]"), mailed_code(email))
    hands.press(visitor.button("Sign in"))


def _put_a_plan_up(joop: Visitor, manner: Manner, quay: Path) -> str:
    page, hands = joop.page, manner.hands
    joop.go("/")
    hands.press(joop.button("Put up your own plan"))
    _sign_in(joop, hands, "joop@example.org")
    hands.write(page.locator("[name=title]"), TITLE)
    if manner.scripts:
        expect(page.locator("#resembling-live")).to_contain_text(RIVAL)
    hands.press(joop.button("Start with this title"))
    expect(page.get_by_role("link", name=RIVAL)).to_be_visible()

    hands.write(page.locator("[name=what]"), "Zet om de honderd meter een bankje.")
    hands.write(page.locator("[name=why]"), "Oudere buren kunnen nergens uitrusten.")
    hands.choose(page.locator("[name=category]"), "Streets and traffic")
    if manner.scripts:
        # Nobody pressed anything, and yet it is kept.
        expect(page.locator("[data-save-status]")).to_have_attribute("data-state", "saved")
        page.reload()
    else:
        hands.press(joop.button("Save and stay here"))
    expect(page.locator("[name=why]")).to_have_value("Oudere buren kunnen nergens uitrusten.")
    hands.attach(page.locator("[name=picture]"), quay)
    hands.write(page.locator("[name=picture_description]"), "Een groene kade")
    hands.press(joop.button("Add this picture"))
    expect(page.get_by_alt_text("Een groene kade")).to_be_visible()
    hands.press(joop.button("Have a last look"))
    expect(page.get_by_role("link", name=RIVAL)).to_be_visible()
    hands.press(joop.button("Put it up for votes"))
    expect(page.get_by_text("Your plan is up for votes")).to_be_visible()
    return re.sub(r"^http://[^/]+|\?.*$", "", page.url)


def _vote_take_back_and_vote_again(fatima: Visitor, hands: Hands, path: str) -> None:
    """A visitor is sent to sign in first, and comes back to the vote."""
    panel = fatima.page.locator("#stem")
    fatima.go("/")
    hands.press(fatima.page.get_by_role("link", name=TITLE))
    hands.press(fatima.button("Vote for this plan"))
    _sign_in(fatima, hands, "fatima@example.org")
    expect(fatima.page).to_have_url(re.compile(f"{path}stem/$"))
    hands.press(fatima.button("Vote for this plan"))
    expect(panel.get_by_role("heading", name="Your vote was received")).to_be_visible()
    expect(panel).to_contain_text("1 vote")
    expect(panel).to_contain_text("Your vote counts.")
    hands.press(fatima.button("Take my vote back"))
    expect(panel.get_by_role("heading", name="Do you support this plan?")).to_be_visible()
    expect(panel).to_contain_text("0 votes")
    hands.press(fatima.button("Vote for this plan"))
    expect(panel.get_by_role("heading", name="Your vote was received")).to_be_visible()
    aside(walk, timezone.now())
    receipts = [letter for letter in mail.outbox if TITLE in letter.subject and path in letter.body]
    # The vote that was taken back before its receipt was mailed gets none.
    assert [letter.to for letter in receipts] == [["fatima@example.org"]]


def _vote_before_being_confirmed(sam: Visitor, clerk: Visitor, hands: Hands, path: str) -> None:
    panel = sam.page.locator("#stem")
    sam.be("nieuw").go(path)
    hands.press(sam.button("Vote for this plan"))
    expect(panel).to_contain_text("Your vote is kept, but does not count yet.")
    expect(panel).to_contain_text("1 vote")

    clerk.go("/werk/")
    hands.press(clerk.button("Confirm somebody at the counter"))
    hands.write(clerk.page.locator("[name=surname]"), "De Vries")
    hands.write(clerk.page.locator("[name=given_name]"), "Sam")
    hands.date(clerk.page.locator("[name=birth_date]"), date(1990, 5, 5))
    hands.write(clerk.page.locator("[name=postcode]"), "1055 tk")
    hands.write(clerk.page.locator("[name=house_number]"), "12")
    hands.write(clerk.page.locator("[name=email]"), "nieuw@example.org")
    for seen in ("document_seen", "lives_here"):
        hands.tick(clerk.page.locator(f"[name={seen}]"))
    hands.press(clerk.button("Confirm this person"))
    expect(clerk.page.get_by_text("Confirmed. This person's votes count from now on.")).to_be_visible()

    sam.go(path)
    expect(panel).to_contain_text("Your vote counts.")
    expect(panel).to_contain_text("2 votes")


def _read_the_count(reader: Visitor, hands: Hands) -> None:
    reader.go("/tellingen/")
    hands.press(reader.page.get_by_role("link", name="Count 1", exact=True))
    expect(reader.page.get_by_text(f"“{TITLE}” won with 2 votes.")).to_be_visible()
    expect(reader.page.get_by_role("row", name=TITLE)).to_contain_text("2 votes")
    expect(reader.page.get_by_role("row", name=RIVAL)).to_contain_text("1 vote")
    reader.go("/agenda/")
    expect(reader.page.locator("main").get_by_role("link", name=TITLE)).to_be_visible()


def _give_context(official: Visitor, hands: Hands) -> None:
    official.go("/werk/")
    hands.press(official.button("Give context", exact=False))
    hands.write(official.page.locator("[name=text]"), "De kade wordt volgend jaar vernieuwd.")
    hands.press(official.button("Publish the context"))
    expect(official.page.get_by_text("Your context is published with the plan.")).to_be_visible()


def _prepare_for_the_meeting(joop: Visitor, hands: Hands, path: str) -> None:
    joop.go(path)
    expect(joop.page.get_by_text("De kade wordt volgend jaar vernieuwd.")).to_be_visible()
    hands.press(joop.button("Prepare for the meeting"))
    hands.tick(joop.page.get_by_label("I want help with it"))
    hands.write(joop.page.locator("[name=note]"), "Kan iemand met mij oefenen?")
    hands.press(joop.button("Tell the clerk"))
    expect(joop.page.get_by_text("Thank you. The clerk knows now.")).to_be_visible()


def _record_the_outcome(councillor: Visitor, hands: Hands) -> None:
    """What the proposer told the clerk stays with the clerk."""
    page = councillor.page
    councillor.go("/werk/")
    expect(page.locator("main")).to_contain_text("I want help with it")
    expect(page.locator("main")).not_to_contain_text("Kan iemand met mij oefenen?")
    hands.press(councillor.button("Record the outcome", exact=False))
    hands.tick(page.get_by_label("Carried out in part"))
    hands.write(page.locator("[name=reason]"), "Er komen vijf bankjes. Voor meer is geen ruimte.")
    hands.write(page.locator("[name=owner]"), "Stadswerken")
    hands.date(page.locator("[name=next_on]"), date(timezone.now().year + 1, 12, 12))
    hands.press(councillor.button("Record it and tell everyone"))
    expect(page.get_by_text("The outcome is recorded.")).to_be_visible()


def _hear_the_outcome(fatima: Visitor, path: str) -> None:
    fatima.go("/mijn/berichten/")
    expect(fatima.page.locator("main")).to_contain_text("Er komen vijf bankjes. Voor meer is geen ruimte.")
    fatima.go(path)
    expect(fatima.heading("Carried out in part")).to_be_visible()
    expect(fatima.page.locator("main")).to_contain_text("Stadswerken")
    told = {
        address for letter in mail.outbox if "Er komen vijf bankjes" in letter.body for address in letter.to
    }
    assert {"joop@example.org", "fatima@example.org", "nieuw@example.org"} <= told
