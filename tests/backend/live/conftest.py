"""One application for all tests in here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from pytest_django.plugin import DjangoDbBlocker

from backend.places.models import Portal
from backend.places.web.middleware import known_portals
from tests.browser.site import running
from tests.builders.portals import make_portal
from tests.builders.sockets import OpenSocket, open_socket


@pytest.fixture(scope="package")
def port(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Where the real application listens."""
    with django_db_blocker.unblock(), running() as site:
        yield site.port


@pytest.fixture
def portal(transactional_db: None, port: int) -> Portal:
    known_portals.forget()
    return make_portal()


@pytest.fixture
def open_page(port: int, portal: Portal) -> Iterator[OpenSocket]:
    """Opens sockets, which are gone after the test."""
    with ExitStack() as opened:
        yield partial(open_socket, opened, port)
