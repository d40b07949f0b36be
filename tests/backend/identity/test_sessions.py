"""Where somebody is signed in, and that ending it there ends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.identity.models import Person
from backend.identity.retention import (
    clear_sessions,
    devices_without_session,
    ended_sessions,
    forget_devices,
)
from backend.identity.rules import device_of
from backend.identity.services.devices import NOWHERE, end_all_devices
from backend.places.models import Portal
from tests.builders.portals import make_portal
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.5 Mobile/15E148 Safari/604.1"
)


def sign_in(portal: Portal, email: str, user_agent: str) -> Client:
    browser = Client(HTTP_HOST=portal.hostname, HTTP_ACCEPT_LANGUAGE="en", HTTP_USER_AGENT=user_agent)
    browser.post(url("account_request_login_code"), {"email": email})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    browser.post(url("account_confirm_login_code"), {"code": found[1]})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(url("my_page")).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, ("Firefox", "Windows")),
        (PHONE, ("Safari", "iPhone")),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko)"
            " SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            ("Samsung", "Android"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
            " Safari/537.36",
            ("Chrome", "Linux"),
        ),
        ("curl/8.0", ("?", "?")),
        ("", ("?", "?")),
    ],
)
def test_what_is_kept_of_a_browser(user_agent: str, device: tuple[str, str]) -> None:
    assert device_of(user_agent) == device


@pytest.mark.parametrize("engine", ["backend.core.sessions", "backend.core.cachedsessions"])
def test_two_browsers_and_one_ends_the_other(west: Portal, settings: Any, engine: str) -> None:
    """With the sessions of a trial installation, and with those of production."""
    settings.SESSION_ENGINE = engine
    computer = sign_in(west, "sam@example.org", FIREFOX)
    phone = sign_in(west, "sam@example.org", PHONE)
    page = computer.get(url("my_devices")).text
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert page.count("this device") == 1
    found = re.search(r'name="device" value="(\d+)"', page)
    assert found
    computer.post(url("my_devices"), {"device": found[1]})
    assert not is_in(phone)
    assert is_in(computer)
    assert "Safari on iPhone" not in computer.get(url("my_devices")).text


def test_all_others_are_ended_at_once_at_every_portal(west: Portal) -> None:
    north = make_portal("noord")
    here = sign_in(west, "sam@example.org", FIREFOX)
    others = [sign_in(west, "sam@example.org", PHONE), sign_in(north, "sam@example.org", PHONE)]
    here.post(url("my_devices"), {"others": "1"})
    assert [is_in(other) for other in others] == [False, False]
    assert is_in(here)


@pytest.mark.parametrize("device", ["{other}", "999999", "0", "x", "9" * 30, "²", "-1"])
def test_nobody_ends_a_session_of_somebody_else(west: Portal, device: str) -> None:
    other = sign_in(west, "kim@example.org", PHONE)
    number = UserSession.objects.get().pk
    browser = sign_in(west, "sam@example.org", FIREFOX)
    answer = browser.post(url("my_devices"), {"device": device.format(other=number)})
    assert answer.status_code in {302, 404}
    assert is_in(other)
    assert "Safari on iPhone" not in browser.get(url("my_devices")).text


def test_no_address_of_a_network_and_no_whole_name_of_a_browser_is_kept(west: Portal) -> None:
    browser = sign_in(west, "sam@example.org", FIREFOX)
    browser.get("/", REMOTE_ADDR="203.0.113.7")
    device = UserSession.objects.get()
    assert (device.ip, device.user_agent) == (NOWHERE, "Firefox Windows")
    assert "203.0.113.7" not in str(Session.objects.get(pk=device.session_key).get_decoded())


def test_the_day_of_last_use_is_written_once_a_day(west: Portal) -> None:
    browser = sign_in(west, "sam@example.org", FIREFOX)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=3))
    browser.get("/mijn/")
    assert UserSession.objects.get().last_seen_at < timezone.now() - timedelta(days=2)
    session = browser.session
    session["device_seen"] = ["2020-01-01", session.session_key]
    session.save()
    browser.get("/mijn/")
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(hours=1)


def test_a_session_that_ended_is_no_device_any_more_and_is_cleared_away(west: Portal) -> None:
    phone, computer = (sign_in(west, "sam@example.org", agent) for agent in (PHONE, FIREFOX))
    Session.objects.filter(pk=phone.session.session_key).update(expire_date=timezone.now() - timedelta(1))
    assert "Safari on iPhone" not in computer.get(url("my_devices")).text
    ended = [session.pk for session in ended_sessions(timezone.now(), 60)]
    clear_sessions(ended, timezone.now(), 60)
    assert UserSession.objects.count() == 1


def test_a_session_that_is_cleared_away_is_also_gone_from_the_cache(west: Portal, settings: Any) -> None:
    """As in production, where sessions are read from the cache first."""
    settings.SESSION_ENGINE = "backend.core.cachedsessions"
    browser = sign_in(west, "sam@example.org", PHONE)
    key = browser.cookies["sessionid"].value
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(days=1))
    clear_sessions([key], timezone.now(), 60)
    assert not is_in(browser)


def test_signing_out_leaves_nothing_of_the_device(west: Portal) -> None:
    browser = sign_in(west, "sam@example.org", PHONE)
    assert UserSession.objects.count() == 1
    browser.post(url("account_logout"))
    assert UserSession.objects.count() == 0


def test_what_was_noted_of_a_device_without_a_session_is_cleared_away(west: Portal) -> None:
    sign_in(west, "sam@example.org", PHONE)
    sign_in(west, "sam@example.org", FIREFOX)
    Session.objects.filter(pk=Session.objects.values_list("pk", flat=True)[0]).delete()
    left = [device.pk for device in devices_without_session(timezone.now(), 60)]
    forget_devices(left, timezone.now(), 60)
    assert UserSession.objects.count() == 1


def test_who_is_signed_out_everywhere_is_so_where_no_device_was_noted(west: Portal) -> None:
    browser = sign_in(west, "sam@example.org", PHONE)
    UserSession.objects.all().delete()
    end_all_devices(Person.objects.get(email="sam@example.org").pk)
    assert not is_in(browser)


@contextmanager
def costing_at_most(limit: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
        statements = [query["sql"] for query in queries]
    assert len(statements) <= limit, "\n".join(statements)


@pytest.mark.parametrize(("known", "asking", "confirming"), [(True, 3, 11), (False, 12, 11)])
def test_signing_in_by_code_costs_at_most_twelve_queries_a_step(
    west: Portal, known: bool, asking: int, confirming: int
) -> None:
    """Of somebody who was here before, and of a new address. Savepoints and sessions count as well."""
    if known:
        sign_in(west, "sam@example.org", FIREFOX)
    browser = client_for(None, west)
    browser.get("/")
    with costing_at_most(asking):
        browser.post(url("account_request_login_code"), {"email": "sam@example.org"})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    with costing_at_most(confirming):
        browser.post(url("account_confirm_login_code"), {"code": found[1]})
    assert is_in(browser)
