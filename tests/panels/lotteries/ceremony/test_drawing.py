"""The draw: it follows from announcement and source alone, and outcomes are as likely as was said."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from panels.lotteries.ceremony import verify_draw
from panels.lotteries.ceremony.drawing import (
    draw_panel,
    draw_places,
    first_places,
    panel_number,
    seed_of,
    settle,
    step_seed,
    ticket_order,
)
from panels.lotteries.ceremony.sealing import SealedPanels
from tests.builders.ceremonies import (
    AFTERWARDS,
    DICE,
    DICE_VALUES,
    DRAND_VALUES,
    KNOWN_AT,
    RANDOMNESS,
    SECRET,
    THROWS,
    WITNESS_VALUES,
    panel_ceremony,
    sealed_row,
    simple_ceremony,
)

REPOSITORY = Path(__file__).parents[4]
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def seed(number: int) -> str:
    return sha256(b"fixed seed %d" % number).hexdigest()


def chi_square(seen: Counter[Any], expected: dict[Any, float]) -> float:
    assert set(seen) <= set(expected)
    return sum((seen[each] - often) ** 2 / often for each, often in expected.items())


def test_known_answers_that_another_program_must_find_too() -> None:
    texts = ["meebeslissen-panel/1", "seed", "ab" * 32, "1", "1 2 3"]
    joined = "".join(f"{len(text)}:{text}" for text in texts).encode()
    assert seed_of("ab" * 32, 1, ["1 2 3"]) == sha256(joined).hexdigest()
    joined = b"20:meebeslissen-panel/15:group2:1264:" + b"cd" * 32
    assert step_seed("cd" * 32, "group", 12) == sha256(joined).hexdigest()
    # By hand: the stream of this seed begins with the numbers that follow.
    block = sha256(bytes.fromhex("ab" * 32) + bytes(8)).digest()
    first, second = int.from_bytes(block[:8], "big"), int.from_bytes(block[8:16], "big")
    one = first % 10
    left = list(range(10))
    left[0], left[one] = left[one], left[0]
    assert first_places("ab" * 32, 2, 10) == [one, left[1 + second % 9]]


# --- Every outcome as likely as was said --------------------------------------------------------------------


def test_every_panel_is_drawn_as_often_as_its_weight_says() -> None:
    weights = [1] * 90 + [2, 3, 5]
    draws, total = 40_000, sum(weights)
    seen = Counter(panel_number(seed(number), weights) for number in range(draws))
    expected = {number: draws * weight / total for number, weight in enumerate(weights)}
    assert chi_square(seen, expected) < 147  # 92 degrees of freedom: one in five thousand is above


def test_every_order_of_the_first_is_as_likely() -> None:
    draws = 24_000
    seen = Counter(tuple(first_places(seed(number), 3, 5)) for number in range(draws))
    expected = dict.fromkeys(permutations(range(5), 3), draws / 60)
    assert chi_square(seen, expected) < 104  # 59 degrees of freedom: one in four thousand is above


def test_the_steps_do_not_tell_about_each_other() -> None:
    draws = 20_000
    seen = Counter(
        (panel_number(seed(number), [1] * 4), ticket_order(seed(number), 0, list("abcd"))[0])
        for number in range(draws)
    )
    expected = {(panel, ticket): draws / 16 for panel in range(4) for ticket in "abcd"}
    assert chi_square(seen, expected) < 44  # 15 degrees of freedom: one in ten thousand is above


def test_everybody_in_the_register_is_drawn_as_often() -> None:
    """Over many announcements, as a whole: other salts, so other places."""
    ceremony, draws = simple_ceremony(rows=20, number=4, reserves=0), 5_000
    seen: Counter[int] = Counter()
    for number in range(draws):
        seen.update(first_places(step_seed(seed(number), "simple"), 4, ceremony.register.rows))
    expected = dict.fromkeys(range(20), draws * 4 / 20)
    assert chi_square(seen, expected) < 50  # drawn without putting back: below 19 degrees of freedom


@given(seed=SEEDS, size=st.integers(1, 60), data=st.data())
def test_nobody_is_drawn_twice_and_a_longer_draw_begins_the_same(
    seed: str, size: int, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, size))
    places = first_places(seed, size, size)
    assert sorted(places) == list(range(size))
    assert first_places(seed, number, size) == places[:number]


@given(seed=SEEDS, size=st.integers(1, 60), weights=st.lists(st.integers(1, 9), min_size=1))
def test_the_two_programs_agree(seed: str, size: int, weights: list[int]) -> None:
    assert verify_draw.first_places(seed, size, size) == first_places(seed, size, size)
    numbers = verify_draw.stream(step_seed(seed, "panel"))
    left, number = verify_draw.number_below(sum(weights), numbers), 0
    while left >= weights[number]:
        left, number = left - weights[number], number + 1
    assert panel_number(seed, weights) == number


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["0", "1", "2", "random"])
def test_the_same_on_every_machine(hash_seed: str) -> None:
    program = (
        "import django; django.setup()\n"
        "from tests.builders.ceremonies import panel_ceremony, simple_ceremony\n"
        "import hashlib, json\n"
        "for each in (panel_ceremony(), simple_ceremony()):\n"
        "    texts = [each.manifest.fingerprint(), json.dumps(each.drawn()), json.dumps(each.letter(7))]\n"
        "    print(hashlib.sha256(''.join(texts).encode()).hexdigest())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": hash_seed, "DJANGO_SETTINGS_MODULE": "backend.config.settings.test"},
    )
    assert run.stdout.split() == [
        "ea91286b4c0ef017b81a0631895137c1b56439cb2cba1e4efef55e38ff5099bf",
        "e0af5b85a79a95f37699f389b70b44bc3a8bc895970b1780e3e1a9199b5be7ec",
    ]


# --- Which source holds -------------------------------------------------------------------------------------


def test_the_first_source_that_came_holds_also_when_others_came_as_well() -> None:
    manifest = simple_ceremony().manifest
    chance = settle(manifest, values=[DRAND_VALUES, DICE_VALUES, WITNESS_VALUES], now=AFTERWARDS)
    assert (chance.source, chance.missing_since) == (0, ())
    assert chance.seed == seed_of(manifest.fingerprint(), 0, [RANDOMNESS])


def test_when_a_source_never_comes_the_next_holds_and_it_is_said_until_when_was_waited() -> None:
    manifest = simple_ceremony().manifest
    chance = settle(manifest, values=[None, DICE_VALUES, None], now=AFTERWARDS)
    assert chance.seed == seed_of(manifest.fingerprint(), 1, [THROWS])
    chance = settle(manifest, values=[None, None, WITNESS_VALUES], now=AFTERWARDS)
    assert chance.seed == seed_of(manifest.fingerprint(), 2, ["1a" * 32, "2b" * 32, THROWS])
    assert chance.to_json()["waited_until"] == ["2023-08-23T16:59:24Z", "2023-08-23T18:59:24Z"]


def test_nobody_turns_to_the_next_source_before_its_moment() -> None:
    manifest, until = simple_ceremony().manifest, KNOWN_AT + timedelta(hours=1)
    with pytest.raises(InvalidInput, match="can still come"):
        settle(manifest, values=[None, DICE_VALUES, None], now=until - timedelta(seconds=1))
    with pytest.raises(InvalidInput, match="not known yet"):
        settle(manifest, values=[None, DICE_VALUES, None], now=until)
    assert settle(manifest, values=[None, DICE_VALUES, None], now=DICE.at).source == 1


def test_no_source_at_all_draws_nothing() -> None:
    with pytest.raises(InvalidInput, match="Nothing is drawn"):
        settle(simple_ceremony().manifest, values=[None, None, None], now=AFTERWARDS)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([DRAND_VALUES], "every announced source"),
        ([[], None, None], "every part"),
        ([None, None, WITNESS_VALUES[:2]], "every part"),
        ([[{"signature": "00"}], None, None], "not the signature"),
        ([None, [{"throws": "1"}], None], "1 throws were written down"),
        ([None, None, [*WITNESS_VALUES[1::-1], WITNESS_VALUES[2]]], "does not fit its commitment"),
    ],
)
def test_a_wrong_value_draws_nothing_and_is_not_passed_over(values: list[Any], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        settle(simple_ceremony().manifest, values=values, now=AFTERWARDS)


# --- Who is drawn -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("open_seats", [0, 1, 3])
def test_a_panel_is_filled_whole_with_nobody_twice_and_reserves_from_its_groups(open_seats: int) -> None:
    ceremony = panel_ceremony(open_seats=open_seats)
    assert ceremony.sealed is not None
    drawn = draw_panel(ceremony.manifest, ceremony.chance(), ceremony.sealed)
    panel = ceremony.sealed.panels[drawn.panel]
    fixed = {seat.commitment for seat in panel.seats}
    assert len(drawn.members) == len(set(drawn.members)) == 12
    assert fixed <= set(drawn.members) <= set(ceremony.commitments)
    for group in drawn.groups:
        people = set(ceremony.sealed.groups[group.group])
        assert len(group.drawn) == (open_seats if group.group in (0, 1) else 0)
        assert set(group.drawn) <= set(drawn.members) - fixed
        assert set(group.reserves) == people - set(drawn.members)


def test_panels_that_were_not_announced_are_not_drawn_from() -> None:
    ceremony = panel_ceremony()
    assert ceremony.sealed is not None
    panels, groups = ceremony.sealed.panels, [list(group.values()) for group in ceremony.sealed.groups]
    for other in (
        SealedPanels(SECRET, panels[::-1], groups),
        SealedPanels(SECRET, panels[:-1], groups),
        SealedPanels("6f" * 32, panels, groups),
        SealedPanels(SECRET, panels, [*groups, [sealed_row(999)]]),
    ):
        with pytest.raises(InvalidInput, match="not the panels that were announced"):
            draw_panel(ceremony.manifest, ceremony.chance(), other)


def test_one_kind_of_draw_is_not_done_as_the_other() -> None:
    simple, panel = simple_ceremony(), panel_ceremony()
    assert panel.sealed is not None
    with pytest.raises(InvalidInput, match="between panels"):
        draw_places(panel.manifest, panel.chance())
    with pytest.raises(InvalidInput, match="between rows"):
        draw_panel(simple.manifest, simple.chance(), panel.sealed)


def test_the_result_opens_no_other_panel_and_names_nobody() -> None:
    ceremony = panel_ceremony()
    assert ceremony.sealed is not None
    drawn = ceremony.drawn()
    text = str(drawn) + str(ceremony.announced())
    number = drawn["outcome"]["panel"]
    for other in range(len(ceremony.sealed.panels)):
        assert (ceremony.sealed.panel_secret(other) in text) == (other == number)
    assert SECRET not in text
    assert "Inwoner" not in text
    members = {member["commitment"] for member in drawn["outcome"]["members"]}
    assert not any(row in text for row in set(ceremony.commitments) - members)
