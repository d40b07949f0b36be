"""What a stored page may and may not hold, whatever a visitor sends along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.places.models import Portal
from tests.builders.people import make_person
from tests.builders.plans import make_plan, make_rules, round_at
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db


def test_no_header_makes_one_page_pass_for_another(west: Portal) -> None:
    attacker, visitor = client_for(None, west), client_for(None, west)
    for header in ("HX-Request", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL"):
        attacker.get("/", headers={header: "agenda/"})
    assert "Agenda of the committee</h1>" in visitor.get(url("agenda")).content.decode()


def test_a_stored_page_knows_no_other_host(west: Portal) -> None:
    plan = make_plan(west, at=timezone.now())
    page = client_for(None, west).get(
        url("plan", plan.public_id), headers={"X-Forwarded-Host": "evil.example"}
    )
    assert page.status_code == 200
    assert b"evil.example" not in page.content


def test_whoever_signed_in_leaves_nothing_for_the_next(west: Portal) -> None:
    person = make_person(west, name="Yasmina Verborgen")
    plan = make_plan(west, at=timezone.now())
    address = url("plan", plan.public_id)
    assert b"Yasmina Verborgen" in client_for(person, west).get(address).content
    assert b"Yasmina Verborgen" not in client_for(None, west).get(address).content


@pytest.mark.parametrize("name", ["plans", "my_page", "my_messages", "my_votes", "my_settings", "new_plan"])
def test_pages_of_one_person_are_never_kept_without_asking(west: Portal, name: str) -> None:
    page = client_for(make_person(west), west).get(url(name))
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_stored_pages_cannot_be_put_in_a_frame_either(west: Portal) -> None:
    for _ in range(2):
        assert client_for(None, west).get("/").headers["X-Frame-Options"] == "DENY"


def test_hidden_totals_stay_hidden_when_the_next_rules_show_them(west: Portal) -> None:
    now = timezone.now()
    make_rules(west, at=now, totals="hidden")
    plan = make_plan(west, at=now, votes=2)
    type(plan).objects.filter(pk=plan.pk).update(latitude=52.37, longitude=4.87)
    round_at(west, now + timedelta(seconds=1))
    make_rules(west, at=now, totals="live")
    features = client_for(None, west).get(url("plans_on_map")).json()["features"]
    assert [feature["properties"]["votes"] for feature in features] == [""]
