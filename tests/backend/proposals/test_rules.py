"""How a month is counted: plain values in, plain values out."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.lots.commitments import commitment_of
from backend.core.lots.drawing import Lot
from backend.core.walltime import moment, on_wall
from backend.proposals.rules import count_votes, next_closing, places_of, resemblance, words_that_matter

MIDNIGHT = time(23, 59, 59)
LOT = Lot(commitment=commitment_of("a1" * 32), secret="a1" * 32)
TALLIES = st.dictionaries(st.text("bcdfg", min_size=1, max_size=3), st.integers(0, 5), max_size=8)


def wall(text: str) -> datetime:
    """A moment by the clock in Amsterdam."""
    at = datetime.fromisoformat(text)
    return moment(at.date(), at.time())


@pytest.mark.parametrize(
    ("period", "at", "after", "closing"),
    [
        ("month", MIDNIGHT, "2027-01-12T10:30:00", "2027-01-31T23:59:59"),
        ("month", MIDNIGHT, "2027-01-31T23:59:58", "2027-01-31T23:59:59"),
        # Whoever comes at the moment itself is in the next month.
        ("month", MIDNIGHT, "2027-01-31T23:59:59", "2027-02-28T23:59:59"),
        ("month", MIDNIGHT, "2028-02-01T00:00:00", "2028-02-29T23:59:59"),
        ("month", MIDNIGHT, "2028-02-29T23:59:59", "2028-03-31T23:59:59"),
        ("month", MIDNIGHT, "2027-12-31T23:59:59", "2028-01-31T23:59:59"),
        ("month", time(0, 0), "2027-01-31T00:00:00", "2027-02-28T00:00:00"),
        # March ends in summer time and begins in winter time; October the other way round.
        ("month", MIDNIGHT, "2027-03-01T00:00:00", "2027-03-31T23:59:59"),
        ("month", time(2, 30), "2027-10-01T00:00:00", "2027-10-31T02:30:00"),
        ("month", time(2, 30), "2027-10-31T02:30:00", "2027-11-30T02:30:00"),
        ("week", MIDNIGHT, "2027-03-22T00:00:00", "2027-03-28T23:59:59"),
        ("week", time(2, 30), "2027-03-22T00:00:00", "2027-03-28T03:00:00"),
        ("week", time(2, 30), "2027-03-28T03:00:00", "2027-04-04T02:30:00"),
        ("week", MIDNIGHT, "2027-12-27T12:00:00", "2028-01-02T23:59:59"),
        ("week", MIDNIGHT, "2027-01-03T23:59:59", "2027-01-10T23:59:59"),
        ("quarter", MIDNIGHT, "2027-01-01T00:00:00", "2027-03-31T23:59:59"),
        ("quarter", MIDNIGHT, "2027-03-31T23:59:59", "2027-06-30T23:59:59"),
        ("quarter", MIDNIGHT, "2027-08-31T00:00:00", "2027-09-30T23:59:59"),
        ("quarter", MIDNIGHT, "2027-12-31T23:59:59", "2028-03-31T23:59:59"),
    ],
)
def test_votes_are_counted_at_the_end_of_the_period(period: str, at: time, after: str, closing: str) -> None:
    assert next_closing(period, at, after=wall(after)) == wall(closing)


def test_both_hours_of_the_night_the_clock_goes_back_belong_to_the_month() -> None:
    """At half past two there are two moments an hour apart: the votes are counted at the second."""
    first_time = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert on_wall(first_time).time() == time(2, 30)
    closing = next_closing("month", time(2, 30), after=first_time)
    assert closing - first_time == timedelta(hours=1)


@given(
    st.sampled_from(["week", "month", "quarter"]),
    st.times(),
    st.integers(1_577_836_800, 2_208_988_800).map(lambda second: datetime.fromtimestamp(second, UTC)),
)
def test_the_next_count_is_always_ahead_and_never_skips_a_period(
    period: str, at: time, after: datetime
) -> None:
    at = at.replace(microsecond=0)
    closing = next_closing(period, at, after=after)
    longest = {"week": 7, "month": 31, "quarter": 92}[period]
    assert after < closing <= after + timedelta(days=longest, hours=2)
    following = next_closing(period, at, after=closing)
    shortest = {"week": 7, "month": 28, "quarter": 90}[period]
    assert timedelta(days=shortest, hours=-2) <= following - closing <= timedelta(days=longest, hours=2)
    last_days = {"week": on_wall(closing).weekday() == 6}
    assert last_days.get(period, (on_wall(closing).date() + timedelta(days=1)).day == 1)


def test_the_plan_with_most_votes_wins_without_a_lot() -> None:
    count = count_votes({"b": 3, "c": 9, "d": 0}, minimum=0, lot=LOT)
    assert (count.winner, count.order, count.tied, count.drawn) == ("c", ["c", "b", "d"], [], None)
    assert count.places == {"c": 1, "b": 2, "d": 3}


def test_equal_votes_are_drawn_by_the_lot_that_was_promised() -> None:
    count = count_votes({"d": 4, "b": 4, "c": 1, "f": 4}, minimum=0, lot=LOT)
    assert count.tied == ["b", "d", "f"]
    assert count.drawn is not None
    assert count.winner == count.drawn.order[0]
    assert list(count.drawn.order) == list(LOT.order(["f", "d", "b"]).order)
    # Equal below the top is no tie.
    assert count_votes({"b": 4, "c": 1, "d": 1}, minimum=0, lot=LOT).drawn is None


def test_every_tied_plan_can_win() -> None:
    secrets = [f"{number:064x}" for number in range(40)]
    lots = [Lot(commitment=commitment_of(secret), secret=secret) for secret in secrets]
    assert {count_votes({"b": 2, "c": 2}, minimum=0, lot=lot).winner for lot in lots} == {"b", "c"}


@pytest.mark.parametrize(
    ("tally", "minimum", "winner"),
    [
        ({}, 0, None),
        ({"b": 0, "c": 0}, 0, None),
        ({"b": 4}, 5, None),
        ({"b": 5}, 5, "b"),
        ({"b": 1}, 0, "b"),
        ({"b": 4, "c": 4}, 5, None),
    ],
)
def test_no_votes_or_too_few_means_no_winner(
    tally: Mapping[str, int], minimum: int, winner: str | None
) -> None:
    count = count_votes(tally, minimum=minimum, lot=LOT)
    assert (count.winner, count.drawn) == (winner, None)


@given(TALLIES, st.integers(0, 6))
def test_whatever_the_votes_the_winner_had_most_and_everybody_has_a_place(
    tally: dict[str, int], minimum: int
) -> None:
    count = count_votes(tally, minimum=minimum, lot=LOT)
    most = max(tally.values(), default=0)
    assert (count.winner is None) == (most == 0 or most < minimum)
    assert count.winner is None or tally[count.winner] == most
    assert sorted(count.order) == sorted(tally)
    assert count.places == {
        plan: 1 + sum(other > votes for other in tally.values()) for plan, votes in tally.items()
    }


def test_equal_numbers_share_a_place_and_the_next_place_is_left_open() -> None:
    assert places_of({"b": 5, "c": 7, "d": 5, "f": 1}) == {"c": 1, "b": 2, "d": 2, "f": 4}


def test_a_title_is_known_by_the_words_that_matter() -> None:
    assert words_that_matter("Een nieuwe speeltuin voor de jeugd in het park") == [
        "speeltuin",
        "jeugd",
        "park",
    ]
    assert resemblance(["speeltuin", "park"], "Speeltuinen bij ons in de straat") == 0.5
    assert resemblance([], "Iets") == 0.0
