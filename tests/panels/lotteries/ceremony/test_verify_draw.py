"""The stand-alone check of a draw, run as a stranger would: one file, no platform, published JSON."""

from __future__ import annotations

import ast
import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.lotteries.ceremony import verify_draw
from panels.lotteries.ceremony.drand import MAINNET
from panels.lotteries.ceremony.register import seal_row
from panels.lotteries.ceremony.sources import DrandRound, Source
from tests.builders.ceremonies import (
    DICE_VALUES,
    DRAND_VALUES,
    RANDOMNESS,
    SOURCES,
    WITNESS_VALUES,
    Ceremony,
    panel_ceremony,
    simple_ceremony,
)
from tests.builders.drand_rounds import MAINNET_ROUNDS

FILES = ("manifest.json", "draw.json", "letter.json")
SIMPLE, PANEL = simple_ceremony(), panel_ceremony()
ALL_VALUES = ([DRAND_VALUES, None, None], [None, DICE_VALUES, None], [None, None, WITNESS_VALUES])


def run_alone(folder: Path, contents: list[bytes], *options: str) -> subprocess.CompletedProcess[str]:
    """In an empty folder, without the site packages and without the path to the project."""
    shutil.copy(verify_draw.__file__, folder / "verify_draw.py")
    for name, content in zip(FILES, contents, strict=False):
        (folder / name).write_bytes(content)
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify_draw.py", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"LC_ALL": "C"},
        check=False,
        timeout=60,
    )


def raw(*contents: object) -> list[bytes]:
    return [json.dumps(content).encode() for content in contents]


def wrong(manifest: Any, draw: Any = None, letter: Any = None) -> list[str]:
    report = verify_draw.check_files(manifest, draw, letter)
    return [finding.sentence for finding in report.findings if not finding.right]


def sentences(manifest: Any, draw: Any = None, letter: Any = None) -> str:
    report = verify_draw.check_files(manifest, draw, letter)
    assert report.right, report.findings
    return verify_draw.in_words(report)


# --- What is right ------------------------------------------------------------------------------------------


def test_a_right_draw_passes_and_says_what_was_not_checked(tmp_path: Path) -> None:
    contents = raw(PANEL.announced(), PANEL.drawn(), PANEL.letter(4))
    run = run_alone(tmp_path, contents, *FILES[:2], "--letter", "letter.json")
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    number = PANEL.drawn()["outcome"]["panel"]
    assert run.stdout.startswith("RIGHT: all that can be checked is right.")
    assert f"Panel {number} of 7 was drawn, and it is exactly what was sealed before the draw." in run.stdout
    assert "In 5 groups the open seats and the order of the reserves were recomputed." in run.stdout
    assert "All 12 members are proved to be in the register of 60 rows." in run.stdout
    assert "Whether the signature of round 1000 of drand quicknet is drand's own" in run.stdout
    assert "Whether the announcement really was public before the draw." in run.stdout


def test_a_simple_draw_passes_too(tmp_path: Path) -> None:
    run = run_alone(tmp_path, raw(SIMPLE.announced(), SIMPLE.drawn()), *FILES[:2], "--json")
    report = json.loads(run.stdout)
    assert run.returncode == 0
    assert report["right"] is True
    assert "All 5 drawn places and 3 reserves were recomputed." in [
        each["sentence"] for each in report["findings"]
    ]


def test_the_announcement_alone_can_be_checked_before_the_draw(tmp_path: Path) -> None:
    contents = raw(PANEL.announced(), None, PANEL.letter(4))
    run = run_alone(tmp_path, contents, "manifest.json", "--letter", "letter.json")
    assert run.returncode == 0, run.stdout
    assert "You are in the register, at place" in run.stdout
    assert "drawn" not in run.stdout.replace("What is drawn", "")


@given(
    rows=st.integers(40, 70),
    panels=st.integers(1, 9),
    groups=st.integers(2, 6),
    open_seats=st.integers(0, 2),
    values=st.sampled_from(ALL_VALUES),
    who=st.integers(0, 39),
)
@settings(max_examples=25)
def test_the_two_programs_agree_on_every_draw(
    rows: int, panels: int, groups: int, open_seats: int, values: Any, who: int
) -> None:
    panel = panel_ceremony(rows=rows, panels=panels, groups=groups, open_seats=open_seats)
    assert wrong(panel.announced(), panel.drawn(values), panel.letter(who)) == []
    simple = simple_ceremony(rows=rows, number=panels, reserves=groups)
    assert wrong(simple.announced(), simple.drawn(values), simple.letter(who)) == []


