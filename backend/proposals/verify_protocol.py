#!/usr/bin/env python3
"""Check the protocol of a count on your own computer.

    python verify_protocol.py FILE.json [PREVIOUS.json] [--json]

This file stands alone: it needs Python 3.11 or newer, nothing else. It does not use the platform's code on
purpose. A mistake or a trick in that code would repeat itself here and look right.

The exit status is 0 only when every check is right. The protocol before it may be given as well; then the
chain between the two is checked too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NoReturn

FORMAT = "meebeslissen-protocol/1"
LOT_ALGORITHM = "meebeslissen-lot/1"
LARGEST_FILE = 200_000_000
REASONS = ("no_proof", "too_young")
OUTCOMES = ("winner", "competes_again", "lapsed")
HEX_64 = re.compile(r"[0-9a-f]{64}\Z")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z", re.ASCII)
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d\Z", re.ASCII)
Json = dict[str, Any]

NOT_CHECKED = (
    "Whether the votes themselves were real: a file cannot show who voted.",
    "Whether people who were not counted were left out for the right reason.",
    "Whether the commitment of the lot was public before the count, and its secret was not.",
    "Whether this is the file that was published then. Compare its hash with a copy from that time.",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: whether it is right, and a sentence that says what was found."""

    check: str
    right: bool
    sentence: str


class Unreadable(Exception):
    """A file that cannot be checked at all; the message says why, for people."""


def check(body: Any, previous: Any = None) -> list[Finding]:
    """Everything that can be checked about a protocol, in the order a reader would ask it."""
    broken = wrong_shape(body)
    if broken:
        return [Finding("format", False, sentence) for sentence in broken]
    findings = [
        Finding("format", True, f"The file is a protocol in the format {FORMAT}, and it is complete."),
        check_hash(body),
        check_times(body),
        check_plans(body),
        check_not_counted(body),
        check_commitment(body),
        check_tie(body),
        check_winner(body),
        check_outcomes(body),
    ]
    if previous is not None:
        findings += check_previous(body, previous)
    return findings


def not_checked(body: Any, previous: Any = None) -> list[str]:
    """What a reader should not believe on this program's word."""
    open_questions = list(NOT_CHECKED)
    if previous is None and isinstance(body, dict) and body.get("previous_hash"):
        open_questions.append("Whether it follows the protocol before it. Give that file as well to check.")
    return open_questions


# --- The shape of the file ----------------------------------------------------------------------------------


def is_text(value: object) -> bool:
    # JSON can hold half a character, which no text can: then nothing can be computed over it.
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def is_name(value: object) -> bool:
    return value != "" and is_text(value)


def is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def is_positive(value: object) -> bool:
    return is_number(value) and value != 0


def is_hash(value: object) -> bool:
    return isinstance(value, str) and HEX_64.match(value) is not None


def is_hash_or_empty(value: object) -> bool:
    return value == "" or is_hash(value)


def is_moment(value: object) -> bool:
    if not isinstance(value, str) or not MOMENT.match(value):
        return False
    try:
        moment(value)
    except ValueError:
        return False
    return True


def is_clock(value: object) -> bool:
    return isinstance(value, str) and CLOCK.match(value) is not None


def is_names(value: object) -> bool:
    return isinstance(value, list) and all(map(is_name, value))


def is_reasons(value: object) -> bool:
    return isinstance(value, dict) and all(reason in REASONS and is_number(value[reason]) for reason in value)


PROTOCOL = {
    "portal": is_name,
    "municipality": is_name,
    "round": is_positive,
    "opened_at": is_moment,
    "closed_at": is_moment,
    "not_counted": is_reasons,
    "winner": lambda value: value is None or is_name(value),
    "previous_hash": is_hash_or_empty,
    "hash": is_hash,
}
RULES = {
    "version": is_positive,
    "period": lambda value: value in ("week", "month", "quarter"),
    "closing_time": is_clock,
    "counts": is_positive,
    "minimum_votes": is_number,
    "minimum_age": is_number,
    "district": is_name,
    "proof_level": is_number,
    "totals": lambda value: value in ("live", "hidden"),
}
PLAN = {
    "plan": is_name,
    "reference": is_text,
    "title": is_text,
    "submitted_at": is_moment,
    "count": is_positive,
    "votes": is_number,
    "not_counted": is_reasons,
    "outcome": lambda value: value in OUTCOMES,
}
LOT = {
    "algorithm": lambda value: value == LOT_ALGORITHM,
    "commitment": is_hash,
    "secret": is_hash,
}
TIE = {"plans": is_names, "order": is_names}


