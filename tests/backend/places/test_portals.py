"""Making portals, dressing them and finding them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.places.demo import DEMO_PORTALS, WEST_AREAS, create_demo_portals
from backend.places.models import Area, District, Portal
from backend.places.selectors import (
    area_at,
    areas_of,
    is_inside,
    list_portals,
    portal_by_hostname,
    portal_by_slug,
)
from backend.places.services import PortalDetails, create_portal, set_house_style

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
SYSTEM = Actor.system("a test")


def square(west: float, south: float) -> dict[str, Any]:
    east, north = west + 0.1, south + 0.1
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


@pytest.fixture(autouse=True)
def areas() -> None:
    for code, kind, name, boundary in [
        ("GM0363", "municipality", "Amsterdam", None),
        ("WK036312", "wijk", "Houthavens", square(4.8, 52.3)),
        ("WK036313", "wijk", "Spaarndammerbuurt", square(4.9, 52.3)),
        ("WK036314", "wijk", "Centrale Markt", None),
        ("BU03631200", "buurt", "Houthavens West", None),
        ("GM0344", "municipality", "Utrecht", None),
        ("WK034401", "wijk", "Wijk 01 West", None),
    ]:
        municipality_code = f"GM{code[2:6]}"
        Area.objects.create(
            code=code, year=2022, kind=kind, name=name, boundary=boundary, municipality_code=municipality_code
        )


def make(**changes: Any) -> Portal:
    wanted: dict[str, Any] = {
        "actor": SYSTEM,
        "slug": "west",
        "hostname": "west.localhost",
        "name": "Stem van West",
        "municipality_code": "GM0363",
        "district_name": "West",
        "area_codes": ["WK036313", "WK036312"],
        "now": NOW,
    }
    return create_portal(**{**wanted, **changes})


def test_a_portal_opens_for_a_part_of_a_municipality() -> None:
    portal = make(details=PortalDetails(tagline="Jouw plan", house_style={"mb-radius": "2PX"}))
    assert portal.municipality.name == "Amsterdam"
    assert portal.house_style == {"mb-radius": "2px"}
    assert [area.name for area in areas_of(portal.district_id)] == ["Houthavens", "Spaarndammerbuurt"]
    entry = Entry.objects.get()
    assert (entry.action, entry.target_id, entry.municipality_id) == (
        "places.portal_created",
        portal.pk,
        portal.municipality_id,
    )


def test_asking_again_gives_the_portal_as_it_is_now() -> None:
    portal = make()
    set_house_style(actor=SYSTEM, portal_id=portal.pk, tokens={"mb-radius": "9px"}, now=NOW)
    again = make(name="Another name", hostname="WEST.localhost.")
    assert (again.pk, again.name, again.house_style) == (portal.pk, "Stem van West", {"mb-radius": "9px"})
    assert len(list_portals()) == 1


def test_two_portals_may_share_a_district_and_a_municipality() -> None:
    one, other = make(), make(slug="west-2", hostname="west-2.localhost")
    assert (one.district_id, one.municipality_id) == (other.district_id, other.municipality_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "West"}, "slug"),
        ({"slug": "we st"}, "slug"),
        ({"slug": "-west"}, "slug"),
        ({"slug": "w" * 51}, "slug"),
        ({"slug": ""}, "slug"),
        ({"hostname": "https://west.nl"}, "hostname"),
        ({"hostname": "west.nl:8000"}, "hostname"),
        ({"hostname": "west..nl"}, "hostname"),
        ({"hostname": "-west.nl"}, "hostname"),
        ({"hostname": "localhost"}, "hostname"),
        ({"hostname": ""}, "hostname"),
        ({"hostname": ".".join(["w" * 60] * 4)}, "hostname"),
        ({"name": "  "}, "name"),
        ({"name": "w" * 101}, "name"),
        ({"municipality_code": "GM9999"}, "municipality"),
        ({"municipality_code": "WK036312"}, "municipality"),
        ({"year": 2021}, "municipality"),
        ({"area_codes": []}, "areas"),
        ({"area_codes": ["WK036312", "WK034401"]}, "areas"),
        ({"area_codes": ["BU03631200"]}, "areas"),
        ({"district_name": ""}, "district"),
        ({"details": PortalDetails(contact_email="no address")}, "contact_email"),
        ({"details": PortalDetails(map_latitude=4.87, map_longitude=52.37)}, "map"),
        ({"details": PortalDetails(map_latitude=float("nan"))}, "map"),
        ({"details": PortalDetails(house_style={"mb-color-text": "#ffffff"})}, "house_style"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_leaves_nothing(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        make(**changes)
    assert caught.value.field == field
    assert not Portal.objects.all_municipalities().exists()
    assert not District.objects.all_municipalities().exists()


def test_a_name_in_use_is_refused() -> None:
    make()
    for changes, field in [
        ({"slug": "other"}, "hostname"),
        ({"hostname": "other.localhost"}, "slug"),
        ({"municipality_code": "GM0344"}, "municipality"),
        ({"slug": "b", "hostname": "b.localhost", "area_codes": ["WK036312"]}, "district"),
    ]:
        with pytest.raises(InvalidInput) as caught:
            make(**changes)
        assert caught.value.field == field
    assert len(list_portals()) == 1


@pytest.mark.parametrize("role", ["", "administrator", "clerk"])
def test_only_the_operator_opens_portals(role: str) -> None:
    with pytest.raises(NotAllowed):
        make(actor=Actor(1, 1, 1, frozenset({role})))


@pytest.mark.parametrize(
    ("role", "own_portal", "refusal"),
    [
        ("administrator", True, None),
        ("clerk", True, NotAllowed),
        ("organiser", True, NotAllowed),
        ("councillor", True, NotAllowed),
        ("", True, NotAllowed),
        ("administrator", False, NotFound),
        ("clerk", False, NotFound),
    ],
)
def test_who_may_dress_a_portal(role: str, own_portal: bool, refusal: type[Exception] | None) -> None:
    portal = make()
    utrecht = make(
        slug="utrecht",
        hostname="utrecht.localhost",
        municipality_code="GM0344",
        district_name="Utrecht",
        area_codes=["WK034401"],
    )
    home = portal if own_portal else utrecht
    actor = Actor(home.municipality_id, home.pk, 7, frozenset({role}))
    if refusal is None:
        dressed = set_house_style(actor=actor, portal_id=portal.pk, tokens={"mb-radius": "3px"}, now=NOW)
        assert dressed.house_style == {"mb-radius": "3px"}
        assert (
            Entry.objects.filter(action="places.house_style_set", person_id=7, target_id=portal.pk).count()
            == 1
        )
        return
    with pytest.raises(refusal):
        set_house_style(actor=actor, portal_id=portal.pk, tokens={"mb-radius": "3px"}, now=NOW)
    found = portal_by_slug("west")
    assert found is not None
    assert found.house_style == {}


def test_an_administrator_of_another_portal_of_the_municipality_may_not() -> None:
    portal, other = make(), make(slug="b", hostname="b.localhost")
    actor = Actor(other.municipality_id, other.pk, 7, frozenset({"administrator"}))
    with pytest.raises(NotAllowed):
        set_house_style(actor=actor, portal_id=portal.pk, tokens={}, now=NOW)


def test_a_style_that_cannot_be_read_keeps_the_old_one() -> None:
    portal = make(details=PortalDetails(house_style={"mb-radius": "2px"}))
    with pytest.raises(InvalidInput, match="mb-color-link"):
        set_house_style(actor=SYSTEM, portal_id=portal.pk, tokens={"mb-color-link": "#eeeeee"}, now=NOW)
    portal.refresh_from_db()
    assert portal.house_style == {"mb-radius": "2px"}


def test_a_portal_is_found_by_its_hostname_in_one_query(django_assert_num_queries: Any) -> None:
    make()
    with django_assert_num_queries(1):
        portal = portal_by_hostname("West.localhost.")
        assert portal is not None
        assert (portal.slug, portal.municipality.name, portal.district.name) == ("west", "Amsterdam", "West")
    assert portal_by_hostname("localhost") is None
    assert portal_by_hostname("") is None


@pytest.mark.parametrize("number", [1, 3])
def test_listing_portals_costs_one_query(number: int, django_assert_num_queries: Any) -> None:
    for n in range(number):
        make(slug=f"w{n}", hostname=f"w{n}.localhost", name=f"West {number - n}")
    with django_assert_num_queries(1):
        names = [f"{portal.name}, {portal.municipality.name}" for portal in list_portals()]
    assert names == [f"West {n}, Amsterdam" for n in range(1, number + 1)]


@pytest.mark.parametrize(
    ("codes", "longitude", "inside", "name"),
    [
        (["WK036312", "WK036313"], 4.85, True, "Houthavens"),
        (["WK036312", "WK036313"], 4.95, True, "Spaarndammerbuurt"),
        (["WK036312", "WK036313"], 5.05, False, None),
        # One boundary is not known, so a point outside the other may lie in it.
        (["WK036312", "WK036314"], 4.85, True, "Houthavens"),
        (["WK036312", "WK036314"], 5.05, None, None),
        (["WK036314"], 4.85, None, None),
    ],
)
def test_a_point_lies_in_a_district_or_not_or_that_is_not_known(
    codes: list[str], longitude: float, inside: bool | None, name: str | None
) -> None:
    district_id = make(area_codes=codes).district_id
    assert is_inside(district_id, 52.35, longitude) is inside
    area = area_at(district_id, 52.35, longitude)
    assert (area.name if area else None) == name


def test_a_point_in_two_wijken_at_once_belongs_to_neither_for_certain() -> None:
    Area.objects.filter(code="WK036313").update(boundary=square(4.8, 52.3))
    district_id = make().district_id
    assert is_inside(district_id, 52.35, 4.85) is True
    assert area_at(district_id, 52.35, 4.85) is None


COMMAND = {
    "slug": "west",
    "hostname": "west.localhost",
    "name": "Stem van West",
    "municipality": "GM0363",
    "district": "West",
    "areas": ["WK036312"],
}


def test_the_command_opens_a_portal_once(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_portal", **COMMAND, map_zoom=15, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert (report["created"], report["areas"]) == (True, ["WK036312"])
    call_command("create_portal", **COMMAND, as_json=True)
    assert json.loads(capsys.readouterr().out)["created"] is False
    assert [portal.map_zoom for portal in list_portals()] == [15]


def test_a_dry_run_of_the_command_opens_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_portal", **COMMAND, dry_run=True)
    assert "dry run" in capsys.readouterr().out
    assert list_portals() == []


def test_the_command_fails_with_the_reason() -> None:
    with pytest.raises(CommandError, match="Not a district of GM0363 in 2022: WK000000"):
        call_command("create_portal", **{**COMMAND, "areas": ["WK000000"]})


def test_the_demo_portals_are_made_once_with_all_they_need() -> None:
    Area.objects.all().delete()
    portals = create_demo_portals(NOW)
    assert [portal.hostname for portal in portals] == [demo.hostname for demo in DEMO_PORTALS]
    west, oosterpark, utrecht = portals
    assert len(areas_of(west.district_id)) == len(WEST_AREAS) == 19
    assert [area.name for area in areas_of(oosterpark.district_id)] == ["Oosterparkwijk"]
    assert len(areas_of(utrecht.district_id)) == 10
    kinkerbuurt = area_at(west.district_id, 52.3681, 4.8649)
    assert kinkerbuurt is not None
    assert kinkerbuurt.name == "Kinkerbuurt"
    assert is_inside(west.district_id, west.map_latitude, west.map_longitude) is True
    assert is_inside(west.district_id, 52.3731, 4.8926) is False  # Dam square
    # Geuzenbuurt or Chassébuurt: the map draws them as one.
    assert is_inside(west.district_id, 52.3700, 4.8610) is True
    assert area_at(west.district_id, 52.3700, 4.8610) is None
    assert is_inside(utrecht.district_id, 52.09, 5.12) is None
    acts = Entry.objects.count()
    assert [portal.pk for portal in create_demo_portals(NOW)] == [portal.pk for portal in portals]
    assert Entry.objects.count() == acts
