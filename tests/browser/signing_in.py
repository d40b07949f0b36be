"""Ways to be signed in that the demo buttons do not give: with a code, freshly, or long ago."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from backend.core.sessions import SessionStore

from .site import aside
from .visitors import mailed_code

Do = Callable[[Page], None]
RECORDS = "account_authentication_methods"


def by_code(email: str, then: Do | None = None) -> Do:
    """Sign in with a code by mail, in a browser that knew nobody, from the page one was led to."""

    def do(page: Page) -> None:
        address = page.url
        page.context.clear_cookies()
        page.goto(address)
        page.locator("[name=email]").fill(email)
        page.locator("form[action='/aanmelden/'] button.nl-button--primary").click()
        page.locator("[name=code]").fill(mailed_code(email))
        with page.expect_navigation():
            page.locator("form[action='/aanmelden/code/'] button.nl-button--primary").click()
        if then:
            then(page)

    return do


def just_now(slug: str, then: Do | None = None) -> Do:
    """Sign in once more by the demo button, because a page is only for who did so a short while ago."""

    def do(page: Page) -> None:
        here = urlsplit(page.url)
        site = f"{here.scheme}://{here.netloc}"
        # Whoever was asked to confirm first stands on another page, which knows the way back.
        path = parse_qs(here.query).get("next", [here.path])[0]
        page.context.clear_cookies()
        page.goto(f"{site}/aanmelden/")
        with page.expect_navigation():
            page.locator(f'form[action="/aanmelden/als/{slug}/"] button').click()
        page.goto(f"{site}{path}")
        if then:
            then(page)

    return do


def long_ago(path: str) -> Do:
    """Come to a page an hour after signing in."""

    def do(page: Page) -> None:
        make_stale(page)
        page.goto("{0.scheme}://{0.netloc}".format(urlsplit(page.url)) + path)

    return do


def make_stale(page: Page) -> None:
    """As if this session had been opened an hour ago."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    aside(_age, key)


def _age(key: str) -> None:
    store = SessionStore(key)
    store[RECORDS] = [{**record, "at": record["at"] - 3600} for record in store.get(RECORDS, [])]
    store.save()