def wrong_shape(body: Any) -> list[str]:
    """What is missing or not as it should be, in sentences."""
    if not isinstance(body, dict):
        return ["The file does not hold a protocol."]
    if body.get("format") != FORMAT:
        return [f"The format is {shown(body.get('format'))}, but this program checks {FORMAT}."]
    wrong = misfits("", body, PROTOCOL) + misfits("rules", body.get("rules"), RULES)
    wrong += misfits("lot", body.get("lot"), LOT)
    if body.get("tie") is not None:
        wrong += misfits("tie", body["tie"], TIE)
    plans = body.get("plans")
    if not isinstance(plans, list):
        return [*wrong, "The list of plans is missing."]
    for number, plan in enumerate(plans, start=1):
        wrong += misfits(f"plan {number}", plan, PLAN)
    return wrong if len(wrong) <= 20 else [*wrong[:20], f"And {len(wrong) - 20} more of such mistakes."]


def misfits(where: str, part: Any, shape: dict[str, Any]) -> list[str]:
    prefix = f"In {where}: " if where else ""
    if not isinstance(part, dict):
        return [f"The part {where} is missing or cannot be read."]
    wrong = []
    for name, fits in shape.items():
        if name not in part:
            wrong.append(f'{prefix}"{name}" is missing.')
        elif not fits(part[name]):
            wrong.append(f'{prefix}"{name}" is {shown(part[name])}, which cannot be.')
    return wrong


# --- What the file says -------------------------------------------------------------------------------------


def check_hash(body: Json) -> Finding:
    try:
        computed = hash_of(body)
    except (ValueError, RecursionError):
        return Finding(
            "hash", False, "The hash cannot be computed: the file holds a text that cannot be read."
        )
    if computed != body["hash"]:
        return Finding(
            "hash", False, "The hash does not belong to this content. Something in it was changed."
        )
    return Finding("hash", True, f"The hash {computed} belongs to exactly this content.")


def check_times(body: Json) -> Finding:
    if moment(body["opened_at"]) >= moment(body["closed_at"]):
        return Finding("times", False, "The voting closed before it opened.")
    late = [plan for plan in body["plans"] if moment(plan["submitted_at"]) > moment(body["closed_at"])]
    if late:
        return Finding(
            "times", False, f"Plan {shown(late[0]['plan'])} was submitted after the voting closed."
        )
    return Finding("times", True, f"Voting was open from {body['opened_at']} to {body['closed_at']}.")


def check_plans(body: Json) -> Finding:
    plans = body["plans"]
    if len({plan["plan"] for plan in plans}) != len(plans):
        return Finding("plans", False, "A plan stands in the protocol twice.")
    if plans != sorted(plans, key=lambda plan: (-plan["votes"], plan["plan"])):
        return Finding("plans", False, "The plans are not in the order of their votes.")
    votes = sum(plan["votes"] for plan in plans)
    return Finding(
        "plans", True, f"All {len(plans)} plans stand in the order of their votes: {votes} in total."
    )


def check_not_counted(body: Json) -> Finding:
    for reason in REASONS:
        added = sum(plan["not_counted"].get(reason, 0) for plan in body["plans"])
        said = body["not_counted"].get(reason, 0)
        if added != said:
            sentence = (
                f'Votes not counted for "{reason}": the plans add up to {added}, the total says {said}.'
            )
            return Finding("not_counted", False, sentence)
    total = sum(body["not_counted"].values())
    return Finding("not_counted", True, f"The votes that were not counted add up to {total}.")


