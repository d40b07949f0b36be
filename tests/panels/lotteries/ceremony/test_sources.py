"""Sources of chance: said exactly beforehand, and what is wrong is said in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from backend.core.lots.commitments import CommittedSecret, commitment_of
from panels.lotteries.ceremony.drand import MAINNET, QUICKNET
from panels.lotteries.ceremony.sources import (
    Dice,
    DrandRound,
    Part,
    Source,
    WitnessSecret,
    part_from_json,
    read_moment,
    written,
)
from tests.builders.ceremonies import (
    DICE,
    DRAND,
    KNOWN_AT,
    LATER_DICE,
    RANDOMNESS,
    SIGNATURE,
    THROWS,
    WITNESSES,
)
from tests.builders.drand_rounds import MAINNET_ROUNDS

LATER = KNOWN_AT + timedelta(days=1)


def test_drand_with_its_signature_is_checked() -> None:
    revealed = DRAND.revealed({"signature": SIGNATURE, "randomness": RANDOMNESS})
    assert revealed.text == RANDOMNESS
    assert revealed.published == {"kind": "drand", "randomness": RANDOMNESS, "signature": SIGNATURE}


def test_drand_pasted_in_by_hand_shows_that_it_has_no_signature() -> None:
    revealed = DRAND.revealed({"randomness": RANDOMNESS})
    assert revealed.text == RANDOMNESS
    assert revealed.published == {"kind": "drand", "randomness": RANDOMNESS}


def test_mainnet_needs_the_signature_of_the_round_before() -> None:
    signature, previous, randomness = MAINNET_ROUNDS[1000000]
    part = DrandRound(MAINNET.hash, 1000000)
    assert part.revealed({"signature": signature, "previous_signature": previous}).text == randomness
    with pytest.raises(InvalidInput, match="round before"):
        part.revealed({"signature": signature})


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        (DRAND, {}, "64 hexadecimal digits"),
        (DRAND, {"randomness": RANDOMNESS.upper()}, "64 hexadecimal digits"),
        (DRAND, {"signature": SIGNATURE[:-2] + "00"}, "not the signature of drand for the announced round"),
        (DrandRound(QUICKNET.hash, 1001), {"signature": SIGNATURE}, "not the signature of drand"),
        (DRAND, {"signature": SIGNATURE, "randomness": "00" * 32}, "does not belong to the signature"),
        (DRAND, {"signature": "?"}, "hexadecimal"),
        (DICE, {}, "numbers with spaces"),
        (DICE, {"throws": "one two"}, "numbers with spaces"),
        (DICE, {"throws": "１ ２"}, "numbers with spaces"),
        (DICE, {"throws": "-1 " * 25}, "numbers with spaces"),
        (DICE, {"throws": "1 " * 24}, "24 throws were written down, but 25 were announced"),
        (DICE, {"throws": "1 " * 26}, "26 throws"),
        (DICE, {"throws": "1 2 7" + " 1" * 22}, "Throw 3 is 7, but these dice have 6 sides"),
        (DICE, {"throws": "0" + " 1" * 24}, "Throw 1 is 0"),
        (WITNESSES[0], {"secret": "00" * 32}, "secret of de griffier does not fit"),
        (WITNESSES[0], {"secret": "1a"}, "not a secret of 64"),
        (WITNESSES[0], {}, "not a secret of 64"),
    ],
)
def test_a_wrong_value_is_refused(part: Part, value: dict[str, str], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        part.revealed(value)
    assert sentence in str(refused.value)


@given(
    throws=st.lists(st.integers(1, 6), min_size=25, max_size=25),
    between=st.sampled_from([" ", ", ", ";", ",  ", " ; "]),
)
def test_dice_are_read_however_they_were_written_down(throws: list[int], between: str) -> None:
    revealed = DICE.revealed({"throws": f" {between.join(map(str, throws))} "})
    assert revealed.text == " ".join(map(str, throws))


@pytest.mark.parametrize(("throws", "sides"), [(24, 6), (63, 2), (19, 10), (1, 1), (0, 6)])
def test_dice_with_so_few_outcomes_that_they_can_be_tried_out_are_refused(throws: int, sides: int) -> None:
    with pytest.raises(InvalidInput, match="Take 25 throws"):
        Dice(where="here", at=KNOWN_AT, throws=throws, reading="left to right", sides=sides)


def test_what_is_not_said_exactly_is_refused() -> None:
    with pytest.raises(InvalidInput, match="where the dice are thrown"):
        Dice(where=" ", at=KNOWN_AT, throws=25, reading="left to right")
    with pytest.raises(InvalidInput, match="in which order"):
        Dice(where="here", at=KNOWN_AT, throws=25, reading="")
    with pytest.raises(InvalidInput, match="counted from 1"):
        DrandRound(QUICKNET.hash, 0)
    with pytest.raises(InvalidInput, match="not of our time"):
        DrandRound(QUICKNET.hash, 2**32)
    with pytest.raises(InvalidInput, match="who keeps the secret"):
        WitnessSecret(CommittedSecret(" ", commitment_of("1a" * 32)))


@pytest.mark.parametrize(
    ("parts", "until", "sentence"),
    [
        ((), LATER, "at least one part"),
        ((DRAND,), KNOWN_AT, "before the moment it is waited for"),
        ((DRAND, DICE), DICE.at, "before the moment it is waited for"),
        (WITNESSES[:1], LATER, "One witness alone"),
        ((WITNESSES[0], WITNESSES[0], DRAND), LATER, "secret of their own"),
        (
            (WITNESSES[0], WitnessSecret(CommittedSecret("another", WITNESSES[0].secret.commitment))),
            LATER,
            "secret of their own",
        ),
    ],
)
def test_a_source_that_is_not_fair_is_refused(
    parts: tuple[Part, ...], until: datetime, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        Source(parts, until)


@pytest.mark.parametrize("part", [DRAND, DICE, LATER_DICE, *WITNESSES])
def test_a_part_is_read_back_as_it_was_published(part: Part) -> None:
    assert part_from_json(part.to_json()) == part


def test_a_moment_is_written_in_utc() -> None:
    summer = datetime.fromisoformat("2026-07-01T20:00:00+02:00")
    assert written(summer) == "2026-07-01T18:00:00Z"
    assert read_moment("2026-07-01T18:00:00Z") == summer.astimezone(UTC)
    with pytest.raises(InvalidInput, match="A moment is written as"):
        read_moment("1 juli")
    with pytest.raises(InvalidInput, match="kind of source"):
        part_from_json({"kind": "weather"})


def test_throws_of_the_builder_are_valid() -> None:
    assert DICE.revealed({"throws": THROWS}).text == THROWS
