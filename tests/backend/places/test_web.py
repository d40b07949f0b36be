"""The list of portals and their style sheets."""

from datetime import UTC, datetime

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import include, path, resolve

from backend.places.demo import create_demo_portals
from backend.places.house_style import css_of
from backend.places.models import Municipality, Portal
from backend.places.web.views import house_style_css, house_style_url, portal_list, portal_url

pytestmark = pytest.mark.urls(__name__)
urlpatterns = [path("", include("backend.places.web.urls"))]

WEST = Portal(
    municipality=Municipality(code="GM0363", name="Amsterdam"),
    slug="west",
    hostname="west.localhost",
    house_style={"mb-color-accent": "#1b6b3c"},
)


def request_to(portal: Portal | None, address: str = "/", host: str = "localhost:8000") -> HttpRequest:
    request = RequestFactory(HTTP_HOST=host).get(address)
    request.portal = portal  # type: ignore[attr-defined]  # as the middleware does
    return request


def style_of(portal: Portal | None, address: str):  # type: ignore[no-untyped-def]
    return house_style_css(request_to(portal, address), **resolve(address).kwargs)


def test_a_style_sheet_is_kept_for_a_year_under_an_address_of_its_own() -> None:
    response = style_of(WEST, house_style_url(WEST))
    assert response.content.decode() == css_of(WEST.house_style)
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert house_style_url(WEST) != house_style_url(None)


def test_an_old_address_gets_the_new_style_but_not_to_keep() -> None:
    response = style_of(WEST, house_style_url(None))
    assert b"#1b6b3c" in response.content
    assert response.headers["Cache-Control"] == "no-cache"


def test_without_a_portal_the_defaults_are_served() -> None:
    assert style_of(None, house_style_url(None)).content.decode() == css_of({})


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost:8000", "http://west.localhost:8000/"),
        ("localhost", "http://west.localhost/"),
        ("testserver", "http://west.localhost/"),
    ],
)
def test_a_link_to_a_portal_keeps_the_port(host: str, address: str) -> None:
    assert portal_url(request_to(None, host=host), WEST) == address


def test_a_style_is_not_changed_by_looking_at_it() -> None:
    refused = house_style_css(RequestFactory().post("/"), version="abc")
    assert refused.status_code == 405


@pytest.mark.django_db
def test_the_page_lists_every_portal_with_a_link() -> None:
    create_demo_portals(datetime(2027, 1, 4, 9, tzinfo=UTC))
    page = portal_list(request_to(None)).content.decode()
    for name, hostname in [
        ("Stem van West", "west"),
        ("Coöperatieve Wijkraad Oosterparkwijk", "oosterpark"),
        ("Meetellen in Utrecht", "utrecht"),
    ]:
        assert name in page
        assert f'href="http://{hostname}.localhost:8000/"' in page
    assert "West, Amsterdam" in page


@pytest.mark.django_db
def test_names_are_shown_as_typed_and_an_empty_list_says_so() -> None:
    assert "card-list" not in portal_list(request_to(None)).content.decode()
    create_demo_portals(datetime(2027, 1, 4, 9, tzinfo=UTC))
    Portal.objects.all_municipalities().filter(slug="west").update(name="<script>alert(1)</script>")
    page = portal_list(request_to(None)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