@pytest.mark.slow
def test_a_thousand_panels_of_four_hundred() -> None:
    large = panel_ceremony(rows=5_000, panels=1_000, seats=400, groups=500, open_seats=2)
    manifest, draw, letter = large.announced(), large.drawn(), large.letter(5)
    assert wrong(manifest, draw, letter) == []
    assert len(json.dumps(manifest)) < 300_000
    assert len(json.dumps(draw)) < 2_000_000
    assert len(json.dumps(letter)) < 200_000


# --- Your own letter ----------------------------------------------------------------------------------------


def test_everybody_reads_from_their_own_letter_whether_they_were_drawn() -> None:
    manifest, draw = PANEL.announced(), PANEL.drawn()
    members = {member["commitment"] for member in draw["outcome"]["members"]}
    for number, commitment in enumerate(PANEL.commitments):
        text = sentences(manifest, draw, PANEL.letter(number))
        assert ("You were drawn: you are a member of the panel." in text) == (commitment in members)
        assert ("of the reserves of your group." in text) == (commitment not in members)


def test_in_a_simple_draw_the_letter_gives_the_number_drawn() -> None:
    manifest, draw = SIMPLE.announced(), SIMPLE.drawn()
    told: dict[str, int] = {}
    for number in range(50):
        letter = SIMPLE.letter(number)
        text = sentences(manifest, draw, letter)
        told[text.split("+ ")[-1].split("\n")[0]] = letter["place"]
    expected = {
        f"You were drawn, as number {at}.": place for at, place in enumerate(draw["outcome"]["drawn"], 1)
    }
    reserves = enumerate(draw["outcome"]["reserves"], 1)
    expected |= {f"You are number {at} of the reserves.": place for at, place in reserves}
    assert told.pop("You were not drawn.") not in expected.values()
    assert told == expected


def test_a_letter_counts_in_how_many_panels_one_was_put() -> None:
    assert PANEL.sealed is not None
    for number in (0, 1, 2):
        own = [
            panel
            for panel in PANEL.sealed.panels
            if PANEL.commitments[number] in [seat.commitment for seat in panel.seats]
        ]
        text = sentences(PANEL.announced(), None, PANEL.letter(number))
        assert f"You had a seat in {len(own)} of 7 panels" in text


def test_a_chance_below_the_announced_lowest_is_found() -> None:
    """Without groups the letter shows the whole chance: less than was announced cannot be hidden."""
    plain = panel_ceremony(groups=1, open_seats=0)
    manifest, letter = plain.announced(), plain.letter(0)
    manifest["draw"]["lowest_chance"] = "1"
    letter["group"] = None
    letter["manifest_fingerprint"] = fingerprint(manifest)
    assert wrong(manifest, None, letter) == ["Your chance was below the lowest that was announced."]


def test_a_letter_of_somebody_else_with_another_row_is_found() -> None:
    letter = {**PANEL.letter(4), "row": PANEL.letter(5)["row"]}
    assert wrong(PANEL.announced(), None, letter) == [
        "The row of the letter is not in the register that was announced."
    ]


def test_who_was_put_in_another_group_than_the_letter_says_finds_out() -> None:
    for group in (None, 4):
        letter = {**PANEL.letter(3), "group": group}
        assert wrong(PANEL.announced(), PANEL.drawn(), letter) == [
            "Your ticket is not in the one group that your letter names."
        ]


# --- What was tampered with ---------------------------------------------------------------------------------


def fingerprint(manifest: Any) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return verify_draw.sha256(text.encode())


