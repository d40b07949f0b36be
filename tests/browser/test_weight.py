"""What a first visit costs, and who is asked for anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Response, expect

from backend.places.models import Portal

from .conftest import NewVisitor
from .portals import make_tryout_portal
from .site import Site, aside
from .visitors import Visitor

MOST_REQUESTS = 12
MOST_BYTES = 100_000
TILES = "service.pdok.nl"


@pytest.fixture
def portal(site: Site) -> Portal:
    """With the plans of the trial installation, as a newcomer finds it."""
    return aside(make_tryout_portal, with_plans=True)


def test_a_first_visit_to_the_list_is_light(visit: NewVisitor) -> None:
    reader = visit()
    answers: list[Response] = []
    reader.context.on("response", lambda answer: answers.append(answer))
    reader.go("/")
    reader.page.wait_for_load_state("networkidle")
    bytes_of = {}
    for answer in answers:
        if answer.request.resource_type != "image" or answer.url.endswith(".svg"):
            sizes = answer.request.sizes()
            bytes_of[answer.url] = sizes["responseBodySize"] + sizes["responseHeadersSize"]
    assert reader.page.locator(".plan-card").count() == 6
    assert 3 <= len(bytes_of) <= MOST_REQUESTS, bytes_of
    assert 5_000 < sum(bytes_of.values()) <= MOST_BYTES, bytes_of


def test_nobody_else_is_asked_before_the_map_is_opened_and_then_only_for_its_pictures(
    chromium: Browser, site: Site, portal: Portal
) -> None:
    with Visitor(chromium, site, portal.hostname) as reader:
        reader.go("/")
        reader.page.wait_for_load_state("networkidle")
        assert reader.watch.strangers() == set()
        reader.page.get_by_text("Show the plans on a map").click()
        expect(reader.page.locator(".map__pin")).to_have_count(5)
        reader.page.wait_for_load_state("networkidle")
        assert reader.watch.strangers() == {TILES}


def test_a_map_without_pictures_says_so_and_still_shows_the_plans(
    chromium: Browser, site: Site, portal: Portal
) -> None:
    with Visitor(chromium, site, portal.hostname) as reader:
        reader.go("/")
        reader.page.get_by_text("Show the plans on a map").click()
        status = reader.page.locator(".map__status")
        expect(status).to_have_text("The map could not be loaded. All plans are in the list.")
        pin = reader.page.get_by_role("button", name="Muziek op het plein")
        pin.focus()
        reader.page.keyboard.press("Enter")
        popup = reader.page.locator(".leaflet-popup")
        expect(popup).to_contain_text("0 votes")
        popup.get_by_role("link", name="Muziek op het plein").click()
        expect(reader.heading("Muziek op het plein")).to_be_visible()


def test_a_map_whose_plans_cannot_be_read_says_so(chromium: Browser, site: Site, portal: Portal) -> None:
    with Visitor(chromium, site, portal.hostname) as reader:
        reader.go("/")
        reader.context.route("**/plannen/kaart.json*", lambda route: route.abort())
        reader.page.get_by_text("Show the plans on a map").click()
        status = reader.page.locator(".map__status")
        expect(status).to_have_text("The map could not be loaded. All plans are in the list.")


def test_without_scripts_the_list_is_whole_and_the_map_is_not_promised(visit: NewVisitor) -> None:
    reader = visit(scripts=False)
    reader.go("/")
    assert reader.page.locator(".plan-card").count() == 6
    expect(reader.page.get_by_text("Show the plans on a map")).to_be_hidden()
    reader.page.get_by_text("Search and filter").click()
    reader.page.locator("#zoek").fill("muziek")
    reader.page.get_by_role("button", name="Show", exact=True).click()
    expect(reader.page.locator(".plan-card")).to_have_count(1)
