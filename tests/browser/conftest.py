"""One application and one browser for all tests in here."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from backend.places.models import Portal

from .portals import make_tryout_portal
from .site import Site, aside, empty_all_tables, running
from .visitors import BROWSER_ARGUMENTS, Visitor

HERE = Path(__file__).parent
NewVisitor = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """The application on the database of the tests, which is emptied when the last of them is done."""
    with django_db_blocker.unblock():
        with running() as started:
            yield started
        aside(empty_all_tables)


@pytest.fixture(autouse=True)
def db(site: Site) -> Site:
    """By this name pytest-django knows that a database is to be made. It rolls nothing back here."""
    return site


@pytest.fixture(scope="package")
def chromium(site: Site) -> Iterator[Browser]:
    """Debian's browser. It starts after the database is there, and stops before anything else is tested."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("chromium was not found. On Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def portal(site: Site, request: pytest.FixtureRequest) -> Portal:
    """A portal for this test alone, with the made-up people, and nothing put up yet."""
    return aside(make_tryout_portal)


@pytest.fixture
def photographs(request: pytest.FixtureRequest) -> Path:
    """Where pictures of failed pages are kept."""
    return Path(request.config.getoption("--output"))


@pytest.fixture
def visit(
    chromium: Browser, site: Site, portal: Portal, photographs: Path, request: pytest.FixtureRequest
) -> Iterator[NewVisitor]:
    """Let somebody come to the portal of this test. What their browser complains about fails the test."""
    visitors: list[Visitor] = []

    def come(**how: Any) -> Visitor:
        visitors.append(Visitor(chromium, site, portal.hostname, **how))
        return visitors[-1]

    yield come
    report = getattr(request.node, "rep_call", None)
    for number, visitor in enumerate(visitors):
        if report is not None and report.failed:
            visitor.photograph(
                photographs, f"{re.sub(r'[^a-z0-9]+', '-', request.node.name.lower())}-{number}"
            )
        visitor.context.close()
    if report is not None and report.passed:
        assert [complaint for visitor in visitors for complaint in visitor.watch.complaints] == []
