"""A month ends: the count, its protocol, the winner, and those that go on or stop."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.core.due import walk
from backend.core.errors import NotAllowed
from backend.core.tenancy import in_municipality
from backend.feedback.models import Promise
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.errors import NotDueYet
from backend.proposals.models import AgendaItem, Plan, PlanCount, Protocol, Round, Vote
from backend.proposals.services.counting import close_round
from backend.proposals.services.plans import withdraw_plan
from backend.proposals.services.votes import cast_vote, withdraw_vote
from backend.proposals.states import PlanState
from backend.proposals.verify_protocol import check
from tests.builders.people import actor_of, confirm, make_actor, make_person
from tests.builders.plans import again, close, make_plan, make_rules, make_votes, round_at
from tests.builders.portals import make_portal

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def votes_in(protocol: Protocol) -> dict[str, int]:
    return {plan["title"]: plan["votes"] for plan in protocol.body["plans"]}


def row_of(protocol: Protocol, plan: Plan) -> dict[str, Any]:
    return next(row for row in protocol.body["plans"] if row["plan"] == plan.public_id)


def findings(*protocols: Protocol) -> list[str]:
    """What the public check of the protocols finds wrong, each with the one before it."""
    found: list[str] = []
    for before, protocol in zip([None, *protocols], protocols, strict=False):
        results = check(protocol.body, before.body if before else None)
        found += [str(finding) for finding in results if not finding.right]
    return found


def test_the_protocol_says_everything_and_the_public_check_agrees(west: Portal) -> None:
    winner = make_plan(west, at=NOW, votes=3, title="Bankjes")
    loser = make_plan(west, at=NOW, votes=1, title="Bomen")
    make_votes(loser, 2, at=NOW, verified=False)
    child = make_actor(west, age=12)
    cast_vote(actor=child, public_id=loser.public_id, now=NOW)
    this = round_at(west, NOW)
    protocol = close(this)
    body = protocol.body
    assert (body["portal"], body["municipality"], body["round"]) == ("west", "GM0363", 1)
    assert (body["opened_at"], body["closed_at"]) == ("2027-01-12T09:30:00Z", "2027-01-31T22:59:59Z")
    assert body["winner"] == winner.public_id
    assert [row["outcome"] for row in body["plans"]] == ["winner", "competes_again"]
    assert row_of(protocol, loser)["votes"] == 1
    assert row_of(protocol, loser)["not_counted"] == {"no_proof": 2, "too_young": 1}
    assert body["not_counted"] == {"no_proof": 2, "too_young": 1}
    assert body["rules"]["minimum_age"] == 16
    assert body["lot"]["commitment"] == this.lot_commitment
    assert body["tie"] is None
    assert (body["previous_hash"], body["hash"]) == ("", protocol.hash)
    assert findings(protocol) == []


def test_nobody_who_voted_is_named_in_the_protocol(west: Portal) -> None:
    plan = make_plan(west, at=NOW)
    voter = make_person(west, name="Wilhelmina van Zuylen", email="wilhelmina@example.org")
    cast_vote(actor=actor_of(voter, west), public_id=plan.public_id, now=NOW)
    text = str(close(round_at(west, NOW)).body)
    assert "Wilhelmina" not in text
    assert "wilhelmina@" not in text
    assert voter.public_id not in text


def test_three_months_make_a_chain_and_losers_keep_their_votes_until_they_lapse(west: Portal) -> None:
    proposer = make_actor(west)
    loser = make_plan(west, proposer=proposer, at=NOW, votes=1, title="Bomen")
    protocols, at = [], NOW
    for month in range(3):
        make_plan(west, at=at, votes=2 + month, title=f"Winnaar {month}")
        this = round_at(west, at)
        protocols.append(close(this))
        assert again(loser).counts_taken == month + 1
        at = this.closes_at
        round_at(west, at)
    assert [p.previous_hash for p in protocols] == ["", protocols[0].hash, protocols[1].hash]
    assert findings(*protocols) == []
    assert [row_of(p, loser)["votes"] for p in protocols] == [1, 1, 1]
    assert [row_of(p, loser)["count"] for p in protocols] == [1, 2, 3]
    outcomes = [row_of(p, loser)["outcome"] for p in protocols]
    assert outcomes == ["competes_again", "competes_again", "lapsed"]
    assert again(loser).state == PlanState.LAPSED
    counts = PlanCount.objects.filter(plan=loser).order_by("round__number")
    assert list(counts.values_list("votes", "place")) == [(1, 2), (1, 2), (1, 2)]
    walk(at)
    told = Message.objects.filter(template="plan_lapsed")
    assert told.count() == 2
    assert proposer.person_id in set(told.values_list("person_id", flat=True))
    assert not Promise.objects.filter(subject__subject_id=loser.pk, state="open").exists()


def test_counting_twice_gives_the_same_protocol(west: Portal) -> None:
    plan = make_plan(west, at=NOW, votes=1)
    this = round_at(west, NOW)
    first = close(this)
    second = close(this, at=this.closes_at + timedelta(days=2))
    assert first.pk == second.pk
    assert again(plan).counts_taken == 1
    assert AgendaItem.objects.count() == 1


def test_a_round_is_not_counted_early_or_before_the_one_before_it(west: Portal) -> None:
    make_plan(west, at=NOW)
    first = round_at(west, NOW)
    with pytest.raises(NotDueYet):
        close(first, at=first.closes_at - timedelta(microseconds=1))
    second = round_at(west, first.closes_at)
    with pytest.raises(NotDueYet):
        close(second)
    close(first)
    close(second)
    assert Protocol.objects.count() == 2


def test_nobody_closes_a_month_by_hand(west: Portal) -> None:
    make_plan(west, at=NOW)
    this = round_at(west, NOW)
    for role in Role:
        with pytest.raises(NotAllowed):
            close_round(actor=make_actor(west, role), round_id=this.pk, now=this.closes_at)
    assert not Protocol.objects.exists()


def test_equal_votes_are_drawn_by_the_lot_that_was_published_before(west: Portal) -> None:
    plans = [make_plan(west, at=NOW, votes=2, title=title) for title in ("Een", "Twee", "Drie")]
    make_plan(west, at=NOW, votes=1, title="Vier")
    protocol = close(round_at(west, NOW))
    tie = protocol.body["tie"]
    assert sorted(tie["plans"]) == sorted(plan.public_id for plan in plans)
    assert tie["order"][0] == protocol.body["winner"]
    assert sorted(tie["order"]) == sorted(tie["plans"])
    assert findings(protocol) == []
    assert Plan.objects.filter(state=PlanState.ON_AGENDA).count() == 1


def test_a_month_without_votes_or_plans_has_a_protocol_and_no_winner(west: Portal) -> None:
    make_plan(west, at=NOW)
    first = close(round_at(west, NOW))
    assert (first.body["winner"], votes_in(first)) == (None, {"Bankjes langs de kade": 0})
    Plan.objects.update(state=PlanState.LAPSED)
    second = close(round_at(west, round_at(west, NOW).closes_at))
    assert (second.body["winner"], second.body["plans"]) == (None, [])
    assert findings(first, second) == []
    assert not AgendaItem.objects.exists()


def test_a_plan_without_votes_lapses_too_and_its_proposer_hears_it(west: Portal) -> None:
    make_rules(west, at=NOW, counts=1)
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    this = round_at(west, NOW)
    close(this)
    walk(this.closes_at)
    assert again(plan).state == PlanState.LAPSED
    assert Message.objects.filter(template="plan_lapsed", person_id=proposer.person_id).count() == 1


def test_too_few_votes_is_no_win(west: Portal) -> None:
    make_rules(west, at=NOW, minimum_votes=3)
    plan = make_plan(west, at=NOW, votes=2)
    protocol = close(round_at(west, NOW))
    assert protocol.body["winner"] is None
    assert again(plan).state == PlanState.COMPETING
    assert findings(protocol) == []


def test_counted_late_the_votes_are_those_of_the_moment_it_ended(west: Portal) -> None:
    """The machine was off over two month ends. Each month gets its own protocol."""
    plan = make_plan(west, at=NOW, votes=2, title="Bankjes")
    other = make_plan(west, at=NOW, title="Bomen")
    first = round_at(west, NOW)
    stays, changes = make_votes(other, 2, at=NOW)
    person = make_person(west, verified=False, at=NOW)
    cast_vote(actor=actor_of(person, west), public_id=other.public_id, now=NOW)
    after = first.closes_at + timedelta(hours=1)
    # All this happened after the month ended: it is of the next month.
    late = make_plan(west, at=after, votes=9, title="Te laat")
    make_votes(other, 5, at=after)
    withdraw_vote(actor=changes, public_id=other.public_id, now=after)
    confirm(person, west, at=after)
    much_later = first.closes_at + timedelta(days=40)
    report = walk(much_later)
    assert not report.failed
    one, two = Protocol.objects.order_by("round__number")
    assert votes_in(one) == {"Bankjes": 2, "Bomen": 2}
    assert row_of(one, other)["not_counted"] == {"no_proof": 1}
    winner_of_one = one.body["winner"]
    rest = other if winner_of_one == plan.public_id else plan
    expected = {"Te laat": 9, rest.title: 7 if rest == other else 2}
    assert votes_in(two) == expected
    assert two.body["winner"] == late.public_id
    assert findings(one, two) == []
    assert list(Round.objects.order_by("number").values_list("number", "counted_at")) == [
        (1, much_later),
        (2, much_later),
        (3, None),
    ]
    assert Vote.objects.filter(person_id=stays.person_id).exists()


def test_a_plan_that_was_withdrawn_does_not_take_part(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, votes=3, title="Weg")
    stays = make_plan(west, at=NOW, votes=1, title="Blijft")
    withdraw_plan(actor=proposer, public_id=plan.public_id, now=NOW)
    protocol = close(round_at(west, NOW))
    assert votes_in(protocol) == {"Blijft": 1}
    assert protocol.body["winner"] == stays.public_id
    walk(NOW)
    told = Message.objects.filter(template="plan_withdrawn")
    assert told.count() == 4
    # The page of the plan itself is gone for everybody who voted for it.
    assert {message.context["address"] for message in told} == {"/"}


def test_only_plans_of_this_portal_are_counted(west: Portal) -> None:
    from_elsewhere = make_plan_elsewhere()
    make_plan(west, at=NOW, votes=1)
    protocol = close(round_at(west, NOW))
    assert from_elsewhere.public_id not in {row["plan"] for row in protocol.body["plans"]}
    assert again(from_elsewhere).counts_taken == 0


def make_plan_elsewhere() -> Plan:
    return make_plan(make_portal("oosterpark", code="GM0014"), at=NOW, votes=5)


@pytest.mark.parametrize(
    ("begins", "closes"),
    [
        (datetime(2027, 3, 20, tzinfo=UTC), datetime(2027, 3, 31, 21, 59, 59, tzinfo=UTC)),
        (datetime(2027, 10, 20, tzinfo=UTC), datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC)),
        (datetime(2028, 2, 20, tzinfo=UTC), datetime(2028, 2, 29, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_last_second_counts_and_the_next_does_not(
    west: Portal, begins: datetime, closes: datetime
) -> None:
    plan = make_plan(west, at=begins)
    make_votes(plan, 1, at=closes - timedelta(microseconds=1))
    make_votes(plan, 1, at=closes)
    this = Round.objects.get(number=1)
    assert this.closes_at == closes
    assert close(this, at=closes + timedelta(minutes=1)).body["plans"][0]["votes"] == 1


def test_the_clock_counts_every_portal_in_its_own_municipality(west: Portal) -> None:
    elsewhere = make_plan_elsewhere()
    plan = make_plan(west, at=NOW, votes=1)
    with in_municipality(None):
        walk(round_at(west, NOW).closes_at)
    assert again(plan).state == again(elsewhere).state == PlanState.ON_AGENDA
    assert Protocol.objects.all_municipalities().count() == 2
