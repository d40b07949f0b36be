"""The bytes of a protocol and the hash over them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.proposals import verify_protocol
from backend.proposals.protocol_format import FORMAT, canonical, hash_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3),
    max_leaves=8,
)


def test_there_is_one_way_to_write_a_body() -> None:
    body = {"title": "Meer bomen – é", "votes": 3, "tie": None, "a": {"z": [1, 2], "b": True}}
    written = '{"a":{"b":true,"z":[1,2]},"tie":null,"title":"Meer bomen – é","votes":3}'
    assert canonical(body) == written.encode()
    assert canonical(dict(reversed(body.items()))) == written.encode()


def test_the_hash_covers_everything_but_itself() -> None:
    body = {"format": FORMAT, "round": 1}
    expected = hashlib.sha256(b'{"format":"meebeslissen-protocol/1","round":1}').hexdigest()
    assert hash_of(body) == expected
    assert hash_of({**body, "hash": "anything"}) == expected
    assert hash_of({**body, "round": 2}) != expected
    assert hash_of({**body, "previous_hash": ""}) != expected


@given(body=st.dictionaries(TEXTS, PLAIN, max_size=4))
def test_the_stand_alone_program_finds_the_same_hash(body: dict[str, Any]) -> None:
    assert verify_protocol.hash_of(body) == hash_of(body)


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), {1: "number as a name"}, {"deep": [0.5]}, b"bytes", "half a character \ud800"],
)
def test_what_has_no_one_way_to_be_written_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"cannot hold|is a text|surrogates"):
        canonical({"value": value})


def test_both_programs_speak_of_the_same_format() -> None:
    assert verify_protocol.FORMAT == FORMAT
