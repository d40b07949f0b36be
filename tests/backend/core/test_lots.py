"""The lot: fair, the same for everyone who recomputes it, and not to be steered afterwards."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from backend.core.lots.commitments import (
    CommittedSecret,
    Manifest,
    PublicSource,
    commitment_of,
    fingerprint_of_list,
    new_secret,
)
from backend.core.lots.drawing import Lot, draw, draw_order, number_below, published

REPOSITORY = Path(__file__).parents[3]
SECRET = "00" * 31 + "01"
COMMITMENT = "ec4916dd28fc4c10d78e287ca5d9cc51ee1ae73cbfde08c6b37324cbfaac8bc5"
NAMES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), unique=True, min_size=1)
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)


def seed(number: int) -> str:
    return sha256(b"fixed seed %d" % number).hexdigest()


def council_manifest(items: list[str] | None = None) -> Manifest:
    return Manifest(
        purpose="Een plek in de raad",
        sources=(CommittedSecret("platform", COMMITMENT), PublicSource("drand quicknet", "round 12345678")),
        list_fingerprint=fingerprint_of_list(items) if items else None,
    )


def test_known_answers_that_another_program_must_find_too() -> None:
    assert commitment_of(SECRET) == COMMITMENT  # 32 bytes through `xxd -r -p | sha256sum`
    assert fingerprint_of_list(["c", "a", "b"]) == sha256(b"1:a1:b1:c").hexdigest()
    assert fingerprint_of_list(["é"]) == sha256("2:é".encode()).hexdigest()
    drawn = Lot(COMMITMENT, SECRET).order(["c", "a", "b", "é", "wijk 9", "wijk 10"])
    assert drawn.list_fingerprint == "96e72d1a8ed9d61a4a659861b8122cdb20628c21f9e9da5cf61637dd26498be3"
    assert drawn.seed == "79ddf086009a7f527c025f6031ecec95628cd0ab79cb998c6c10f2d0a1359a1b"
    assert drawn.order == ("wijk 9", "c", "é", "wijk 10", "a", "b")
    twenty = draw_order("ab" * 32, [f"{number:02}" for number in range(20)])
    assert " ".join(twenty) == "06 14 02 10 18 03 19 08 07 01 16 09 17 05 04 00 13 15 11 12"


def test_known_answer_of_an_announced_lot() -> None:
    drawn = draw(council_manifest(["a", "b", "c"]), revealed=[SECRET, "ab" * 32], items=["c", "b", "a"])
    assert council_manifest(["a", "b", "c"]).fingerprint() == (
        "41972361a1d1f75683a20c7b49f40ada722897a5ab4e1b43d0f41dd07415bc51"
    )
    assert drawn.seed == "0113d846268201e466e7b6bad3070196a83d56951cdab724b62cbba37c17d05a"


@given(names=NAMES, chance=SEEDS)
def test_everyone_is_drawn_once(names: list[str], chance: str) -> None:
    assert Counter(draw_order(chance, names)) == Counter(names)


@given(names=NAMES, data=st.data())
def test_the_order_of_the_list_makes_no_difference(names: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(names))
    assert Lot(COMMITMENT, SECRET).order(shuffled) == Lot(COMMITMENT, SECRET).order(names)


@given(names=st.lists(st.text("ab:12", max_size=4), unique=True, min_size=1), other=NAMES)
def test_two_lists_never_share_a_fingerprint(names: list[str], other: list[str]) -> None:
    same = sorted(names) == sorted(other)
    assert (fingerprint_of_list(names) == fingerprint_of_list(other)) is same
    assert fingerprint_of_list(["1", "2"]) != fingerprint_of_list(["1:2"])


def test_every_order_of_four_is_equally_likely() -> None:
    draws = 24_000
    seen = Counter("".join(draw_order(seed(number), list("abcd"))) for number in range(draws))
    assert len(seen) == math.factorial(4)
    expected = draws / 24
    chi_square = sum((seen["".join(order)] - expected) ** 2 / expected for order in permutations("abcd"))
    # 23 degrees of freedom: a fair draw stays below 49.7 in 999 of 1,000 cases. The seeds are fixed.
    assert chi_square < 49.7


def test_every_name_is_as_likely_at_every_place_of_a_longer_list() -> None:
    names = [f"{number:02}" for number in range(11)]
    draws = 5_500
    seen = Counter(
        (place, name) for number in range(draws) for place, name in enumerate(draw_order(seed(number), names))
    )
    expected = draws / len(names)
    chi_square = sum((seen[place, name] - expected) ** 2 / expected for place in range(11) for name in names)
    # 10 x 10 degrees of freedom: below 149.4 in 999 of 1,000 cases.
    assert chi_square < 149.4


def test_a_number_that_would_favour_someone_is_thrown_away() -> None:
    assert 2**64 % 3 == 1
    assert number_below(3, iter([2**64 - 1, 5])) == 2
    assert number_below(3, iter([2**64 - 2, 5])) == (2**64 - 2) % 3
    assert number_below(4, iter([2**64 - 1, 5])) == 3  # four divides evenly: nothing to throw away


@pytest.mark.parametrize("hash_seed", ["0", "1", "2", "random"])
def test_the_same_on_every_computer(hash_seed: str) -> None:
    code = (
        "from backend.core.lots.drawing import Lot\n"
        "items = list({'c', 'a', 'b', 'd', 'e', 'f', 'g'})\n"  # in the order of the hashes of this run
        f"print(*Lot('{COMMITMENT}', '{SECRET}').order(items).order)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert tuple(run.stdout.split()) == Lot(COMMITMENT, SECRET).order("abcdefg").order


def test_secrets_are_long_fresh_and_hexadecimal() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(len(bytes.fromhex(secret)) == 32 for secret in secrets)


def test_another_secret_than_promised_is_refused() -> None:
    with pytest.raises(InvalidInput, match="does not fit the commitment"):
        Lot(COMMITMENT, "00" * 32)
    with pytest.raises(InvalidInput, match="does not fit the commitment"):
        draw(council_manifest(), revealed=["00" * 32, "12"], items=["a", "b"])


@pytest.mark.parametrize("secret", ["", "01", "g" * 64, "AB" * 32, "00" * 32 + "\n", "é" * 64])
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(InvalidInput, match="64 hexadecimal digits"):
        Lot(COMMITMENT, secret)


@pytest.mark.parametrize("commitment", ["", "é", COMMITMENT.upper()])
def test_what_is_no_commitment_is_refused(commitment: str) -> None:
    with pytest.raises(InvalidInput):
        Lot(commitment, SECRET)
    with pytest.raises(InvalidInput):
        CommittedSecret("platform", commitment)


@pytest.mark.parametrize(
    ("items", "reason"),
    [([], "at least one name"), (["a", "b", "a"], "twice"), (["a", "\ud800"], "UTF-8")],
)
def test_lists_that_cannot_be_drawn_from_fairly_are_refused(items: list[str], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        Lot(COMMITMENT, SECRET).order(items)


def test_a_list_other_than_the_announced_one_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not the list that was announced"):
        draw(council_manifest(["a", "b"]), revealed=[SECRET, "12"], items=["a", "b", "c"])


@pytest.mark.parametrize(
    "revealed", [[SECRET], [SECRET, "12", "13"], ["12", SECRET], [SECRET, " 12"], [SECRET, ""]]
)
def test_values_that_do_not_fit_the_sources_are_refused(revealed: list[str]) -> None:
    with pytest.raises(InvalidInput):
        draw(council_manifest(), revealed=revealed, items=["a", "b"])


@pytest.mark.parametrize(
    "announcement",
    [
        {"purpose": " "},
        {"sources": ()},
        {"algorithm": "meebeslissen-lot/2"},
        {"list_fingerprint": "abc"},
    ],
)
def test_an_announcement_that_leaves_something_open_is_refused(announcement: dict[str, object]) -> None:
    whole: dict[str, object] = {"purpose": "A seat", "sources": (CommittedSecret("platform", COMMITMENT),)}
    with pytest.raises(InvalidInput):
        Manifest(**{**whole, **announcement})  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        PublicSource("drand", "")


def test_every_word_of_the_announcement_and_every_value_moves_the_outcome() -> None:
    items = [f"{number:02}" for number in range(30)]
    manifest = council_manifest(items)
    orders = {
        draw(manifest, revealed=[SECRET, "12"], items=items).order,
        draw(manifest, revealed=[SECRET, "13"], items=items).order,
        draw(council_manifest(), revealed=[SECRET, "12"], items=items).order,
        draw(council_manifest(), revealed=[SECRET, "12"], items=items[:-1]).order,
        Lot(COMMITMENT, SECRET).order(items).order,
    }
    assert len(orders) == 5


def test_the_published_file_holds_all_that_is_needed() -> None:
    manifest = council_manifest()
    drawn = draw(manifest, revealed=[SECRET, "12"], items=["b", "a"])
    file = published(manifest, revealed=[SECRET, "12"], drawn=drawn)
    assert file["items"] == ["a", "b"]
    assert file["manifest"] == {
        "algorithm": "meebeslissen-lot/1",
        "purpose": "Een plek in de raad",
        "list_fingerprint": None,
        "sources": [
            {"kind": "secret", "holder": "platform", "commitment": COMMITMENT},
            {"kind": "public", "name": "drand quicknet", "reference": "round 12345678"},
        ],
    }
    assert {"format", "manifest_fingerprint", "list_fingerprint", "revealed", "seed", "order"} < file.keys()
