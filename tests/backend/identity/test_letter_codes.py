"""Codes on letters: hard to guess, easy to type."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from backend.identity.letter_codes import (
    ALPHABET,
    LENGTH,
    LONGEST_TYPED,
    code_digest,
    new_code,
    normal_code,
    shown_code,
)


def test_a_code_has_forty_bits() -> None:
    assert LENGTH * math.log2(len(set(ALPHABET))) == 40
    assert set("ILOU").isdisjoint(ALPHABET)


def test_every_sign_comes_up_about_as_often() -> None:
    counts = Counter("".join(new_code() for _ in range(4_000)))
    assert set(counts) == set(ALPHABET)
    assert max(counts.values()) < 1.35 * min(counts.values())


@pytest.mark.parametrize(
    "typed",
    [
        "AB01-1XYZ",
        "ab01-1xyz",
        "  ab01 1xyz ",
        "ABOI-LXYZ",
        "aboil xyz",
        "AB01–1XYZ",
        "A-B-0-1-1-X-Y-Z",
        "ＡＢ０１１ＸＹＺ",
        "AB01\u00a01XYZ",
    ],
)
def test_however_it_is_typed(typed: str) -> None:
    assert normal_code(typed) == "AB011XYZ"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "AB01",
        "AB01-1XY",
        "AB01-1XYZA",
        "AB01-1XYU",
        "AB01_1XYZ",
        "🌳" * 8,
        "A" * (LONGEST_TYPED + 1),
        "\0",
    ],
)
def test_what_cannot_be_a_code(typed: str) -> None:
    assert normal_code(typed) is None


def test_what_is_shown_can_be_typed() -> None:
    code = new_code()
    assert normal_code(shown_code(code)) == code
    assert len(shown_code(code)) == 9


def test_a_code_of_one_municipality_is_another_at_the_next() -> None:
    digests = {
        code_digest("AB011XYZ", key=key, municipality_id=municipality)
        for key in "kl"
        for municipality in (1, 2)
    }
    assert len(digests) == 4
    assert "AB011XYZ" not in "".join(digests)
