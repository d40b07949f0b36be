"""The core as a command of its own, from files to a report."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from panels.lotteries.fair.__main__ import main
from tests.bench.pools import make_pool


def run(command: str, folder: Path, *more: str | Path, size: int = 8) -> tuple[int, dict[str, Any]]:
    """The status, and the report that was written: empty where none was."""
    out = folder / "out.json"
    out.unlink(missing_ok=True)
    files = ["--targets", folder / "targets.csv", "--people", folder / "people.csv", "--size", size]
    status = main([command, *map(str, [*files, "--json", out, *more])])
    assert [path.name for path in folder.iterdir() if path.name.startswith("out.json")] in ([], ["out.json"])
    return status, json.loads(out.read_text()) if out.exists() else {}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_pool(people=60, size=8, seed=3, homes=0.2).write(tmp_path)
    return tmp_path


def rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_a_panel_is_drawn_and_everybody_can_add_up_the_chances(folder: Path) -> None:
    status, report = run("select", folder, "--seed", "s", "--panels", "60", "--household", "address")
    assert status == 0
    people = rows(folder / "people.csv")
    for panel in report["panels"]:
        seated = [people[name] for name in panel["people"]]
        assert len({person["address"] for person in seated}) == len(seated) == 8
        for target in report["question"]["targets"]:
            seats = sum(person[target["feature"]] == target["value"] for person in seated)
            assert target["min"] <= seats <= target["max"]
    assert sum(panel["weight"] for panel in report["panels"]) == report["total_weight"]
    for person in report["people"]:
        weight = sum(each["weight"] for each in report["panels"] if person["id"] in each["people"])
        assert person["listed_chance"] == pytest.approx(weight / report["total_weight"], abs=1e-8)
    drawn = report["drawn"]
    assert drawn["people"] == report["panels"][drawn["panel"]]["people"]
    assert sum(seats["seats"] for seats in drawn["targets"] if seats["feature"] == "gender") == 8


def test_the_report_tells_how_close_it_came_and_how_long_it_took(folder: Path) -> None:
    _, report = run("select", folder, "--panels", "60")
    chances = report["chances"]
    assert chances["smallest"] == pytest.approx(min(p["chance"] for p in report["people"] if p["chance"]))
    assert chances["short_of_bound"] == pytest.approx(
        max(chances["bound_on_smallest"] - chances["smallest"], 0), abs=1e-8
    )
    assert 0 < chances["smallest"] <= chances["median"] <= chances["largest"] <= 1
    assert "drawn" not in report
    assert report["time"]["seconds"] == pytest.approx(sum(report["time"]["phases"].values()), abs=0.01)


def test_targets_that_cannot_be_met_come_with_the_smallest_change(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = folder / "targets.csv"
    targets.write_text(targets.read_text().replace("gender,other,0,2", "gender,other,7,8"))
    for command in ("select", "feasible"):
        status, report = run(command, folder)
        assert status == 3
        assert not report["feasible"]
        (change,) = report["changes"]
        assert (change["value"], change["min"]["from"]) == ("other", 7)
        assert change["sentence"] in capsys.readouterr().err
    lower = f"gender,other,{change['min']['to']},8"
    targets.write_text(targets.read_text().replace("gender,other,7,8", lower))
    assert run("feasible", folder)[1]["feasible"]


def test_free_seats_are_filled_and_the_seated_stay(folder: Path) -> None:
    _, first = run("select", folder, "--seed", "s", "--panels", "20", "--household", "address")
    drawn = first["drawn"]["people"]
    kept, gone = drawn[:6], drawn[6:]
    (folder / "seated.csv").write_text("id\n" + "\n".join(kept))
    (folder / "gone.csv").write_text("\n".join(gone))
    files = ["--seated", folder / "seated.csv", "--gone", folder / "gone.csv"]
    more = ["--seed", "t", "--panels", "20", "--household", "address"]
    status, second = run("replace", folder, *files, *more)
    assert status == 0
    assert second["seated"] == sorted(kept)
    joined = [*kept, *second["drawn"]["people"]]
    assert len(set(joined)) == 8
    assert not set(joined) & set(gone)
    people = rows(folder / "people.csv")
    assert len({people[name]["address"] for name in joined}) == 8
    for target in first["question"]["targets"]:
        seats = sum(people[name][target["feature"]] == target["value"] for name in joined)
        assert target["min"] <= seats <= target["max"]


def test_seats_that_cannot_be_filled_are_explained_for_what_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everybody who is left is a woman, and a man is needed."""
    (folder / "targets.csv").write_text("category,feature,min,max\ngender,woman,1,1\ngender,man,1,1\n")
    (folder / "people.csv").write_text("id,gender\na,woman\nb,man\nc,woman\n")
    (folder / "seated.csv").write_text("a\n")
    (folder / "gone.csv").write_text("b\n")
    files = ["--seated", folder / "seated.csv", "--gone", folder / "gone.csv"]
    status, report = run("replace", folder, *files, size=2)
    assert (status, report["feasible"]) == (3, False)
    said = capsys.readouterr().err
    assert "Of the seats that are left, with 1 seated already:" in said
    assert "gender “man”: lower the minimum from 1 to 0. Nobody in the pool has this value." in said


@pytest.mark.parametrize("command", ["select", "feasible", "replace"])
def test_a_file_that_cannot_be_used_leaves_nothing_behind(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    people = folder / "people.csv"
    people.write_text(people.read_text().replace(",woman,", ",Woman,", 1))
    more = ["--seated", str(people)] if command == "replace" else []
    assert run(command, folder, *more) == (2, {})
    assert "column gender: “Woman” is spelled “woman” in the targets." in capsys.readouterr().err


def test_a_panel_larger_than_the_pool_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("select", folder, size=61) == (2, {})
    assert capsys.readouterr().err == "A panel of 61 cannot be drawn from 60 people.\n"


def test_nothing_is_said_but_on_the_error_channel(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever pipes the answer of a command gets no banner of a solver in it."""
    run("feasible", folder)
    assert capfd.readouterr().out == ""
