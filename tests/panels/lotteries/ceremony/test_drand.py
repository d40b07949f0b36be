"""drand: real rounds of both public chains are recognised, and nothing that looks like them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from panels.lotteries.ceremony.drand import (
    CHAINS,
    MAINNET,
    QUICKNET,
    Chain,
    chain_of,
    is_signed,
    randomness_of,
)
from tests.builders.drand_rounds import MAINNET_ROUNDS, QUICKNET_ROUNDS

GROUP_HASHES = {
    QUICKNET.name: "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
    MAINNET.name: "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a",
}


@pytest.mark.parametrize(("chain", "beacon"), [(QUICKNET, b"quicknet"), (MAINNET, b"")])
def test_the_hash_of_a_chain_covers_its_key_its_start_and_its_rhythm(chain: Chain, beacon: bytes) -> None:
    """So nothing in our constants can be mistyped: by the hash all the world names a chain."""
    covered = chain.period.to_bytes(4, "big") + chain.genesis.to_bytes(8, "big")
    covered += bytes.fromhex(chain.public_key) + bytes.fromhex(GROUP_HASHES[chain.name]) + beacon
    assert sha256(covered).hexdigest() == chain.hash
    assert chain_of(chain.hash) is chain is CHAINS[chain.hash]


@pytest.mark.parametrize("number", QUICKNET_ROUNDS)
def test_real_rounds_of_quicknet(number: int) -> None:
    signature, randomness = QUICKNET_ROUNDS[number]
    assert is_signed(QUICKNET, number, signature)
    assert randomness_of(signature) == randomness
    assert not is_signed(QUICKNET, number + 1, signature)
    assert not is_signed(MAINNET, number, signature, MAINNET_ROUNDS[1][1])


@pytest.mark.parametrize("number", MAINNET_ROUNDS)
def test_real_rounds_of_mainnet(number: int) -> None:
    signature, previous, randomness = MAINNET_ROUNDS[number]
    assert is_signed(MAINNET, number, signature, previous)
    assert randomness_of(signature) == randomness
    assert not is_signed(MAINNET, number + 1, signature, previous)
    assert not is_signed(MAINNET, number, signature, previous[:-2] + "00")
    assert not is_signed(QUICKNET, number, signature)


@given(bit=st.integers(0, 48 * 8 - 1))
def test_a_signature_with_one_bit_changed_is_refused(bit: int) -> None:
    raw = bytearray.fromhex(QUICKNET_ROUNDS[1000][0])
    raw[bit // 8] ^= 1 << bit % 8
    assert not is_signed(QUICKNET, 1000, raw.hex())


@pytest.mark.parametrize("signature", ["ff" * 48, "c0" + "00" * 47, "00" * 48, "ab" * 10, "b4" * 96])
def test_no_point_the_point_at_infinity_and_other_ways_to_write_it_are_refused(signature: str) -> None:
    assert not is_signed(QUICKNET, 1000, signature)
    assert not is_signed(MAINNET, 1000, signature * 2, MAINNET_ROUNDS[1][1])


def test_another_key_does_not_fit() -> None:
    stranger = replace(QUICKNET, public_key=QUICKNET.public_key[:-2] + "00")
    assert not is_signed(stranger, 1000, QUICKNET_ROUNDS[1000][0])


@pytest.mark.parametrize("signature", ["", "xy", "ABCD", "abc"])
def test_what_is_no_hexadecimal_is_said_to_be(signature: str) -> None:
    with pytest.raises(InvalidInput, match="hexadecimal digits in lower case"):
        is_signed(QUICKNET, 1000, signature)


@given(
    chain=st.sampled_from([QUICKNET, MAINNET]), seconds=st.integers(0, 10**9), micro=st.integers(0, 999999)
)
def test_the_round_of_a_moment_is_the_first_that_is_not_known_before_it(
    chain: Chain, seconds: int, micro: int
) -> None:
    moment = datetime.fromtimestamp(chain.genesis, UTC) + timedelta(seconds=seconds, microseconds=micro)
    number = chain.round_at(moment)
    assert chain.time_of(number) >= moment > chain.time_of(number - 1)


def test_before_the_chain_began_it_is_the_first_round() -> None:
    assert QUICKNET.round_at(datetime(2020, 1, 1, tzinfo=UTC)) == 1
    assert QUICKNET.time_of(1) == datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)


def test_an_unknown_chain_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not known here"):
        chain_of("ab" * 32)
