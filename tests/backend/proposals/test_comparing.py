"""What changed between two texts, as a reader would mark it with a pen."""

from __future__ import annotations

import random
import sys
from types import FrameType

import pytest

from backend.proposals.comparing import MOST_STEPS, compare

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


def alternating(separator: str) -> tuple[str, str]:
    every = range(5_000)
    return separator.join("ab"[n % 2] for n in every), separator.join("ab"[n // 2 % 2] for n in every)


def steps_to_compare(old: str, new: str) -> int:
    """How often Python called one of its own functions, which the search does at every step."""
    compare.cache_clear()
    calls = 0

    def count(frame: FrameType, event: str, called: object) -> None:
        nonlocal calls
        calls += event == "c_call"

    sys.setprofile(count)
    try:
        compare(old, new)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    ("old", "new"),
    [
        alternating(" "),
        alternating("\n"),
        alternating(""),
        # Few enough to look through once, but with something to look for again at every place.
        ("!" + "." * 545 + "?", ".?" * 272),
        ("\n".join("!" + "." * 100 + "?" for _ in range(90)), "\n".join(".?" * 50 for _ in range(90))),
    ],
    ids=["words", "lines", "letters", "splits", "lines of splits"],
)
def test_texts_made_to_be_hard_are_compared_in_few_steps(old: str, new: str) -> None:
    assert steps_to_compare(old, new) < 2 * MOST_STEPS


def test_a_long_text_that_was_changed_in_places_is_still_marked_word_by_word() -> None:
    words = [f"woord{number % 97}" for number in range(240)]
    changed = [*words]
    for place in range(5, 240, 30):
        changed[place] = "anders"
    (paragraph,) = compare(" ".join(words), " ".join(changed))
    assert [piece.text for piece in paragraph if piece.kind == "added"] == ["anders"] * 8


def test_versions_that_were_compared_are_not_compared_again() -> None:
    compare.cache_clear()
    assert compare("Een bankje.", "Een boom.") is compare("Een bankje.", "Een boom.")
