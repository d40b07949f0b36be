"""The check of a published protocol, by the command and by the file that stands alone."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from backend.core.lots.commitments import commitment_of
from backend.core.lots.drawing import Lot
from backend.proposals import verify_protocol
from backend.proposals.protocol_format import FORMAT, hash_of
from backend.proposals.verify_protocol import check, verify

REPOSITORY = Path(__file__).parents[3]
SECRET = "c3" * 32
Body = dict[str, Any]


def sealed(body: Body) -> Body:
    """With the hash that belongs to it: what someone who cheats would publish too."""
    return {**body, "hash": hash_of(body)}


def plan(
    public_id: str, votes: int, *, count: int = 1, outcome: str = "competes_again", **not_counted: int
) -> Body:
    return {
        "plan": public_id,
        "reference": "37827",
        "title": "Bomen in de straat – é \u202e]#import",
        "submitted_at": "2026-12-31T23:10:00Z",
        "count": count,
        "votes": votes,
        "not_counted": not_counted,
        "outcome": outcome,
    }


def protocol(*, plans: list[Body] | None = None, **other: Any) -> Body:
    """A month with a clear winner, one plan that goes on and one that lapses."""
    if plans is None:
        plans = [
            plan("bcdfg23456", 40, outcome="winner", no_proof=2, too_young=1),
            plan("hjkmn23456", 12, count=2, no_proof=1),
            plan("pqrst23456", 12, count=3, outcome="lapsed"),
        ]
    body: Body = {
        "format": FORMAT,
        "portal": "west",
        "municipality": "GM0363",
        "round": 3,
        "opened_at": "2026-12-31T23:00:00Z",
        "closed_at": "2027-01-31T22:59:59Z",
        "rules": {
            "version": 1,
            "period": "month",
            "closing_time": "23:59:59",
            "counts": 3,
            "minimum_votes": 0,
            "minimum_age": 16,
            "district": "West",
            "proof_level": 2,
            "totals": "live",
        },
        "plans": plans,
        "not_counted": {"no_proof": 3, "too_young": 1},
        "tie": None,
        "lot": {"algorithm": "meebeslissen-lot/1", "commitment": commitment_of(SECRET), "secret": SECRET},
        "winner": "bcdfg23456",
        "previous_hash": "",
    }
    return sealed({**body, **other})


def tied_protocol() -> Body:
    """Three plans share the most votes, and the lot decides."""
    leaders = ["bcdfg23456", "hjkmn23456", "pqrst23456"]
    drawn = Lot(commitment_of(SECRET), SECRET).order(leaders)
    winner = drawn.order[0]
    plans = [plan(each, 7, outcome="winner" if each == winner else "competes_again") for each in leaders]
    body = protocol(plans=[*plans, plan("vwxzb23456", 1)], not_counted={}, winner=winner)
    body["tie"] = {"plans": leaders, "order": list(drawn.order)}
    body["lot"]["list_fingerprint"] = drawn.list_fingerprint
    return sealed(body)


def following(previous: Body, **other: Any) -> Body:
    return protocol(
        **{
            "round": previous["round"] + 1,
            "opened_at": "2027-01-31T23:00:00Z",
            "closed_at": "2027-02-28T22:59:59Z",
            "previous_hash": previous["hash"],
            **other,
        }
    )


def wrong(body: object, previous: object = None) -> dict[str, str]:
    return {each.check: each.sentence for each in check(body, previous) if not each.right}


def test_a_right_protocol_passes_every_check() -> None:
    assert wrong(protocol()) == {}
    names = [finding.check for finding in check(protocol())]
    assert names == "format hash times plans not_counted lot tie winner outcomes".split()  # noqa: SIM905


def test_a_tie_is_recomputed() -> None:
    assert wrong(tied_protocol()) == {}
    assert any("3 plans shared the most votes" in finding.sentence for finding in check(tied_protocol()))


def test_a_month_without_plans_or_votes_has_no_winner() -> None:
    assert wrong(protocol(plans=[], not_counted={}, winner=None)) == {}
    without_votes = [plan("bcdfg23456", 0), plan("hjkmn23456", 0, count=3, outcome="lapsed")]
    assert wrong(protocol(plans=without_votes, not_counted={}, winner=None)) == {}


def test_below_the_minimum_nobody_wins() -> None:
    plans = [plan("bcdfg23456", 39), plan("hjkmn23456", 39)]
    rules = {**protocol()["rules"], "minimum_votes": 40}
    assert wrong(protocol(plans=plans, not_counted={}, rules=rules, winner=None)) == {}
    plans[0]["outcome"] = "winner"
    found = wrong(protocol(plans=plans[:1], not_counted={}, rules=rules, winner="bcdfg23456"))
    assert found == {"winner": "There is a winner, but no plan has enough votes to win."}


def test_exactly_the_minimum_is_enough() -> None:
    rules = {**protocol()["rules"], "minimum_votes": 40}
    assert wrong(protocol(rules=rules)) == {}
    assert set(wrong(protocol(rules=rules, winner=None))) == {"winner", "outcomes"}


def test_a_plan_past_a_lowered_number_of_counts_has_lapsed() -> None:
    rules = {**protocol()["rules"], "counts": 2}
    plans = [
        plan("bcdfg23456", 40, outcome="winner", count=5),
        plan("hjkmn23456", 12, count=2, outcome="lapsed"),
        plan("pqrst23456", 12, count=3, outcome="lapsed"),
    ]
    assert wrong(protocol(rules=rules, plans=plans, not_counted={})) == {}


# What a publisher might change, with a fresh hash so that only the content gives it away.
def more_votes_for_another(body: Body) -> None:
    body["plans"][1]["votes"] = 41


def another_winner(body: Body) -> None:
    body["winner"] = "hjkmn23456"


def winner_left_out(body: Body) -> None:
    body["winner"] = None


def unknown_winner(body: Body) -> None:
    body["winner"] = "zzzzz"


def same_plan_twice(body: Body) -> None:
    body["plans"][2] = deepcopy(body["plans"][1])


def equal_votes_out_of_order(body: Body) -> None:
    body["plans"][1:] = body["plans"][:0:-1]


def lapsed_too_early(body: Body) -> None:
    body["plans"][1]["outcome"] = "lapsed"


def never_lapses(body: Body) -> None:
    body["plans"][2]["outcome"] = "competes_again"


def two_winners(body: Body) -> None:
    body["plans"][1]["outcome"] = "winner"


def total_too_low(body: Body) -> None:
    body["not_counted"]["no_proof"] = 2


def total_left_out(body: Body) -> None:
    del body["not_counted"]["too_young"]


def another_secret(body: Body) -> None:
    body["lot"]["secret"] = "00" * 32


def closed_before_opening(body: Body) -> None:
    body["closed_at"] = "2026-12-31T22:59:59Z"


def submitted_after_the_close(body: Body) -> None:
    body["plans"][0]["submitted_at"] = "2027-02-01T00:00:00Z"


def tie_that_is_none(body: Body) -> None:
    body["tie"] = {"plans": ["bcdfg23456", "hjkmn23456"], "order": ["bcdfg23456", "hjkmn23456"]}


def list_without_a_tie(body: Body) -> None:
    body["lot"]["list_fingerprint"] = "00" * 32


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        (more_votes_for_another, {"plans", "winner"}),
        (another_winner, {"winner", "outcomes"}),
        (winner_left_out, {"winner", "outcomes"}),
        (unknown_winner, {"winner", "outcomes"}),
        (same_plan_twice, {"plans"}),
        (equal_votes_out_of_order, {"plans"}),
        (lapsed_too_early, {"outcomes"}),
        (never_lapses, {"outcomes"}),
        (two_winners, {"outcomes"}),
        (total_too_low, {"not_counted"}),
        (total_left_out, {"not_counted"}),
        (another_secret, {"lot"}),
        (closed_before_opening, {"times"}),
        (submitted_after_the_close, {"times"}),
        (tie_that_is_none, {"tie"}),
        (list_without_a_tie, {"tie"}),
    ],
)
def test_a_change_with_a_fresh_hash_is_still_found(change: Callable[[Body], None], failing: set[str]) -> None:
    body = protocol()
    change(body)
    assert failing <= set(wrong(sealed(body)))
    assert "hash" not in wrong(sealed(body))
    assert "hash" in wrong(body)


def lot_left_out(body: Body) -> None:
    body["tie"] = None
    del body["lot"]["list_fingerprint"]


def lot_in_another_order(body: Body) -> None:
    body["tie"]["order"].reverse()


def leader_left_out(body: Body) -> None:
    body["tie"]["plans"].pop()


def other_list(body: Body) -> None:
    body["lot"]["list_fingerprint"] = "00" * 32


def empty_order(body: Body) -> None:
    body["tie"]["order"] = []


@pytest.mark.parametrize(
    "change", [lot_left_out, lot_in_another_order, leader_left_out, other_list, empty_order, another_secret]
)
def test_a_lot_that_was_tampered_with_is_found(change: Callable[[Body], None]) -> None:
    body = tied_protocol()
    change(body)
    assert "tie" in wrong(sealed(body))


def test_a_name_that_is_no_text_is_refused() -> None:
    body = tied_protocol()
    body.update(json.loads(json.dumps(body).replace("bcdfg23456", "\\ud800")))
    assert set(wrong(body)) == {"format"}


def test_another_winner_than_the_lot_drew_is_found() -> None:
    body = tied_protocol()
    body["winner"] = body["tie"]["order"][1]
    assert "winner" in wrong(sealed(body))


def test_the_chain_to_the_protocol_before_it() -> None:
    first = protocol()
    second = following(first)
    assert wrong(second, first) == {}
    assert check(second, first)[-1].sentence == "It follows the unchanged protocol of count 3."
    assert "previous" in wrong(following(first, previous_hash=""), first)
    assert "previous" in wrong(following(first, portal="oost"), first)
    assert "previous" in wrong(following(first, round=3), first)
    assert "previous" in wrong(following(first, opened_at="2027-01-15T00:00:00Z"), first)
    assert "previous" in wrong(second, {**first, "round": 2})
    assert "previous" in wrong(second, {})
    assert "previous" in wrong(second, [])


def test_it_says_what_it_cannot_check() -> None:
    body = following(protocol())
    open_questions = verify_protocol.not_checked(body)
    assert "Whether the votes themselves were real: a file cannot show who voted." in open_questions
    assert any("protocol before it" in sentence for sentence in open_questions)
    assert not any(
        "protocol before it" in sentence for sentence in verify_protocol.not_checked(body, protocol())
    )


ODD_VALUES: list[object] = [
    None,
    True,
    -1,
    0,
    0.5,
    1e300,
    2**60,
    "",
    "x",
    "\ud800",
    "2027-02-30T00:00:00Z",
    [],
    [[]],
    [None],
    {},
]


def places_in(part: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(place for key, value in below for place in places_in(value, (*path, key)))]


@pytest.mark.parametrize("value", ODD_VALUES, ids=repr)
def test_any_value_in_any_place_gets_sentences_and_no_crash(tmp_path: Path, value: object) -> None:
    for path in places_in(tied_protocol())[1:]:
        body = tied_protocol()
        target: Any = body
        for key in path[:-1]:
            target = target[key]
        if target[path[-1]] == value:
            continue
        target[path[-1]] = deepcopy(value)
        file = tmp_path / "protocol.json"
        file.write_text(json.dumps(body))
        status, report = verify(str(file))
        assert status == 1, path
        assert report.startswith("NOT RIGHT")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not well-formed JSON"),
        (b"\xff", "not well-formed JSON"),
        (b"[" * 100_000, "not well-formed JSON"),
        (b"9" * 10_000, "not well-formed JSON"),
        (b"[]", "does not hold a protocol"),
        (b"null", "does not hold a protocol"),
        (b'{"a": 1, "a": 2}', "uses a name twice"),
        (b'{"a": Infinity}', "not a number"),
        (b"{}", "The format is"),
        (b'{"format": "\\u001b[31m\\ud800"}', "The format is"),
        (b'{"format": "meebeslissen-protocol/1"}', '"portal" is missing'),
        (b'{"format": "meebeslissen-protocol/1", "plans": [' + b"1," * 500 + b"1]}", "more of such mistakes"),
        (b'{"format": ' + b"[" * 900 + b"]" * 900 + b"}", "The format is"),
    ],
)
def test_broken_and_hostile_files_get_a_clear_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    run = run_alone(tmp_path, content)
    assert run.returncode == 1
    assert run.stdout.startswith("NOT RIGHT")
    assert sentence in run.stdout
    assert "\x1b" not in run.stdout
    assert run.stderr == ""


def run_alone(tmp_path: Path, content: bytes, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In an empty folder, without the site packages and without the path to the project."""
    shutil.copy(verify_protocol.__file__, tmp_path / "verify_protocol.py")
    (tmp_path / "protocol.json").write_bytes(content)
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify_protocol.py", "protocol.json", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"LC_ALL": "C"},
        check=False,
    )


