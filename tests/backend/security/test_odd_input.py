"""Input that no form sends: signs without meaning, numbers beyond every column, dates beyond the calendar."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.test import Client

from backend.core.errors import InvalidInput
from backend.core.pictures import LONGEST_SIDE_SENT, re_encode
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import DOCUMENT, make_person
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(west: Portal) -> Client:
    return client_for(make_person(west, roles=[Role.CLERK]), west)


@pytest.mark.parametrize(
    "address",
    [
        "/?zoek=%00",
        "/?zoek=%%0000",
        "/?onderwerp=a%00b",
        "/?buurt=%00",
        "/plannen/kaart.json?zoek=%00",
        "/api/v1/plans/?q=%00",
        "/api/v1/schema.json?version=%00",
        "/api/v1/schema.json?version=a%0D%0AX-Evil:b",
        "/?zoek=" + "-" * 120,
        "/?zoek=" + "-+" * 60,
        "/?zoek=" + "-%7C" * 60,
        "/api/v1/plans/?q=" + "-" * 5_000,
        "/?zoek=%22niet+gesloten",
        "/?pagina=" + "9" * 5_000,
    ],
)
def test_an_odd_address_is_answered(west: Portal, address: str) -> None:
    response = client_for(None, west).get(address)
    assert response.status_code == 200
    assert "X-Evil" not in response.headers


def test_a_forged_cookie_is_no_session(west: Portal) -> None:
    browser = client_for(None, west)
    response = browser.get(url("my_page"), headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaaaaaa"'})
    assert response.status_code == 302


@pytest.mark.parametrize(
    "change",
    [
        {"day": "0001-01-01", "time": "00:00"},
        {"papers_day": "0001-01-01", "papers_time": "00:00"},
        {"minutes_per_plan": "99999999999"},
    ],
)
def test_a_meeting_outside_our_time_is_refused(clerk: Client, change: dict[str, str]) -> None:
    meeting = {
        "committee": "Commissie",
        "day": "2027-03-01",
        "time": "19:30",
        "papers_day": "2027-02-20",
        "papers_time": "12:00",
        "place": "Raadzaal",
        "minutes_per_plan": "20",
    }
    assert clerk.post(url("desk_meeting"), {**meeting, **change}).status_code == 422


def test_more_votes_than_fit_are_refused(clerk: Client, west: Portal) -> None:
    rules: dict[str, Any] = {
        "period": "month",
        "closing_time": "23:59:59",
        "counts": "3",
        "minimum_votes": "2147483648",
        "district_id": west.district_id,
        "minimum_age": "16",
        "proof_level": "2",
        "totals": "live",
    }
    assert clerk.post(url("desk_rules"), rules).status_code == 422
    assert clerk.post(url("desk_rules"), {**rules, "minimum_votes": "10"}).status_code == 302


def test_an_address_that_is_too_long_is_nobody(clerk: Client, west: Portal) -> None:
    email = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".nl"
    seen = {"document_seen": "on", "lives_here": "on", **DOCUMENT}
    assert clerk.post(url("desk_counter"), {"email": email, **seen}).status_code == 422
    client_for(None, west).post(url("account_request_login_code"), {"email": email})
    assert not Person.objects.filter(email__startswith="aaaa").exists()


def test_a_line_of_pixels_is_not_drawn() -> None:
    with pytest.raises(InvalidInput):
        re_encode(io.BytesIO(_line(LONGEST_SIDE_SENT + 1)))
    assert re_encode(io.BytesIO(_line(LONGEST_SIDE_SENT))).height == 1


def _line(width: int) -> bytes:
    """A PNG of one line, which says in a few bytes that it is very long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" + b"\0\0\0" * width)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
