"""The tree of hashes: the one everybody knows, and a path proves its own line and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from panels.lotteries.ceremony.merkle import Tree, root_of_path
from panels.lotteries.ceremony.verify_draw import root_by_path, root_of

# The test vectors of certificate transparency (RFC 6962), known to every implementation of it.
CONTENTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LISTS = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)


@pytest.mark.parametrize("size", ROOTS)
def test_it_is_the_tree_of_certificate_transparency(size: int) -> None:
    assert Tree(CONTENTS[:size]).root == ROOTS[size]


@given(contents=LISTS)
def test_every_line_is_proved_at_its_own_place_and_at_no_other(contents: list[bytes]) -> None:
    tree, size = Tree(contents), len(contents)
    for place, content in enumerate(contents):
        path = tree.path(place)
        assert len(path) <= (size - 1).bit_length()
        assert root_of_path(content, place=place, size=size, path=path) == tree.root
        for other in range(size):
            if other != place:
                assert root_of_path(content, place=other, size=size, path=path) != tree.root
        assert root_of_path(content[::-1] + b"x", place=place, size=size, path=path) != tree.root
        assert root_of_path(content, place=place, size=size, path=[*path, "00" * 32]) is None
        assert root_of_path(content, place=size, size=size, path=path) is None
        if path:
            assert root_of_path(content, place=place, size=size, path=path[:-1]) is None


@given(contents=LISTS, place=st.integers(0, 45))
def test_the_two_programs_agree(contents: list[bytes], place: int) -> None:
    tree, size = Tree(contents), len(contents)
    assert root_of([content.hex() for content in contents]) == tree.root
    path = tree.path(min(place, size - 1))
    ours = root_of_path(contents[0], place=place, size=size, path=path)
    assert root_by_path(contents[0], place, size, path) == (ours or "")


def test_a_node_cannot_be_shown_as_a_line() -> None:
    tree = Tree(CONTENTS[:4])
    left, right = tree.path(0)[0], tree.path(1)[0]
    assert Tree([bytes.fromhex(right + left), CONTENTS[2]]).root != tree.root
    assert root_of_path(bytes.fromhex(right + left), place=0, size=2, path=[tree.path(0)[1]]) != tree.root


def test_an_empty_list_and_a_place_outside_are_refused() -> None:
    with pytest.raises(InvalidInput, match="empty"):
        Tree([])
    with pytest.raises(InvalidInput, match="not in the list"):
        Tree(CONTENTS).path(8)
