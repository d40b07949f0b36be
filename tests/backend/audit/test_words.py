"""Everything that goes on record has words for who reads it, and every use of a role goes on record."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from backend.audit import words
from backend.identity.states import ProofKind, Role

FOLDERS = ("backend", "panels")


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for folder in FOLDERS:
        for path in sorted((settings.ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def is_call_of(node: ast.AST, *names: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called in names


def action_of(call: ast.Call) -> str | None:
    """The action of a call, as a pattern: what is filled in later stands for anything."""
    value = next((word.value for word in call.keywords if word.arg == "action"), None)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return re.escape(value.value)
    if isinstance(value, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in value.values
        ]
        return "".join(parts)
    return None


def recorded_actions() -> dict[str, str]:
    """Every action in the source, and where it is recorded."""
    found = {}
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_call_of(node, "record", "note_reading"):
                action = action_of(node)
                if action is not None:
                    found[action] = f"{path.relative_to(settings.ROOT)}:{node.lineno}"
    return found


def test_every_action_has_words() -> None:
    known = [code for code, _word in words.known_actions()]
    assert len(recorded_actions()) > 20
    without = {
        action: where
        for action, where in recorded_actions().items()
        if not any(re.fullmatch(action, code) for code in known)
    }
    assert without == {}


# Done no more, but older records have them.
FORMER_ACTIONS = {"notifications.channel_chosen"}


def test_no_words_are_left_of_an_action_that_is_gone() -> None:
    patterns = list(recorded_actions())
    known = [code for code, _word in words.known_actions() if code not in FORMER_ACTIONS]
    assert [code for code in known if not any(re.fullmatch(pattern, code) for pattern in patterns)] == []


@pytest.mark.parametrize("kind", list(ProofKind))
def test_every_kind_of_proof_has_words(kind: ProofKind) -> None:
    assert words.word_of_action(f"identity.proved_{kind}") != f"identity.proved_{kind}"


def test_every_role_has_words() -> None:
    assert {code for code, _word in words.known_roles()} == set(Role.values)
    assert words.words_of_roles("clerk,unknown") == "Clerk, unknown"


def test_what_has_no_words_is_shown_by_its_code() -> None:
    assert words.word_of_action("later.thing_done") == "later.thing_done"
    assert words.word_of_target("later.thing") == "later.thing"


@pytest.mark.parametrize("known", [words.known_actions, words.known_targets, words.known_roles])
def test_the_words_are_there_in_dutch_too(known: type[list[tuple[str, str]]]) -> None:
    # One word in both languages: Moderator and Plan.
    same = {"moderator", "proposals.plan"}
    with translation.override("nl"):
        dutch = dict(known())
    english = dict(known())
    assert {code for code in english if english[code] == dutch[code]} <= same


# Reading and checking beforehand leave nothing to record; what a caller records is one act with it.
RECORDED_ELSEWHERE = {
    # The import as a whole is one act, recorded when it is done.
    "import_people": "identity/services/imports.py",
    "importing_portal": "proposals/services/imports.py",
    # Nobody's role: what the clock does, and records where a round begins.
    "begin_next_round": "proposals/services/rounds.py",
    "refresh_totals": "proposals/services/rounds.py",
    # A draft is nobody's business until it is put up.
    "save_draft": "proposals/services/plans.py",
    "_draft": "proposals/services/pictures.py",
    "keep_draft": "feedback/services/answers.py",
    # Only passes on to a service that records.
    "confirm_at_counter": "identity/services/counter.py",
    "join_to_address": "identity/services/joining.py",
    "declare_residency": "identity/services/residency.py",
    "redeem_for_helped": "identity/services/assistance.py",
    "give_role_to_address": "identity/services/roles.py",
    "declare_eligible": "proposals/services/eligibility.py",
    "confirm_eligible": "proposals/services/eligibility.py",
    "arrive_by_broker": "identity/services/broker.py",
    "send_in_list": "identity/services/lists.py",
    "ask_for_copy": "identity/services/copies.py",
    "start_run": "identity/services/letters.py",
    "replace_letter": "identity/services/letters.py",
    # What the clock does in parts, and records when all of it is done.
    "check_list": "identity/services/list_checks.py",
    "print_run": "identity/services/letter_printing.py",
    # Recorded in what all ways of writing, and all acts of moderators, share.
    "reply": "discussion/services/arguments.py",
    "_write": "discussion/services/facilitation.py",
    "close_discussion": "discussion/services/moderation/closing.py",
    "reopen_discussion": "discussion/services/moderation/closing.py",
    "move": "discussion/services/moderation/moving.py",
    "decide_objection": "discussion/services/moderation/objecting.py",
    "pause_writer": "discussion/services/moderation/pausing.py",
    "end_pause": "discussion/services/moderation/pausing.py",
    # Found and held for the act that then records.
    "require_open": "discussion/services/threads.py",
    "_hold_argument": "discussion/services/arguments.py",
    "_hold_for_pinning": "discussion/services/facilitation.py",
    "_judge": "discussion/services/moderation/texts.py",
    "forget_before": "discussion/services/moderation/texts.py",
    "_held": "notifications/services/calls.py",
    "_lock": "identity/services/roles.py",
    "lock_draft": "notifications/services/newsletters.py",
    # Recorded once, in what all ways to get and to end the newsletter share.
    "subscribe": "notifications/services/subscriptions.py",
    "end_subscription": "notifications/services/subscriptions.py",
}


def unrecorded() -> dict[str, str]:
    """Services that ask whether somebody may, and put nothing on record themselves."""
    found = {}
    for path, tree in modules():
        if "services" not in path.parts and path.name != "services.py":
            continue
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            inside = list(ast.walk(node))
            if any(is_call_of(each, "require") for each in inside) and not any(
                is_call_of(each, "record") for each in inside
            ):
                found[node.name] = path.relative_to(settings.ROOT / "backend").as_posix()
    return found


def test_every_service_that_asks_for_a_permission_records_that_it_was_used() -> None:
    assert {
        name: where for name, where in unrecorded().items() if RECORDED_ELSEWHERE.get(name) != where
    } == {}
