"""The stand-alone check of a lot, run as a stranger would: one file, no platform, a published JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.lots import verify_lot
from backend.core.lots.commitments import (
    CommittedSecret,
    Manifest,
    PublicSource,
    commitment_of,
    fingerprint_of_list,
)
from backend.core.lots.drawing import draw, draw_order, published

SECRET = "5a" * 32
NAMES = ["Ada", "Björn", "Çelik", "de Vries", "Eşref", "\u202eomgekeerd"]


def published_draw(*, announced: bool = True) -> dict[str, Any]:
    manifest = Manifest(
        purpose="Een plek in de wijkraad",
        sources=(
            CommittedSecret("the clerk", commitment_of(SECRET)),
            PublicSource("dice", "meeting of 3 March, left to right"),
        ),
        list_fingerprint=fingerprint_of_list(NAMES) if announced else None,
    )
    revealed = [SECRET, "4 2 6 6 1"]
    drawn = draw(manifest, revealed=revealed, items=NAMES)
    return published(manifest, revealed=revealed, drawn=drawn)


def run_alone(tmp_path: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    """In an empty folder, without the site packages and without the path to the project."""
    shutil.copy(verify_lot.__file__, tmp_path / "verify_lot.py")
    (tmp_path / "draw.json").write_bytes(content)
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify_lot.py", "draw.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"LC_ALL": "C"},
        check=False,
    )


def test_a_right_draw_passes_and_says_what_was_not_checked(tmp_path: Path) -> None:
    run = run_alone(tmp_path, json.dumps(published_draw()).encode())
    assert run.returncode == 0, run.stdout + run.stderr
    assert "exactly the one that was announced" in run.stdout
    assert 'The secret of "the clerk" fits' in run.stdout
    assert "All 6 places were recomputed" in run.stdout
    assert 'really gave "4 2 6 6 1". Look it up yourself.' in run.stdout
    assert "Whether a secret stayed secret" in run.stdout


def test_it_says_so_when_the_list_was_not_announced() -> None:
    done, _ = verify_lot.check(published_draw(announced=False))
    assert any("was not announced beforehand" in sentence for sentence in done)


@given(
    names=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), unique=True, min_size=1),
    seed=st.binary(min_size=32, max_size=32).map(bytes.hex),
)
def test_the_two_programs_agree(names: list[str], seed: str) -> None:
    assert verify_lot.order_from(seed, names) == draw_order(seed, names)


def swap_first_two(draw: dict[str, Any]) -> None:
    draw["order"][0], draw["order"][1] = draw["order"][1], draw["order"][0]


def other_dice(draw: dict[str, Any]) -> None:
    draw["revealed"][1] = "1 1 1 1 1"


def other_secret(draw: dict[str, Any]) -> None:
    draw["revealed"][0] = "00" * 32


def one_more_name(draw: dict[str, Any]) -> None:
    draw["items"].append("Zoë")


def one_more_name_everywhere(draw: dict[str, Any]) -> None:
    draw["items"].append("Zoë")
    draw["list_fingerprint"] = fingerprint_of_list(draw["items"])


def other_purpose(draw: dict[str, Any]) -> None:
    draw["manifest"]["purpose"] = "Een prijs"


def name_left_out(draw: dict[str, Any]) -> None:
    draw["order"].pop()


def other_algorithm(draw: dict[str, Any]) -> None:
    draw["manifest"]["algorithm"] = "dobbelsteen"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (swap_first_two, "The order does not follow"),
        (other_dice, "The seed does not follow"),
        (other_secret, "does not fit the commitment"),
        (one_more_name, "fingerprint of the list is not right"),
        (one_more_name_everywhere, "not the one that was announced"),
        (other_purpose, "fingerprint of the announcement"),
        (name_left_out, "does not hold the same names"),
        (other_algorithm, "not drawn by meebeslissen-lot/1"),
    ],
)
def test_every_change_afterwards_is_found(change: Callable[[dict[str, Any]], None], sentence: str) -> None:
    draw = published_draw()
    change(draw)
    with pytest.raises(verify_lot.Wrong, match=sentence):
        verify_lot.check(draw)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not well-formed JSON"),
        (b"\xff\xfe", "not well-formed JSON"),
        (b"[" * 100_000, "not well-formed JSON"),
        (b"9" * 10_000, "not well-formed JSON"),
        (b"[]", "does not hold a published draw"),
        (b'{"format": NaN}', "not a number"),
        (b'{"format": 1, "format": 2}', "uses a name twice"),
        (b'{"format": "\\u001b[31m"}', "The format is"),
        (b'{"format": "meebeslissen-protocol/1"}', "verify_protocol.py"),
        (b'{"format": "meebeslissen-draw/1"}', "announcement is missing"),
        (b'{"format": "meebeslissen-draw/1", "manifest": {"algorithm": "\\ud800"}}', "not drawn by"),
    ],
)
def test_broken_and_hostile_files_get_one_clear_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    run = run_alone(tmp_path, content)
    assert run.returncode == 1
    assert run.stdout.startswith("NOT RIGHT: ")
    assert sentence in run.stdout
    assert "\x1b" not in run.stdout
    assert run.stderr == ""


@pytest.mark.parametrize(
    "value", [None, 1, "x", "\ud800", [], [1], ["\ud800"], [[]], {}, {"a": 1}, True, 1e300]
)
def test_any_value_in_any_place_is_refused_without_a_crash(tmp_path: Path, value: object) -> None:
    places = [(name, None) for name in published_draw()]
    places += [("manifest", name) for name in published_draw()["manifest"]]
    for name, below in places:
        draw = published_draw()
        target, key = (draw[name], below) if below else (draw, name)
        if target[key] == value or key == "list_fingerprint":
            continue
        target[key] = value
        path = tmp_path / "draw.json"
        path.write_text(json.dumps(draw))
        assert verify_lot.main([str(path)]) == 1, (name, below)


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert verify_lot.main([str(tmp_path / "none.json")]) == 1
    assert "cannot be opened: No such file" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["a", "b"], 2), (["--help"], 0)])
def test_how_to_use_it(capsys: pytest.CaptureFixture[str], arguments: list[str], status: int) -> None:
    assert verify_lot.main(arguments) == status
    assert "python verify_lot.py FILE.json" in capsys.readouterr().out