def check_commitment(body: Json) -> Finding:
    lot = body["lot"]
    if hashlib.sha256(bytes.fromhex(lot["secret"])).hexdigest() != lot["commitment"]:
        return Finding("lot", False, "The secret of the lot does not fit its commitment.")
    return Finding("lot", True, "The secret of the lot fits its commitment.")


def check_tie(body: Json) -> Finding:
    leaders, tie, lot = leading_plans(body), body["tie"], body["lot"]
    if tie is None:
        if len(leaders) > 1 and can_win(body):
            return Finding("tie", False, f"{len(leaders)} plans have the most votes, but no lot was drawn.")
        if lot.get("list_fingerprint"):
            return Finding("tie", False, "The lot names a list, but there is no tie.")
        return Finding("tie", True, "No lot was needed to find a winner.")
    if len(leaders) < 2 or tie["plans"] != leaders:
        return Finding("tie", False, "The plans in the tie are not the plans that share the most votes.")
    fingerprint = hashlib.sha256(joined(leaders)).hexdigest()
    if lot.get("list_fingerprint") != fingerprint:
        return Finding(
            "tie", False, "The fingerprint of the list in the lot is not that of the plans in the tie."
        )
    seed = hashlib.sha256(joined([LOT_ALGORITHM, lot["commitment"], fingerprint, lot["secret"]])).digest()
    if tie["order"] != drawn_order(seed, leaders):
        return Finding("tie", False, "The order of the lot is not the one that follows from its secret.")
    return Finding(
        "tie", True, f"{len(leaders)} plans shared the most votes. The lot was recomputed and is right."
    )


def check_winner(body: Json) -> Finding:
    leaders, winner = leading_plans(body), body["winner"]
    if not can_win(body):
        if winner is not None:
            return Finding("winner", False, "There is a winner, but no plan has enough votes to win.")
        return Finding("winner", True, "No plan has enough votes, and so there is no winner.")
    drawn = body["tie"]["order"][:1] if body["tie"] else []
    expected = leaders[0] if len(leaders) == 1 else next(iter(drawn), None)
    if winner is None or winner != expected:
        return Finding("winner", False, "The winner is not the plan that should have won.")
    how = "had the most votes" if len(leaders) == 1 else "shared the most votes and was drawn first"
    return Finding("winner", True, f"The winner is plan {shown(winner)}, which {how}.")


def check_outcomes(body: Json) -> Finding:
    for plan in body["plans"]:
        if plan["plan"] == body["winner"]:
            expected = "winner"
        else:
            # More counts than the rules give is possible: a clerk may have lowered the number since.
            expected = "lapsed" if plan["count"] >= body["rules"]["counts"] else "competes_again"
        if plan["outcome"] != expected:
            sentence = (
                f'Plan {shown(plan["plan"])} has the outcome "{plan["outcome"]}", but it is "{expected}".'
            )
            return Finding("outcomes", False, sentence)
    return Finding("outcomes", True, "The outcome of every plan follows from the rules in the protocol.")


def check_previous(body: Json, previous: Any) -> list[Finding]:
    """Whether the other file is the protocol before this one, of the same portal, and itself unchanged."""
    if wrong_shape(previous):
        return [
            Finding("previous", False, "The protocol before it is broken. Check that file by itself first.")
        ]
    own_hash = check_hash(previous)
    if not own_hash.right:
        return [Finding("previous", False, f"In the protocol before it: {own_hash.sentence}")]
    if (previous["portal"], previous["municipality"]) != (body["portal"], body["municipality"]):
        return [Finding("previous", False, "The protocol before it is that of another portal.")]
    if previous["hash"] != body["previous_hash"]:
        return [Finding("previous", False, "The protocol does not name the hash of the protocol before it.")]
    if previous["round"] >= body["round"] or moment(previous["closed_at"]) > moment(body["opened_at"]):
        return [Finding("previous", False, "The two protocols do not follow each other in time.")]
    return [Finding("previous", True, f"It follows the unchanged protocol of count {previous['round']}.")]


# --- Small calculations -------------------------------------------------------------------------------------