def places_in(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every single value of a file stands."""
    if isinstance(content, dict | list):
        for at in content if isinstance(content, dict) else range(len(content)):
            yield from places_in(content[at], (*path, at))
    else:
        yield path


def changed(value: Any) -> Any:
    """Another value that could stand in the same place."""
    if value is None:
        return 3
    if isinstance(value, int):
        return value + 1
    if len(value) == 20 and value.endswith("Z"):
        return value[:17] + ("00Z" if value[17:19] != "00" else "01Z")
    if verify_draw.HEX.match(value):
        return ("0" if value[0] != "0" else "1") + value[1:]
    return value + " 1" if value[:1].isdigit() else value + "x"


def with_change(content: Any, path: tuple[Any, ...], change: Any = changed) -> Any:
    copied = copy.deepcopy(content)
    part = copied
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = change(part[path[-1]])
    return copied


@pytest.mark.parametrize("ceremony", [SIMPLE, PANEL], ids=["simple", "panel"])
@pytest.mark.parametrize("values", ALL_VALUES, ids=["drand", "dice", "witnesses"])
def test_a_change_of_any_value_is_found(ceremony: Ceremony, values: Any) -> None:
    manifest, draw, letter = ceremony.announced(), ceremony.drawn(values), ceremony.letter(3)
    assert wrong(manifest, draw, letter) == []
    for path in places_in(manifest):
        assert wrong(with_change(manifest, path), draw), path
    for path in places_in(draw):
        assert wrong(manifest, with_change(draw, path)), path
    for path in places_in(letter):
        if path[-1] == "entries":
            continue  # it gives the path its shape only, and its neighbours can give the same
        assert wrong(manifest, draw, with_change(letter, path)), path


@pytest.mark.slow
@pytest.mark.parametrize("ceremony", [SIMPLE, PANEL], ids=["simple", "panel"])
def test_a_value_that_is_missing_or_of_another_kind_is_found_and_nothing_breaks(ceremony: Ceremony) -> None:
    files = [ceremony.announced(), ceremony.drawn(), ceremony.letter(3)]
    for which, content in enumerate(files):
        for path in places_in(content):
            for other in (None, -1, 1.5, True, "", "\ud800", [], {}, 2**70):
                if other == content and type(other) is type(content):
                    continue
                tampered = list(files)
                tampered[which] = with_change(content, path, lambda _old, new=other: new)
                if tampered[which] != content:
                    assert wrong(*tampered), (path, other)
        for name in content:
            tampered = list(files)
            tampered[which] = {key: value for key, value in content.items() if key != name}
            assert wrong(*tampered), name
            tampered[which] = {**content, "more": 1}
            assert wrong(*tampered)


def test_another_outcome_with_a_seed_of_its_own_is_found() -> None:
    draw = SIMPLE.drawn()
    draw["seed"] = "ab" * 32
    seed = verify_draw.hash_of(["meebeslissen-panel/1", "simple", draw["seed"]])
    places = verify_draw.first_places(seed, 8, 50)
    draw["outcome"] = {"kind": "simple", "drawn": places[:5], "reserves": places[5:]}
    assert wrong(SIMPLE.announced(), draw) == [
        "The seed does not follow from the announcement and the source of chance."
    ]


def test_the_result_of_another_announcement_is_found() -> None:
    other = simple_ceremony(rows=51)
    assert wrong(SIMPLE.announced(), other.drawn()) == [
        "The draw belongs to another announcement, or it was changed."
    ]


def test_a_panel_that_was_not_drawn_cannot_be_opened_instead() -> None:
    """Somebody with all secrets opens another panel, and sets everything in the file right but the chance."""
    assert PANEL.sealed is not None
    real = PANEL.drawn()
    others = [PANEL.drawn(values) for values in ALL_VALUES]
    other = next(draw for draw in others if draw["outcome"]["panel"] != real["outcome"]["panel"])
    draw = {**real, "outcome": other["outcome"]}
    assert any(
        f"The seed draws panel {real['outcome']['panel']}" in text for text in wrong(PANEL.announced(), draw)
    )


def test_nobody_can_be_given_a_second_ticket_in_a_group() -> None:
    """Somebody with all secrets gives a friend more tickets, and opens the one that is drawn."""
    draw = PANEL.drawn()
    group = next(group for group in draw["outcome"]["groups"] if group["opened"])
    number, friend = group["group"], group["opened"][0]
    second = "ab" * 32
    group["tickets"] = sorted([*group["tickets"], verify_draw.ticket_of(second, number)])
    friend.update(ticket=verify_draw.ticket_of(second, number), key=second)
    with pytest.raises(verify_draw.Wrong, match="an opened ticket does not fit its seal"):
        verify_draw.opened_tickets(number, group)


def test_a_ticket_that_nobody_is_behind_cannot_be_drawn() -> None:
    ceremony = panel_ceremony()
    draw = ceremony.drawn()
    group = next(group for group in draw["outcome"]["groups"] if group["group"] == 0)
    stranger = seal_row({"naam": "Niemand"}, "0f" * 16)
    group["opened"][0] = {
        "ticket": verify_draw.ticket_of(stranger.ticket_key, 0),
        "key": stranger.ticket_key,
        "seal": stranger.seal,
        "commitment": stranger.commitment,
    }
    assert "Group 0: an opened ticket does not fit its seal." in wrong(ceremony.announced(), draw)


def test_a_reserve_cannot_be_put_before_another() -> None:
    draw = PANEL.drawn()
    reserves = draw["outcome"]["groups"][2]["reserves"]
    reserves[0], reserves[1] = reserves[1], reserves[0]
    assert wrong(PANEL.announced(), draw) == [
        "Group 2: the order of the reserves does not follow from the seed."
    ]


def test_the_first_source_cannot_be_passed_over_without_saying_so() -> None:
    draw = PANEL.drawn(ALL_VALUES[1])
    draw["chance"]["waited_until"] = []
    assert "It is not said right until when" in wrong(PANEL.announced(), draw)[0]
    text = sentences(PANEL.announced(), PANEL.drawn(ALL_VALUES[1]))
    assert "Whether source 1 really did not come before 2023-08-23T16:59:24Z." in text


def test_drand_without_a_signature_is_said_to_be_looked_up() -> None:
    drawn = SIMPLE.drawn([[{"randomness": RANDOMNESS}], None, None])
    assert "It came without a signature: look it up." in sentences(SIMPLE.announced(), drawn)


def test_a_round_of_mainnet_with_the_signature_before_it() -> None:
    signature, previous, _ = MAINNET_ROUNDS[1000000]
    known = MAINNET.time_of(1000000)
    source = Source(
        (DrandRound(MAINNET.hash, 1000000),), until=known + (SOURCES[0].until - SOURCES[0].parts[0].known_at)
    )
    ceremony = simple_ceremony(sources=(source,), published_before=known - (known - MAINNET.time_of(1)) / 2)
    values = {"signature": signature, "previous_signature": previous}
    drawn = ceremony.drawn([[values]])
    assert "round 1000000 of drand mainnet" in sentences(ceremony.announced(), drawn)
    del drawn["chance"]["values"][0]["previous_signature"]
    assert wrong(ceremony.announced(), drawn)


def test_numbers_that_no_computer_can_hold_are_refused_at_once() -> None:
    for rows in (2**62, 20_000_001):
        manifest = with_change(SIMPLE.announced(), ("register", "rows"), lambda _old, new=rows: new)
        assert "which cannot be" in wrong(manifest, SIMPLE.drawn())[0]


# --- Files that cannot be read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not well-formed JSON"),
        (b"\xff", "not well-formed JSON"),
        (b"[" * 100_000, "not well-formed JSON"),
        (b'{"a": 1, "a": 2}', "uses a name twice"),
        (b'{"a": NaN}', "NaN, which is not a number"),
        (b"[]", "The file of the announcement holds something else."),
        (b"null", "The file of the announcement holds something else."),
        (b'{"format": "meebeslissen-draw/1"}', 'The format of the announcement is "meebeslissen-draw/1"'),
        (b'{"format": "\\u202e\\u001b[2J"}', 'is "?' + "?[2J"),
    ],
)
def test_a_file_that_is_no_announcement_is_said_to_be(tmp_path: Path, content: bytes, sentence: str) -> None:
    run = run_alone(tmp_path, [content], "manifest.json")
    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout.startswith("NOT RIGHT")
    assert sentence in run.stdout


def test_a_missing_file_and_a_wrong_start(tmp_path: Path) -> None:
    run = run_alone(tmp_path, [], "manifest.json")
    assert run.returncode == 1
    assert 'The file "manifest.json" cannot be opened: No such file or directory.' in run.stdout
    assert run_alone(tmp_path, []).returncode == 2
    assert run_alone(tmp_path, [], "--help").returncode == 0


def test_it_is_written_for_python_3_8() -> None:
    source = Path(verify_draw.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported <= {*sys.stdlib_module_names, "collections.abc"}
    assert not {"removeprefix", "removesuffix", "bit_count", "pairwise", "UTC"} & {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
