"""The announcement: everything is in its fingerprint, and what is not fair cannot be announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest

from backend.core.errors import InvalidInput
from panels.lotteries.ceremony.drand import QUICKNET
from panels.lotteries.ceremony.manifest import (
    AnnouncedPanel,
    Manifest,
    PanelDraw,
    SimpleDraw,
    manifest_from_json,
)
from panels.lotteries.ceremony.sources import DrandRound, Source
from panels.lotteries.ceremony.suppression import Target
from tests.builders.ceremonies import (
    DICE,
    DRAND,
    KNOWN_AT,
    SOURCES,
    WITNESSES,
    Ceremony,
    as_published,
    panel_ceremony,
    simple_ceremony,
)

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module", params=["simple", "panel"])
def ceremony(request: pytest.FixtureRequest) -> Ceremony:
    return simple_ceremony() if request.param == "simple" else panel_ceremony()


def test_it_is_read_back_as_it_was_published(ceremony: Ceremony) -> None:
    again = manifest_from_json(ceremony.announced())
    assert again == ceremony.manifest
    assert again.fingerprint() == ceremony.manifest.fingerprint()


def test_a_known_fingerprint_that_another_program_must_find_too() -> None:
    manifest = Manifest(
        purpose="Café",
        register_rows=9,
        register_root="ab" * 32,
        draw=SimpleDraw(2, 1),
        sources=(Source((DRAND,), KNOWN_AT + HOUR),),
        published_before=KNOWN_AT - HOUR,
    )
    text = (
        '{"algorithm":"meebeslissen-panel/1","draw":{"kind":"simple","number":2,"reserves":1},'
        '"format":"meebeslissen-panel-manifest/1","generation":{"number":1,"previous":null},'
        '"published_before":"2023-08-23T14:59:24Z","purpose":"Café",'
        '"register":{"root":"'
        + "ab" * 32
        + '","rows":9},"sources":[{"parts":[{"chain":"'
        + QUICKNET.hash
        + '",'
        '"kind":"drand","name":"drand quicknet","round":1000}],"until":"2023-08-23T16:59:24Z"}]}'
    )
    assert manifest.fingerprint() == sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"purpose": " "}, "Say what is drawn"),
        ({"register_root": "ab"}, "fingerprint of the register"),
        ({"register_rows": 0}, "fingerprint of the register"),
        ({"sources": ()}, "needs a source"),
        ({"generation": 0}, "has number 1"),
        ({"generation": 2}, "names the one before"),
        ({"previous": "ab" * 32}, "has number 1"),
        ({"generation": 2, "previous": "ab"}, "64 hexadecimal digits"),
        ({"published_before": KNOWN_AT}, "known before the announcement"),
        ({"sources": (Source(WITNESSES, KNOWN_AT - HOUR),)}, "a later moment"),
        ({"sources": (SOURCES[1], SOURCES[0])}, "later moment"),
        ({"sources": (SOURCES[0], Source((DRAND,), KNOWN_AT + 2 * HOUR))}, "while the one before"),
        ({"sources": (Source((DRAND,), DICE.at), SOURCES[1])}, "while the one before"),
        ({"draw": SimpleDraw(48, 3)}, "More people"),
    ],
)
def test_an_announcement_that_is_not_fair_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        replace(simple_ceremony().manifest, **changes)


def test_a_later_making_of_panels_names_the_one_it_replaces() -> None:
    first = simple_ceremony().manifest
    second = replace(first, generation=2, previous=first.fingerprint())
    assert second.to_json()["generation"] == {"number": 2, "previous": first.fingerprint()}
    assert second.fingerprint() != first.fingerprint()


ROOTS = ("ab" * 32, "cd" * 32)
TARGETS = (Target("buurt", "Noord", 5, 6), Target("buurt", "Zuid", 5, 6))
FAIR: dict[str, Any] = {
    "seats": 11,
    "panels": (AnnouncedPanel(ROOTS[0], (5, 6)), AnnouncedPanel(ROOTS[1], (6, 5))),
    "lowest_chance": Fraction(1, 10),
    "highest_chance": Fraction(1, 2),
    "targets": TARGETS,
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seats": 0}, "at least one seat"),
        ({"panels": ()}, "at least one panel"),
        ({"lowest_chance": Fraction(2, 3)}, "A chance lies between"),
        ({"highest_chance": Fraction(3, 2)}, "A chance lies between"),
        ({"targets": (*TARGETS, TARGETS[0])}, "named twice"),
        ({"groups": 3}, "Groups are announced"),
        ({"groups_root": ROOTS[0]}, "Groups are announced"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (5, 6)),) * 2}, "more weight instead"),
        ({"panels": (AnnouncedPanel("ab", (5, 6)),)}, "has a fingerprint"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (5, 6), 0),)}, "weight of at least 1"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (5, 6), 2**63),)}, "too large"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (5,)),)}, "leaves out another"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (5, 6, 1)),)}, "must be left out"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (5, None)),)}, "leaves out another"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (5, 5)),)}, "do not add up"),
        ({"panels": (AnnouncedPanel(ROOTS[0], (4, 7)),)}, "does not meet its targets"),
        ({"small_below": 6}, "must be left out"),
    ],
)
def test_panels_that_are_not_right_cannot_be_announced(changes: dict[str, Any], sentence: str) -> None:
    PanelDraw(**FAIR)
    with pytest.raises(InvalidInput, match=sentence):
        PanelDraw(**{**FAIR, **changes})


@pytest.mark.parametrize(("number", "reserves"), [(0, 0), (1, -1)])
def test_a_simple_draw_of_nobody_is_refused(number: int, reserves: int) -> None:
    with pytest.raises(InvalidInput, match="at least one person"):
        SimpleDraw(number, reserves)


@pytest.mark.parametrize(
    "published",
    [
        {},
        {"draw": []},
        {"purpose": None},
        {"sources": [{"parts": [{"kind": "drand", "chain": QUICKNET.hash, "round": "1"}], "until": "x"}]},
    ],
)
def test_what_is_no_announcement_is_refused(published: dict[str, Any]) -> None:
    whole = published and {**simple_ceremony().announced(), **published}
    with pytest.raises(InvalidInput):
        manifest_from_json(whole)


def test_one_of_another_version_is_refused() -> None:
    for change in ({"algorithm": "meebeslissen-panel/2"}, {"format": "x"}, {"more": 1}):
        with pytest.raises(InvalidInput, match="another version"):
            manifest_from_json({**as_published(simple_ceremony().announced()), **change})


def test_a_chain_is_published_with_its_name() -> None:
    assert DrandRound(QUICKNET.hash, 7).to_json()["name"] == "drand quicknet"