def hash_of(body: Json) -> str:
    content = {name: value for name, value in body.items() if name != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def most_votes(body: Json) -> int:
    return max((plan["votes"] for plan in body["plans"]), default=0)


def leading_plans(body: Json) -> list[str]:
    most = most_votes(body)
    return sorted(plan["plan"] for plan in body["plans"] if plan["votes"] == most)


def can_win(body: Json) -> bool:
    """No vote at all never wins, whatever the minimum."""
    minimum: int = body["rules"]["minimum_votes"]
    return most_votes(body) >= max(1, minimum)


def joined(texts: list[str]) -> bytes:
    """Each text as its length in bytes, a colon, and its bytes; all behind each other."""
    return b"".join(b"%d:%s" % (len(raw), raw) for raw in (text.encode("utf-8") for text in texts))


def drawn_order(seed: bytes, items: list[str]) -> list[str]:
    """The shuffle of meebeslissen-lot/1: every number follows from the seed, and every order is as likely."""
    order, numbers, block = sorted(items), list[int](), 0
    for place in range(len(order) - 1, 0, -1):
        choices = place + 1
        while True:
            if not numbers:
                raw = hashlib.sha256(seed + block.to_bytes(8, "big")).digest()
                numbers = [int.from_bytes(raw[at : at + 8], "big") for at in (0, 8, 16, 24)]
                block += 1
            number = numbers.pop(0)
            if number < 2**64 - 2**64 % choices:  # a higher one would favour the first places
                break
        chosen = number % choices
        order[place], order[chosen] = order[chosen], order[place]
    return order


def shown(value: object) -> str:
    """A value from the file, safe to print: cut short, and without signs that steer a screen."""
    if isinstance(value, list | dict):
        return "a list of values"
    text = value if isinstance(value, str) else json.dumps(value)
    return '"' + "".join(sign if sign.isprintable() else "?" for sign in text[:80]) + '"'


# --- Files and the command line -----------------------------------------------------------------------------


def unique_names(pairs: list[tuple[str, Any]]) -> Json:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Unreadable("The file uses a name twice, so it is not clear what it says.")
    return dict(pairs)


def not_a_number(name: str) -> NoReturn:
    raise Unreadable(f"The file holds {name}, which is not a number.")


def read(path: str) -> Any:
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not that of a file"
        raise Unreadable(f"The file {shown(path)} cannot be opened: {reason}.") from error
    if len(raw) > LARGEST_FILE:
        raise Unreadable(f"The file {shown(path)} is too large to be a protocol.")
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=unique_names, parse_constant=not_a_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The file {shown(path)} is not well-formed JSON in UTF-8.") from error


def verify(path: str, previous_path: str | None = None, *, as_json: bool = False) -> tuple[int, str]:
    """The exit status and the report, for people or as JSON."""
    findings: list[Finding]
    open_questions: list[str] = []
    try:
        body = read(path)
        previous = read(previous_path) if previous_path else None
        findings = check(body, previous)
        open_questions = not_checked(body, previous)
    except Unreadable as problem:
        findings = [Finding("file", False, str(problem))]
    right = all(finding.right for finding in findings)
    if as_json:
        report = {
            "file": path,
            "right": right,
            "findings": [asdict(finding) for finding in findings],
            "not_checked": open_questions,
        }
        return (0 if right else 1), json.dumps(report, indent=2)
    lines = ["RIGHT: all that can be checked is right." if right else "NOT RIGHT: see the lines with an x."]
    lines += [f"  {'+' if finding.right else 'x'} {finding.sentence}" for finding in findings]
    if open_questions:
        lines += ["Not checked, because a file cannot show it:", *(f"  - {text}" for text in open_questions)]
    return (0 if right else 1), "\n".join(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check the published protocol of a count.")
    parser.add_argument("file", help="the protocol, as JSON")
    parser.add_argument("previous", nargs="?", help="the protocol before it, to check the chain as well")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    options = parser.parse_args(arguments)
    status, report = verify(options.file, options.previous, as_json=options.json)
    # A terminal that knows few letters still shows everything.
    encoding = sys.stdout.encoding or "utf-8"
    print(report.encode(encoding, errors="backslashreplace").decode(encoding))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
