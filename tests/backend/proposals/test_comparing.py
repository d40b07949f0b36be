"""What changed between two texts, as a reader would mark it with a pen."""

from __future__ import annotations

import random
import time

import pytest

from backend.proposals.comparing import compare

MARKS = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}


def marked(old: str, new: str) -> list[str]:
    """Each paragraph with what was taken out and what came in between brackets."""
    return ["".join(MARKS[piece.kind].format(piece.text) for piece in pieces) for pieces in compare(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", []),
        ("Een bankje.", "Een bankje.", ["Een bankje."]),
        ("Een bankje.", "Een groot bankje.", ["Een [+groot +]bankje."]),
        ("Om de honderd meter.", "Om de vijftig meter.", ["Om de [-honderd-][+vijftig+] meter."]),
        ("Een bankje met leuning.", "Een bankje.", ["Een bankje[- met leuning-]."]),
        ("", "Nieuw.", ["[+Nieuw.+]"]),
        ("Weg.", "", ["[-Weg.-]"]),
        ("A.\n\nB.", "A.\n\nTussen.\n\nB.", ["A.", "[+Tussen.+]", "B."]),
        ("A.\r\n\r\nB.", "A.\n\nB.", ["A.", "B."]),
        ("A.\nWeg.\nB.", "A.\nB.", ["A.", "[-Weg.-]", "B."]),
        ("Café 🌳.", "Café 🌳🌳.", ["Café 🌳[+🌳+]."]),
    ],
)
def test_what_was_taken_out_and_what_came_in_is_marked(old: str, new: str, shown: list[str]) -> None:
    assert marked(old, new) == shown


def test_both_texts_can_be_read_back_from_it() -> None:
    chance = random.Random(7)
    words = ["een", "bankje", "langs", "de", "kade", ".", ","]
    for _ in range(50):
        old, new = (" ".join(chance.choices(words, k=chance.randint(0, 60))) for _ in range(2))
        pieces = [piece for paragraph in compare(old, new) for piece in paragraph]
        assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
        assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


@pytest.mark.parametrize("separator", [" ", "\n", ""])
def test_texts_made_to_be_hard_are_compared_in_a_short_time(separator: str) -> None:
    old = separator.join("ab"[number % 2] for number in range(5_000))
    new = separator.join("ab"[number // 2 % 2] for number in range(5_000))
    begun = time.process_time()
    assert compare(old, new)
    assert time.process_time() - begun < 2
