"""Taking part at the counter without an address: with a mouse, the keyboard alone, and without scripts."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backend.identity.models import Mandate, Person
from backend.places.models import Portal
from backend.proposals.models import Plan, Vote
from tests.builders.people import make_actor
from tests.builders.plans import make_plan

from .conftest import NewVisitor
from .hands import Hands, Keyboard, Mouse
from .site import aside
from .visitors import Visitor

TITLE = "Een bank bij de bushalte"


def put_up(portal: Portal) -> Plan:
    now = timezone.now()
    return make_plan(portal, proposer=make_actor(portal, at=now), at=now, title=TITLE)


def votes_of_somebody_without_address(portal: Portal) -> list[bool]:
    votes = Vote.objects.all_municipalities().filter(plan__portal=portal, person__email=None)
    return list(votes.values_list("is_counting", flat=True))


def end_of_help(portal: Portal) -> list[bool]:
    mandates = Mandate.objects.all_municipalities().filter(portal=portal)
    return [at is not None for at in mandates.values_list("ended_at", flat=True)]


@pytest.mark.parametrize(
    ("hands", "scripts"),
    [(Mouse(), True), (Keyboard(), True), (Mouse(), False)],
    ids=["mouse", "keyboard", "no-scripts"],
)
def test_an_assistant_votes_in_the_name_of_somebody_at_the_counter(
    visit: NewVisitor, portal: Portal, hands: Hands, scripts: bool
) -> None:
    aside(put_up, portal)
    hanna = visit(scripts=scripts).be("balie")
    page = hanna.page
    hanna.go("/werk/")
    hands.press(hanna.button("Help somebody take part"))
    hands.press(page.get_by_role("link", name="Confirm them at the counter first"))
    _show_a_document(hanna, hands)
    hands.press(hanna.button("Confirm this person"))
    expect(page.get_by_text("Confirmed. This person's votes count from now on.")).to_be_visible()
    number = page.locator("[name=card_number]").input_value()
    assert len(number) == 10
    hands.tick(page.locator("[name=asked]"))
    hands.press(hanna.button("Start helping"))

    banner = page.get_by_role("region", name="Who you are helping")
    expect(banner).to_contain_text(f"You are helping {number[:5]} {number[5:]}.")
    hands.press(page.get_by_role("link", name=TITLE))
    hands.press(hanna.button("Vote for this plan"))
    expect(hanna.heading("Your vote was received")).to_be_visible()
    assert aside(votes_of_somebody_without_address, portal) == [True]
    with page.expect_response("**/mijn/ontvangstbewijs.pdf") as receipt:
        hands.press(banner.get_by_role("link", name="Print the receipt"))
    assert receipt.value.headers["content-type"] == "application/pdf"
    page.wait_for_url("**/ontvangstbewijs.pdf")
    hanna.go("/werk/")
    expect(page.get_by_text("Stop helping first.")).to_be_visible()
    hands.press(banner.get_by_role("button", name="Stop helping"))
    expect(hanna.heading("Help somebody take part")).to_be_visible()
    expect(banner).to_be_hidden()
    assert aside(end_of_help, portal) == [True]


def _show_a_document(hanna: Visitor, hands: Hands) -> None:
    hands.write(hanna.page.locator("[name=surname]"), "Van der Berg")
    hands.write(hanna.page.locator("[name=given_name]"), "Truus")
    hands.date(hanna.page.locator("[name=birth_date]"), date(1944, 4, 4))
    hands.write(hanna.page.locator("[name=postcode]"), "1055 tk")
    hands.write(hanna.page.locator("[name=house_number]"), "8")
    for seen in ("document_seen", "lives_here"):
        hands.tick(hanna.page.locator(f"[name={seen}]"))


def test_the_person_ends_the_help_while_it_goes_on(visit: NewVisitor, portal: Portal) -> None:
    aside(put_up, portal)
    fatima, hanna = visit().be("fatima"), visit().be("balie")
    number = aside(lambda: Person.objects.get(email="fatima@example.org").card_number)
    hanna.go("/werk/helpen/")
    hanna.page.locator("[name=card_number]").fill(number)
    hanna.page.get_by_label("By phone").check()
    hanna.page.locator("[name=asked]").check()
    hanna.button("Start helping").click()
    expect(hanna.page.get_by_text("You are helping Fatima.")).to_be_visible()

    fatima.go("/mijn/hulp/")
    expect(fatima.page.get_by_text("Hanna helped you. How: By phone.")).to_be_visible()
    fatima.button("End this help now").click()
    expect(fatima.page.get_by_text("This help has ended.")).to_be_visible()
    hanna.go("/")
    expect(hanna.page.get_by_text("You are helping Fatima.")).to_be_hidden()
