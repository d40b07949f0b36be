"""What a proposer does with a plan until it collects votes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.feedback.models import Promise
from backend.places.models import Area, Portal
from backend.proposals.errors import AlreadySubmitted
from backend.proposals.models import Plan, Round
from backend.proposals.selectors.plans import PlanFilter, get_plan, list_own_plans, list_plans, resembling
from backend.proposals.services.plans import delete_draft, save_draft, start_draft, submit_plan
from backend.proposals.states import PlaceKind, PlanState
from tests.builders.people import make_actor
from tests.builders.plans import again, make_draft, make_plan, plan_text
from tests.builders.portals import make_portal, visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def test_a_draft_may_be_half_empty_and_nobody_else_sees_it(west: Portal) -> None:
    proposer = make_actor(west)
    draft = start_draft(actor=proposer, text=plan_text(west, title="Iets", what="", why=""), now=NOW)
    assert draft.state == PlanState.DRAFT
    assert list(list_own_plans(proposer)) == [draft]
    for other in (visitor_of(west), make_actor(west)):
        with pytest.raises(NotFound):
            get_plan(actor=other, public_id=draft.public_id)
        with pytest.raises((NotFound, NotAllowed)):
            save_draft(actor=other, public_id=draft.public_id, text=plan_text(west), now=NOW)
        assert not list_plans(actor=other, chosen=PlanFilter(state="")).exists()
    # Also not in the proposer's own list of everybody's plans.
    assert not list_plans(actor=proposer, chosen=PlanFilter(state="")).exists()


def test_visitors_cannot_start_a_draft(west: Portal) -> None:
    with pytest.raises(NotAllowed):
        start_draft(actor=visitor_of(west), text=plan_text(west), now=NOW)


def test_saving_keeps_what_was_typed(west: Portal) -> None:
    proposer = make_actor(west)
    draft = make_draft(west, proposer=proposer, at=NOW)
    text = plan_text(west, title="  Meer bankjes ", what="Wat", address="Kade 1", place_kind="address")
    save_draft(actor=proposer, public_id=draft.public_id, text=text, now=NOW + timedelta(minutes=3))
    kept = again(draft)
    assert (kept.title, kept.what, kept.address) == ("Meer bankjes", "Wat", "Kade 1")
    assert kept.changed_at == NOW + timedelta(minutes=3)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"what": ""}, "what"),
        ({"why": ""}, "why"),
        ({"category_id": None}, "category"),
        ({"place_kind": PlaceKind.ADDRESS}, "address"),
        ({"place_kind": PlaceKind.POINT}, "place_kind"),
    ],
)
def test_submitting_names_what_is_missing_and_loses_nothing(
    west: Portal, change: dict[str, Any], field: str
) -> None:
    proposer = make_actor(west)
    draft = make_draft(west, proposer=proposer, at=NOW, **change)
    with pytest.raises(InvalidInput) as refusal:
        submit_plan(actor=proposer, public_id=draft.public_id, now=NOW)
    assert refusal.value.field == field
    assert again(draft).state == PlanState.DRAFT
    assert not Promise.objects.exists()


@pytest.mark.parametrize(
    ("name", "longest"), [("title", 120), ("what", 10_000), ("why", 10_000), ("address", 200)]
)
def test_a_text_that_is_too_long_is_refused_with_both_numbers(west: Portal, name: str, longest: int) -> None:
    proposer = make_actor(west)
    draft = make_draft(west, proposer=proposer, at=NOW, **{name: "é" * longest})
    too_long = plan_text(west, **{name: "é" * 100_000})
    with pytest.raises(InvalidInput) as refusal:
        save_draft(actor=proposer, public_id=draft.public_id, text=too_long, now=NOW)
    assert refusal.value.field == name
    assert "100000" in str(refusal.value)
    assert str(longest) in str(refusal.value)
    assert getattr(again(draft), name) == "é" * longest


def test_submitting_opens_the_first_round_and_a_promise_to_the_proposer(west: Portal) -> None:
    proposer = make_actor(west)
    draft = make_draft(west, proposer=proposer, at=NOW)
    plan = submit_plan(actor=proposer, public_id=draft.public_id, now=NOW)
    assert plan.state == PlanState.COMPETING
    assert plan.submitted_at == NOW
    round_now = Round.objects.get()
    assert round_now.closes_at == datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
    promise = Promise.objects.get()
    assert (promise.person_id, promise.subject.subject_id, promise.contribution) == (
        proposer.person_id,
        plan.pk,
        "proposed",
    )
    # Three monthly counts, and then ninety days for the committee.
    assert promise.subject.due_on == (NOW + timedelta(days=3 * 31 + 90)).date()
    assert get_plan(actor=visitor_of(west), public_id=plan.public_id) == plan


def test_what_was_submitted_stands(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    with pytest.raises(AlreadySubmitted):
        save_draft(actor=proposer, public_id=plan.public_id, text=plan_text(west, title="Anders"), now=NOW)
    with pytest.raises(AlreadySubmitted):
        submit_plan(actor=proposer, public_id=plan.public_id, now=NOW)
    with pytest.raises(NotAllowed):
        delete_draft(actor=proposer, public_id=plan.public_id, now=NOW)
    assert Promise.objects.count() == 1


def test_a_draft_can_be_thrown_away_by_its_proposer_alone(west: Portal) -> None:
    proposer = make_actor(west)
    draft = make_draft(west, proposer=proposer, at=NOW)
    with pytest.raises(NotFound):
        delete_draft(actor=make_actor(west), public_id=draft.public_id, now=NOW)
    delete_draft(actor=proposer, public_id=draft.public_id, now=NOW)
    assert not Plan.objects.exists()


def test_a_subject_of_another_portal_is_no_choice(west: Portal) -> None:
    north = make_portal("noord", subjects=["water"])
    foreign = plan_text(north)
    draft = make_draft(west, at=NOW, category_id=foreign.category_id)
    assert again(draft).category_id is None


def test_one_line_stays_one_line(west: Portal) -> None:
    draft = make_draft(west, at=NOW, title="Bankjes\r\nBcc: iedereen@example.org\n", address="Kade\n1")
    assert draft.title == "Bankjes Bcc: iedereen@example.org"
    assert draft.address == "Kade 1"


SQUARE = {
    "type": "Polygon",
    "coordinates": [[[4.8, 52.3], [4.9, 52.3], [4.9, 52.4], [4.8, 52.4], [4.8, 52.3]]],
}


@pytest.fixture
def wijk(west: Portal) -> Area:
    area = Area.objects.create(
        code="WK036399", year=2022, kind="wijk", name="Kadewijk", municipality_code="GM0363", boundary=SQUARE
    )
    west.district.areas.add(area)
    return area


def test_a_place_on_the_map_gives_the_neighbourhood(west: Portal, wijk: Area) -> None:
    plan = make_plan(west, at=NOW, place_kind=PlaceKind.POINT, latitude=52.35, longitude=4.85)
    assert (plan.area, plan.latitude, plan.longitude) == (wijk, 52.35, 4.85)


def test_a_place_outside_the_area_is_refused_and_the_draft_keeps_its_place(west: Portal, wijk: Area) -> None:
    proposer = make_actor(west)
    draft = make_draft(
        west, proposer=proposer, at=NOW, place_kind=PlaceKind.POINT, latitude=52.35, longitude=4.85
    )
    outside = plan_text(west, place_kind=PlaceKind.POINT, latitude=53.2, longitude=6.5)
    with pytest.raises(InvalidInput) as refusal:
        save_draft(actor=proposer, public_id=draft.public_id, text=outside, now=NOW)
    assert refusal.value.field == "place_kind"
    assert again(draft).latitude == 52.35


def test_plans_that_resemble_a_title_come_best_first(west: Portal) -> None:
    benches = make_plan(west, at=NOW, title="Bankjes langs de kade")
    table = make_plan(west, at=NOW, title="Een picknicktafel langs de kade", what="Een tafel.")
    make_plan(west, at=NOW, title="Muziek op het plein", what="Een podium.")
    make_draft(west, at=NOW, title="Bankjes langs de kade")
    actor = make_actor(west)
    found = resembling(actor=actor, title="Nieuwe bankjes bij de kade")
    assert found == [benches, table]
    assert resembling(actor=actor, title="Bankjes langs de kade", besides=benches.public_id) == [table]
    assert resembling(actor=actor, title="de het een") == []
    assert resembling(actor=actor, title="Zwembad") == []
