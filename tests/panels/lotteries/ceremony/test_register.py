"""The fingerprint of a register: it fixes every row, and says nothing about any."""

from __future__ import annotations

import hashlib
import hmac
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from panels.lotteries.ceremony.merkle import root_of_path
from panels.lotteries.ceremony.register import (
    FrozenRegister,
    canonical_row,
    new_salt,
    seal_row,
)
from tests.builders.ceremonies import row, salt, sealed_row

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ROWS = st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=4)


def test_a_known_answer_that_another_program_must_find_too() -> None:
    person = {"naam": "Zoë", "geboren": "1970-01-31"}
    assert canonical_row(person) == "7:geboren10:1970-01-314:naam4:Zoë".encode()
    key = bytes.fromhex("0f" * 16)
    sealed = seal_row(person, "0f" * 16)
    assert sealed.seal == hmac.new(key, canonical_row(person), hashlib.sha256).hexdigest()
    assert sealed.ticket_key == hmac.new(key, b"10:ticket key", hashlib.sha256).hexdigest()
    key_hash = hashlib.sha256(bytes.fromhex(sealed.ticket_key)).hexdigest()
    joined = f"64:{sealed.seal}64:{key_hash}".encode()
    assert sealed.commitment == hashlib.sha256(joined).hexdigest()


@given(one=ROWS, other=ROWS)
def test_two_rows_have_one_commitment_only_when_they_are_the_same(
    one: dict[str, str], other: dict[str, str]
) -> None:
    same = seal_row(one, "0f" * 16).commitment == seal_row(other, "0f" * 16).commitment
    assert same == (one == other)


def test_two_people_with_the_same_data_cannot_be_told_to_be_alike() -> None:
    salts = {new_salt() for _ in range(100)}
    assert len(salts) == 100
    assert len({seal_row(row(1), each).commitment for each in salts}) == 100


@given(size=st.integers(1, 40), seed=st.integers())
def test_whatever_order_the_rows_come_in_everybody_can_show_their_own(size: int, seed: int) -> None:
    commitments = [sealed_row(number).commitment for number in range(size)]
    register = FrozenRegister(commitments)
    assert FrozenRegister(Random(seed).sample(commitments, size)).root == register.root
    places = set()
    for commitment in commitments:
        found = register.inclusion_of(commitment)
        places.add(found.place)
        assert register.commitment_at(found.place) == commitment
        content = bytes.fromhex(commitment)
        assert root_of_path(content, place=found.place, size=size, path=found.path) == register.root
    assert places == set(range(size))


def test_one_row_more_less_or_changed_makes_another_fingerprint() -> None:
    commitments = [sealed_row(number).commitment for number in range(20)]
    roots = {FrozenRegister(commitments).root, FrozenRegister(commitments[:-1]).root}
    roots.add(FrozenRegister([*commitments, sealed_row(20).commitment]).root)
    roots.add(FrozenRegister([*commitments[:-1], seal_row({**row(19), "x": ""}, salt(19)).commitment]).root)
    assert len(roots) == 4


@pytest.mark.parametrize(
    ("commitments", "sentence"),
    [
        ([], "empty"),
        (["ab" * 32, "ab" * 32], "twice"),
        (["ab" * 31], "64 hexadecimal digits"),
        (["AB" * 32], "64 hexadecimal digits"),
    ],
)
def test_a_register_that_cannot_be_is_refused(commitments: list[str], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        FrozenRegister(commitments)


def test_a_wrong_salt_an_empty_row_and_a_stranger_are_refused() -> None:
    register = FrozenRegister([sealed_row(1).commitment])
    with pytest.raises(InvalidInput, match="32 hexadecimal digits"):
        seal_row(row(1), "0f" * 15)
    with pytest.raises(InvalidInput, match="empty"):
        seal_row({}, salt(1))
    for stranger in (sealed_row(2).commitment, "", "zz"):
        with pytest.raises(InvalidInput, match="not in the register"):
            register.inclusion_of(stranger)
    with pytest.raises(InvalidInput, match="not in the register"):
        register.commitment_at(1)
