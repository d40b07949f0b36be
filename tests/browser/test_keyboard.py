"""What the keyboard needs on every page: a way past the menu, and a menu that can be left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import NewVisitor
from .visitors import DESK, PHONE

SIZES = [PHONE, DESK]


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_the_first_tab_leads_past_the_menu(visit: NewVisitor, size: dict[str, int]) -> None:
    reader = visit(size=size)
    reader.go("/spelregels/")
    reader.page.keyboard.press("Tab")
    skip = reader.page.get_by_role("link", name="To the content")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["height"] >= 24
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("main")).to_be_focused()


def test_the_menu_of_a_phone_opens_leads_on_and_closes(visit: NewVisitor) -> None:
    reader = visit(size=PHONE)
    page = reader.page
    reader.go("/")
    button = page.get_by_role("button", name="Menu", exact=True)
    rules = page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Rules of play")
    expect(rules).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(rules).to_be_visible()
    page.keyboard.press("Escape")
    expect(rules).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    rules.focus()
    page.keyboard.press("Enter")
    expect(reader.heading("Rules of play")).to_be_visible()


def test_mistakes_get_the_focus_and_lead_to_their_field(visit: NewVisitor) -> None:
    clerk = visit().be("griffier")
    clerk.go("/werk/balie/")
    clerk.page.locator("main form").evaluate("(form) => { form.noValidate = true; }")
    clerk.button("Confirm this person").click()
    expect(clerk.page.locator(".error-summary")).to_be_focused()
    clerk.page.keyboard.press("Tab")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("[name=surname]")).to_be_focused()
