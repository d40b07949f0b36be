"""Every page in every state: accessible, no wider than a small phone, and the browser has no complaints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Page, expect

from .doing import open_map, point_out
from .site import Site, aside
from .states_of_pages import PAGES, Shown
from .visitors import DESK, PHONE, Visitor
from .world import World, make_world

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = (
    "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })"
)
TILES = "service.pdok.nl"
SMALLEST = {"width": 320, "height": 740}
# What sticks out on the right, not counting what scrolls by itself.
TOO_WIDE = """
() => {
  const width = document.documentElement.scrollWidth;
  if (width <= innerWidth) return [];
  const scrolls = (e) => e !== null && e !== document.body
    && (getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement));
  const sticksOut = (e) => e.getBoundingClientRect().right > innerWidth + 0.5 && !scrolls(e.parentElement);
  const guilty = [...document.querySelectorAll("body *")].filter(sticksOut);
  return ["the page is " + width + " wide", ...guilty.map((e) => e.outerHTML.slice(0, 120))];
}
"""

# How often a message is put in a region that was there already: only then a screen reader reads it.
COUNT_RECEIPTS = """
window.receipts = 0;
document.addEventListener("DOMContentLoaded", () => {
  const count = (found) => (window.receipts += found.filter((one) => one.addedNodes.length > 0).length);
  new MutationObserver(count).observe(document.querySelector(".messages"), { childList: true });
});
"""

# Addresses that lead elsewhere, are reached from a page above, or give something else than a page.
NO_PAGES = {
    "account_login",
    "account_signup",
    "account_confirm_login_code",
    "confirm_address",
    "mfa_index",
    "mfa_login_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "demo_sign_in",
    "broker_login",
    "house_style",
    "favicon",
    "resembling",
    "save_draft",
    "save_answer",
    "plans_on_map",
    "picture",
    "small_picture",
    "poster",
    "see_letter",
    "protocol_json",
    "protocol_pdf",
    "protocol_verifier",
    "receipt",
    "stop_helping",
    "pin",
    "thread_seen",
    "replies_seen",
    "take_back_mandate",
    "record_export",
    "settle_message",
    "make_post",
    "post_file",
    "called",
    "daily_heads_json",
    "confirm_list",
    "check_again",
    "print_again",
    "discard_list",
    "list_findings",
    "letters_file",
    "newsletter_block",
    "newsletter_test",
    "change_newsletter_text",
}
Known = Callable[[str, str, str], Visitor]


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    return aside(make_world)


@pytest.fixture(scope="module")
def axe() -> str:
    assert AXE.exists(), "axe-core was not found. Run make setup first."
    return AXE.read_text()


@pytest.fixture(scope="module")
def known(chromium: Browser, site: Site, world: World) -> Iterator[Known]:
    """The same person at the same portal in the same language keeps their browser for all pages."""
    visitors: dict[tuple[str, str, str], Visitor] = {}

    def find(hostname: str, who: str, language: str) -> Visitor:
        key = (hostname, who, language)
        if key not in visitors:
            size = DESK if language == "nl" else PHONE
            visitors[key] = Visitor(chromium, site, hostname, size=size, language=language)
            if not who.startswith("nobody"):
                visitors[key].be(who)
        return visitors[key]

    yield find
    for visitor in visitors.values():
        visitor.context.close()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_every_page(
    known: Known, world: World, axe: str, photographs: Path, shown: Shown, language: str
) -> None:
    """Wide in Dutch, as on a phone in English, and in both no wider than the smallest phone."""
    visitor = known(shown.hostname, shown.who, language)
    try:
        _look_at(visitor, world, axe, shown, language)
    except BaseException:
        visitor.photograph(photographs, re.sub(r"\W+", "-", f"{shown.name} {language}"))
        raise


def _look_at(visitor: Visitor, world: World, axe: str, shown: Shown, language: str) -> None:
    page = visitor.page
    visitor.watch.complaints.clear()
    visitor.watch.statuses.clear()
    page.set_viewport_size(DESK if language == "nl" else PHONE)
    visitor.go(shown.path.format(**world.places))
    if shown.do:
        shown.do(page)
    assert visitor.watch.statuses[-1] == shown.status
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert _violations(page, axe) == []
    page.set_viewport_size(SMALLEST)
    assert page.evaluate(TOO_WIDE) == []
    # The pictures of a map never come here, which is a complaint only where a map was opened.
    allowed = TILES if shown.do in {open_map, point_out} else "no host"
    assert [complaint for complaint in visitor.watch.complaints if allowed not in complaint] == []


def test_no_page_is_left_out() -> None:
    """Every address that gives a page is among the pages above."""
    paths = [re.sub(r"\{\w+\}", "1", shown.path).split("?")[0] for shown in PAGES]
    seen = {resolve(path).view_name for path in paths if path != "/niets/"}
    names = {
        pattern.name
        for pattern in _patterns(get_resolver().url_patterns)
        if pattern.name and not pattern.name.startswith("api_")
    }
    assert names - {name.split(":")[-1] for name in seen} == NO_PAGES | {"sent_mail"}


def test_the_page_with_sent_mail(
    chromium: Browser, site: Site, world: World, axe: str, settings: Any, tmp_path: Path
) -> None:
    """Only an installation for trying out has it."""
    letter = EmailMessage("Een lange" + " regel" * 20, "https://example.org/" + "y" * 200, to=["a@b.nl"])
    (tmp_path / "een.log").write_bytes(letter.message().as_bytes())
    with Visitor(chromium, site, "localhost") as reader:
        assert reader.go("/mail/").status == 404
        settings.MAIL_PAGE, settings.MAIL_FOLDER = True, tmp_path
        for path in ("/mail/", "/"):
            assert reader.go(path).status == 200
            assert _violations(reader.page, axe) == []
            reader.page.set_viewport_size(SMALLEST)
            assert reader.page.evaluate(TOO_WIDE) == []
        assert reader.watch.complaints == []


def _patterns(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def test_a_lost_database_gets_a_page_that_says_so(
    chromium: Browser, site: Site, world: World, axe: str
) -> None:
    """Without the table of plans, the same as without the database behind it."""
    with Visitor(chromium, site, world.portal.hostname) as reader:
        aside(_rename_table, "proposals_plan", "proposals_lost")
        try:
            response = reader.go("/?zoek=verdwenen")
        finally:
            aside(_rename_table, "proposals_lost", "proposals_plan")
        assert response.status in {500, 503}
        assert reader.page.locator("h1").inner_text() == "Er ging iets mis bij ons"
        assert _violations(reader.page, axe) == []
        reader.page.set_viewport_size(SMALLEST)
        assert reader.page.evaluate(TOO_WIDE) == []
        assert reader.watch.complaints == []
        assert reader.go("/?zoek=verdwenen").status == 200


def test_a_form_that_was_open_too_long_says_what_to_do(
    chromium: Browser, site: Site, world: World, axe: str
) -> None:
    with Visitor(chromium, site, world.portal.hostname) as reader:
        reader.go("/aanmelden/")
        reader.page.locator("[name=email]").fill("iemand@example.org")
        reader.context.clear_cookies()
        reader.button("Send me a code").click()
        expect(reader.page.get_by_text("This page was open for too long")).to_be_visible()
        assert reader.watch.statuses[-1] == 403
        assert _violations(reader.page, axe) == []
        reader.page.go_back()
        expect(reader.page.locator("[name=email]")).to_have_value("iemand@example.org")


def test_a_receipt_is_put_in_its_place_once_more_so_that_it_is_read_out(
    chromium: Browser, site: Site, world: World
) -> None:
    with Visitor(chromium, site, world.portal.hostname) as reader:
        reader.be("fatima").go(f"/tekst/{world.places['own']}/bewerken/")
        reader.context.add_init_script(COUNT_RECEIPTS)
        reader.button("Save it").click()
        receipt = reader.page.locator(".messages").get_by_text("Nothing was changed.")
        expect(receipt).to_have_count(1)
        reader.page.wait_for_function("window.receipts === 1")
        expect(receipt).to_be_visible()


def test_a_decided_plan_waits_for_nobody(chromium: Browser, site: Site, world: World) -> None:
    """Also when the official never gave context."""
    with Visitor(chromium, site, world.portal.hostname) as reader:
        reader.go("/plannen/{decided}/".format(**world.places))
        assert reader.page.locator(".steps__item--done").count() == 5
        assert reader.page.locator(".steps__item").count() == 5


def test_a_phone_shows_the_number_of_votes_beside_a_long_title(
    chromium: Browser, site: Site, world: World
) -> None:
    with Visitor(chromium, site, world.portal.hostname) as reader:
        reader.go("/tellingen/6/")
        table = reader.page.locator(".table-scroll")
        assert table.evaluate("(box) => box.scrollWidth <= box.clientWidth")


def _rename_table(old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


def _violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(RUN_AXE, RULES)
    return [
        f"{rule['id']}: {rule['help']}: {[node['html'][:200] for node in rule['nodes'][:5]]}"
        f" {rule['nodes'][0]['failureSummary']}"
        for rule in found["violations"]
    ]
