"""A login at a broker belongs to one municipality, and is known by its keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.brokers import come_back, connected_provider, leave, sign_in, signed_in_as
from tests.builders.hostile_provider import Provider
from tests.builders.portals import make_portal
from tests.builders.web import client_for, url


@pytest.fixture
def provider(west: Portal, settings: Any) -> Iterator[Provider]:
    with connected_provider(west, settings) as running:
        yield running


@pytest.fixture
def browser(west: Portal) -> Client:
    return client_for(None, west)


def test_a_new_key_recognises_who_came_under_the_old_one(
    west: Portal, provider: Provider, settings: Any
) -> None:
    settings.IDENTITY_KEYS = ["old"]
    sign_in(client_for(None, west), provider)
    before = SocialAccount.objects.get().uid
    settings.IDENTITY_KEYS = ["old", "new"]
    sign_in(client_for(None, west), provider)
    assert SocialAccount.objects.get().uid == before
    settings.IDENTITY_KEYS = ["new", "old"]
    sign_in(client_for(None, west), provider)
    renewed = SocialAccount.objects.get().uid
    assert renewed != before
    assert Person.objects.count() == 1
    # A process that has not been restarted yet still knows both.
    settings.IDENTITY_KEYS = ["old", "new"]
    sign_in(client_for(None, west), provider)
    assert Person.objects.count() == 1


@pytest.mark.parametrize("keys", [[], ["another"]])
def test_with_a_wrong_key_nobody_comes_in_as_somebody_new(
    west: Portal, provider: Provider, settings: Any, keys: list[str]
) -> None:
    sign_in(client_for(None, west), provider)
    settings.IDENTITY_KEYS = keys
    browser = client_for(None, west)
    answer = sign_in(browser, provider)
    assert answer.status_code == 503
    assert "This is our mistake" in answer.content.decode()
    assert signed_in_as(browser) is None
    assert Person.objects.count() == 1


def test_another_municipality_knows_the_login_as_somebody_else(
    west: Portal, provider: Provider, browser: Client, settings: Any
) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    settings.BROKERS = [provider.broker(), provider.broker(id="broker", municipality="GM0014")]
    sign_in(browser, provider)
    other = client_for(None, elsewhere)
    come_back(other, provider.authorise(leave(other, "broker")), "broker")
    assert signed_in_as(other) not in {None, signed_in_as(browser)}
    assert len(set(SocialAccount.objects.values_list("uid", flat=True))) == 2


def test_a_broker_of_one_municipality_is_nowhere_at_another(
    west: Portal, provider: Provider, browser: Client
) -> None:
    elsewhere = client_for(None, make_portal("oosterpark", code="GM0014"))
    assert "Sign in with DigiD" in browser.get("/aanmelden/").content.decode()
    assert "Sign in with DigiD" not in elsewhere.get("/aanmelden/").content.decode()
    assert elsewhere.post(url("broker_login", "digid")).status_code == 404
    said = provider.authorise(leave(browser))
    assert come_back(elsewhere, said).status_code == 404
    assert not Person.objects.exists()


@pytest.mark.parametrize("code", ["GM0363", "GM0014"])
def test_what_was_begun_at_one_portal_cannot_be_finished_at_another(
    west: Portal, provider: Provider, browser: Client, settings: Any, code: str
) -> None:
    """Also of one municipality, and by somebody who takes the session along."""
    other = make_portal("noord", code=code)
    settings.BROKERS = [provider.broker(), provider.broker(municipality="GM0014")]
    said = provider.authorise(leave(browser))
    answer = come_back(browser, said, HTTP_HOST=other.hostname)
    assert answer.status_code == 400
    assert not Person.objects.exists()
    assert come_back(browser, said).status_code == 400, "what was begun works once"


def test_without_a_broker_there_is_no_button(west: Portal, browser: Client, settings: Any) -> None:
    settings.BROKERS = []
    assert "broker" not in browser.get("/aanmelden/").content.decode()
    assert browser.post(url("broker_login", "digid")).status_code == 404
