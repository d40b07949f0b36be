"""People who sign in at a broker: the button, the broker's page and the way back, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from django.test import Client

from backend.identity.models import Person
from backend.places.models import Area, Portal, Postcode

from .hostile_provider import Provider, running_provider
from .web import url

HERE, THERE = "1055TK", "1011AA"


def map_postcodes(portal: Portal, *, year: int = 2026) -> None:
    """The postcode HERE lies in the district of a portal, and THERE outside it."""
    code = portal.municipality.code
    wijken = {}
    for number, postcode in enumerate((HERE, THERE)):
        wijken[postcode], _ = Area.objects.get_or_create(
            code=f"WK{code[2:]}0{number}",
            year=year,
            kind="wijk",
            name=f"Wijk {number}",
            municipality_code=code,
        )
        buurt, _ = Area.objects.get_or_create(
            code=f"BU{code[2:]}0{number}01",
            year=year,
            kind="buurt",
            name=f"Buurt {number}",
            municipality_code=code,
            parent=wijken[postcode],
        )
        Postcode.objects.update_or_create(postcode=postcode, defaults={"area": buurt})
    portal.district.areas.add(wijken[HERE])


@contextmanager
def connected_provider(portal: Portal, settings: Any) -> Iterator[Provider]:
    """A provider that is the broker of a portal's municipality. Settings are those of the test."""
    map_postcodes(portal)
    with running_provider() as provider:
        settings.BROKERS = [provider.broker(municipality=portal.municipality.code)]
        yield provider


def signed_in_as(browser: Client) -> Person | None:
    number = browser.session.get("_auth_user_id")
    return Person.objects.get(pk=number) if number else None


def leave(browser: Client, broker_id: str = "digid", *, following: str = "") -> str:
    """Press the button. Gives the address at the broker that the browser goes on to."""
    answer = browser.post(url("broker_login", broker_id), {"next": following} if following else {})
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return html.unescape(found[1])


def come_back(browser: Client, said: dict[str, str], broker_id: str = "digid", **extra: Any) -> HttpResponse:
    answer: HttpResponse = browser.get(url("broker_callback", broker_id), said, **extra)  # type: ignore[assignment]
    return answer


def sign_in(browser: Client, provider: Provider, *, following: str = "") -> HttpResponse:
    """All of it, as somebody does who knows their password there."""
    return come_back(browser, provider.authorise(leave(browser, following=following)))
