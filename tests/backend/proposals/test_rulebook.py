"""The rules of play: versioned, and frozen once a round has begun with them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from backend.core.errors import InvalidInput, NotAllowed
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.models import Rules
from backend.proposals.selectors.rounds import latest_rules, rules_in_force
from backend.proposals.services.rulebook import NewRules, set_rules
from tests.builders.people import make_actor
from tests.builders.plans import close, make_plan, make_rules, round_at
from tests.builders.portals import make_portal

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def test_the_defaults_hold_until_a_clerk_chooses_otherwise(west: Portal) -> None:
    rules = round_at(west, NOW).rules
    assert (rules.version, rules.period, rules.counts, rules.minimum_age) == (1, "month", 3, 16)
    assert (rules.minimum_votes, rules.proof_level, rules.totals) == (0, 2, "live")
    assert (rules.closing_time, rules.district) == (time(23, 59, 59), west.district)


def test_before_the_first_round_the_same_version_is_changed(west: Portal) -> None:
    make_rules(west, at=NOW, counts=2)
    make_rules(west, at=NOW, counts=4)
    assert Rules.objects.get().counts == 4
    assert round_at(west, NOW).rules.version == 1


def test_rules_of_a_round_that_began_stand_for_ever(west: Portal) -> None:
    make_plan(west, at=NOW, votes=1)
    first = round_at(west, NOW)
    make_rules(west, at=NOW, period="week", minimum_votes=5, closing_time=time(12, 0))
    # A second change before the next round makes no third version.
    make_rules(west, at=NOW, period="week", minimum_votes=7, closing_time=time(12, 0))
    assert list(Rules.objects.order_by("version").values_list("version", "minimum_votes")) == [(1, 0), (2, 7)]
    in_force = rules_in_force(west.pk, at=NOW)
    assert in_force is not None
    assert in_force.version == 1
    assert close(first).body["rules"]["version"] == 1
    second = round_at(west, first.closes_at)
    assert second.rules == latest_rules(west.pk)
    assert second.rules.version == 2
    assert second.opens_at == first.closes_at
    assert second.closes_at == datetime(2027, 2, 7, 11, 0, tzinfo=UTC)
    assert second.closes_at - second.opens_at < timedelta(days=7)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"counts": 0}, "counts"),
        ({"counts": 13}, "counts"),
        ({"minimum_age": 19}, "minimum_age"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(west: Portal, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        make_rules(west, at=NOW, **change)
    assert refusal.value.field == field
    assert not Rules.objects.exists()


def test_the_area_is_one_of_the_municipality(west: Portal) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    with pytest.raises(InvalidInput) as refusal:
        make_rules(west, at=NOW, district_id=elsewhere.district_id)
    assert refusal.value.field == "district_id"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLERK])
def test_only_a_clerk_sets_the_rules(west: Portal, role: Role) -> None:
    new = NewRules(
        period="month",
        closing_time=time(12),
        counts=3,
        minimum_votes=0,
        minimum_age=16,
        proof_level=2,
        totals="live",
        district_id=west.district_id,
    )
    with pytest.raises(NotAllowed):
        set_rules(actor=make_actor(west, role), portal=west, new=new, now=NOW)
    set_rules(actor=make_actor(west, Role.CLERK), portal=west, new=new, now=NOW)
    assert Rules.objects.count() == 1