def test_it_stands_alone(tmp_path: Path) -> None:
    first = protocol()
    (tmp_path / "previous.json").write_text(json.dumps(first))
    run = run_alone(tmp_path, json.dumps(following(first)).encode(), "previous.json")
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith("RIGHT")
    assert "It follows the unchanged protocol of count 3." in run.stdout
    report = json.loads(run_alone(tmp_path, json.dumps(first).encode(), "--json").stdout)
    assert report["right"] is True
    assert report["file"] == "protocol.json"
    assert {"check", "right", "sentence"} == set(report["findings"][0])
    assert report["not_checked"]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json", "\0"):
        status, report = verify(str(path))
        assert status == 1
        assert "cannot be opened" in report


@pytest.mark.parametrize("name", ["verify-protocol", "verify_protocol"])
def test_the_command_line_of_the_platform(tmp_path: Path, name: str) -> None:
    right, broken = tmp_path / "right.json", tmp_path / "broken.json"
    right.write_text(json.dumps(protocol()))
    broken.write_text(json.dumps({**protocol(), "winner": None}))
    for file, status in ((right, 0), (broken, 1)):
        run = subprocess.run(
            [sys.executable, "-m", "backend", name, str(file), "--json"],
            cwd=REPOSITORY,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "backend.config.settings.test"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == status, run.stderr
        assert json.loads(run.stdout)["right"] is (status == 0)


def test_the_command_checks_the_chain(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_text(json.dumps(protocol()))
    second.write_text(json.dumps(following(protocol())))
    out = io.StringIO()
    call_command("verify_protocol", str(second), str(first), stdout=out)
    assert "It follows the unchanged protocol of count 3." in out.getvalue()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_protocol", str(first), str(second), stdout=out)
    assert stopped.value.code == 1


def test_main_prints_the_report(tmp_path: Path) -> None:
    file = tmp_path / "protocol.json"
    file.write_text(json.dumps(protocol()))
    out = io.StringIO()
    with redirect_stdout(out):
        assert verify_protocol.main([str(file)]) == 0
    assert out.getvalue().startswith("RIGHT")
