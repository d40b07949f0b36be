#!/usr/bin/env python3
"""Check a draw on your own computer: who was drawn, and whether that follows from what was published before.

    python verify_draw.py MANIFEST.json [DRAW.json] [--letter LETTER.json] [--json]

MANIFEST.json is the announcement from before the draw; a copy that you saved then is best. DRAW.json is what
was published after it. LETTER.json is the file that comes with your own letter, also if you were not drawn.

This file stands alone: it needs Python 3.8 or newer, nothing else. It does not use the platform's code on
purpose. A mistake or a trick in that code would repeat itself here and look right. The steps it follows are
published under the name "meebeslissen-panel/1".

The exit status is 0 only when every check is right, 1 when something is not, 2 when it was started wrongly.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any, NamedTuple, NoReturn

ALGORITHM = "meebeslissen-panel/1"
MANIFEST_FORMAT = "meebeslissen-panel-manifest/1"
DRAW_FORMAT = "meebeslissen-panel-draw/1"
LETTER_FORMAT = "meebeslissen-panel-letter/1"
LARGEST_FILE = 200_000_000
LARGEST_REGISTER = 20_000_000
HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")
HEX_32 = re.compile(r"[0-9a-f]{32}\Z")
HEX_64 = re.compile(r"[0-9a-f]{64}\Z")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)
FRACTION = re.compile(r"\d{1,40}(/[1-9]\d{0,39})?\Z", re.ASCII)
THROWS = re.compile(r"[1-9]\d{0,5}( [1-9]\d{0,5})*\Z", re.ASCII)
# The two public chains of drand: name, the second that round 1 was known, and the seconds between rounds.
CHAINS = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": ("drand quicknet", 1692803367, 3),
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": ("drand mainnet", 1595431050, 30),
}

NOT_CHECKED = (
    "Whether the announcement really was public before the draw. Compare it with a copy from that time.",
    "Whether everyone who should be in the register is in it, and nobody else.",
)
NOT_CHECKED_OF_PANELS = (
    "Whether the numbers of a panel and the lowest and highest chance are true: that would open the panels.",
)


class Finding(NamedTuple):
    """One thing that was checked: whether it is right, and a sentence that says what was found."""

    check: str
    right: bool
    sentence: str


class Unreadable(Exception):
    """A file that cannot be checked at all; the message says why, for people."""


class Wrong(Exception):
    """A check that failed; the message says what is wrong, for people."""


class Report:
    """What was found so far, and what a reader should not believe on this program's word."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.not_checked: list[str] = []

    @property
    def right(self) -> bool:
        return all(finding.right for finding in self.findings)

    def run(self, check: str, function: Any, *arguments: Any) -> bool:
        """Do one check. It returns its sentence, or raises Wrong with another one."""
        try:
            self.findings.append(Finding(check, True, function(*arguments, self.not_checked)))
        except Wrong as wrong:
            self.findings.append(Finding(check, False, str(wrong)))
        except (ValueError, OverflowError, RecursionError):
            self.findings.append(
                Finding(check, False, "A text or number in the file cannot be computed with.")
            )
        return self.findings[-1].right


def need(condition: object, sentence: str) -> None:
    if not condition:
        raise Wrong(sentence)


def check_files(manifest: Any, draw: Any = None, letter: Any = None) -> Report:
    """Everything that can be checked, in the order a reader would ask it."""
    report = Report()
    if not report.run("format", check_shapes, manifest, draw, letter):
        return report
    report.run("sources", check_sources, manifest)
    panels = manifest["draw"]["kind"] == "panel"
    if panels:
        report.run("totals", check_totals, manifest)
    report.run("chances", check_chances, manifest)
    if draw is not None and report.run("announcement", check_announcement, manifest, draw):
        report.run("chance", check_chance, manifest, draw)
        report.run("seed", check_seed, manifest, draw)
        if panels:
            report.run("panel", check_panel, manifest, draw)
            report.run("groups", check_groups, manifest, draw)
            report.run("members", check_members, manifest, draw)
        else:
            report.run("places", check_places, manifest, draw)
    if letter is not None and report.run("letter", check_letter, manifest, letter):
        if panels:
            report.run("own chance", check_own_chance, manifest, letter)
        if draw is not None and report.right:
            report.run("own outcome", check_own_outcome, draw, letter)
    report.not_checked += list(NOT_CHECKED) + (list(NOT_CHECKED_OF_PANELS) if panels else [])
    return report


# --- The shape of the files ---------------------------------------------------------------------------------


def is_text(value: object) -> bool:
    # JSON can hold half a character, which no text can: then nothing can be computed over it.
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def is_name(value: object) -> bool:
    return is_text(value) and str(value).strip() != ""


def is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63


def is_positive(value: object) -> bool:
    return is_number(value) and value != 0


def is_hash(value: object) -> bool:
    return isinstance(value, str) and HEX_64.match(value) is not None


def is_hex(value: object) -> bool:
    return isinstance(value, str) and len(value) < 1000 and HEX.match(value) is not None


def is_salt(value: object) -> bool:
    return isinstance(value, str) and HEX_32.match(value) is not None


def is_moment(value: object) -> bool:
    if not isinstance(value, str) or not MOMENT.match(value):
        return False
    try:
        moment(value)
    except ValueError:
        return False
    return True


def is_chance(value: object) -> bool:
    return isinstance(value, str) and FRACTION.match(value) is not None


def is_row(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value != {}
        and all(is_text(text) for pair in value.items() for text in pair)
    )


def is_totals(value: object) -> bool:
    return isinstance(value, list) and all(total is None or is_number(total) for total in value)


def is_list_of(fits: Any) -> Any:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def or_nothing(fits: Any) -> Any:
    return lambda value: value is None or fits(value)


def exactly(*texts: str) -> Any:
    return lambda value: isinstance(value, str) and value in texts


PATH = is_list_of(is_hash)
GENERATION = {"number": is_positive, "previous": or_nothing(is_hash)}
REGISTER = {"rows": lambda value: is_positive(value) and value <= LARGEST_REGISTER, "root": is_hash}
TARGET = {"feature": is_name, "value": is_name, "minimum": is_number, "maximum": is_number}
GROUPS = {"number": is_number, "root": or_nothing(is_hash)}
ANNOUNCED_PANEL = {"root": is_hash, "weight": is_positive, "totals": is_totals}
SIMPLE = {"kind": exactly("simple"), "number": is_positive, "reserves": is_number}
PANEL = {
    "kind": exactly("panel"),
    "seats": is_positive,
    "targets": [TARGET],
    "small_below": is_number,
    "lowest_chance": is_chance,
    "highest_chance": is_chance,
    "groups": GROUPS,
    "panels": [ANNOUNCED_PANEL],
}
DRAND = {
    "kind": exactly("drand"),
    "name": is_name,
    "chain": exactly(*CHAINS),
    "round": lambda value: is_positive(value) and value < 2**32,
}
DICE = {
    "kind": exactly("dice"),
    "where": is_name,
    "at": is_moment,
    "throws": lambda value: is_positive(value) and value <= 10000,
    "sides": lambda value: is_positive(value) and value <= 999999,
    "reading": is_name,
}
SECRET = {"kind": exactly("secret"), "holder": is_name, "commitment": is_hash}
PARTS = {"drand": DRAND, "dice": DICE, "secret": SECRET}
MANIFEST = {
    "format": exactly(MANIFEST_FORMAT),
    "algorithm": exactly(ALGORITHM),
    "purpose": is_name,
    "published_before": is_moment,
    "generation": GENERATION,
    "register": REGISTER,
    "sources": [{"parts": [PARTS], "until": is_moment}],
    "draw": {"simple": SIMPLE, "panel": PANEL},
}
VALUES = {
    "drand": {
        "kind": exactly("drand"),
        "randomness": is_hash,
        "signature?": is_hex,
        "previous_signature?": is_hex,
    },
    "dice": {
        "kind": exactly("dice"),
        "throws": lambda value: isinstance(value, str) and bool(THROWS.match(value)),
    },
    "secret": {"kind": exactly("secret"), "secret": is_hash},
}
SEAT = {"commitment": is_hash, "group": or_nothing(is_number)}
OPENED = {"ticket": is_hash, "key": is_hash, "seal": is_hash, "commitment": is_hash}
OPENED_GROUP = {
    "group": is_number,
    "tickets": is_list_of(is_hash),
    "path": PATH,
    "opened": [OPENED],
    "reserves": is_list_of(is_hash),
}
OUTCOMES = {
    "simple": {
        "kind": exactly("simple"),
        "drawn": is_list_of(is_number),
        "reserves": is_list_of(is_number),
    },
    "panel": {
        "kind": exactly("panel"),
        "panel": is_number,
        "secret": is_hash,
        "seats": [SEAT],
        "open_seats": [{"group": is_number, "number": is_positive}],
        "groups": [OPENED_GROUP],
        "members": [{"commitment": is_hash, "place": is_number, "path": PATH}],
    },
}
DRAW = {
    "format": exactly(DRAW_FORMAT),
    "manifest_fingerprint": is_hash,
    "chance": {"source": is_number, "values": [VALUES], "waited_until": is_list_of(is_moment)},
    "seed": is_hash,
    "outcome": OUTCOMES,
}
OWN_SEAT = {
    "panel": is_number,
    "group": or_nothing(is_number),
    "salt": is_hash,
    "place": is_number,
    "entries": is_positive,
    "path": PATH,
}
LETTER = {
    "format": exactly(LETTER_FORMAT),
    "manifest_fingerprint": is_hash,
    "row": is_row,
    "salt": is_salt,
    "place": is_number,
    "path": PATH,
    "seats": [OWN_SEAT],
    "group": or_nothing(is_number),
}


def check_shapes(manifest: Any, draw: Any, letter: Any, _: list[str]) -> str:
    """Whether the files are complete, and hold nothing that this program does not know."""
    for part, name, form, shape in (
        (manifest, "announcement", MANIFEST_FORMAT, MANIFEST),
        (draw, "draw", DRAW_FORMAT, DRAW),
        (letter, "letter", LETTER_FORMAT, LETTER),
    ):
        if part is None and name != "announcement":
            continue
        need(isinstance(part, dict), f"The file of the {name} holds something else.")
        need(
            part.get("format") == form,
            f"The format of the {name} is {shown(part.get('format'))}, but this program checks {form}.",
        )
        wrong = next(misfits(f"the {name}", part, shape), None)
        need(wrong is None, str(wrong))
    if draw is not None:
        need(draw["outcome"]["kind"] == manifest["draw"]["kind"], "Another kind of draw was announced.")
    return f"The files are complete. What is drawn: {shown(manifest['purpose'])}."


def misfits(where: str, part: Any, shape: Any) -> Iterator[str]:
    """What is missing or not as it should be. A shape is a table of names, or a check of one value.

    A list of one shape stands for a list. A table of tables is chosen from by "kind".
    """
    if isinstance(shape, list):
        if not isinstance(part, list):
            yield f"In {where} a list is missing."
            return
        for number, each in enumerate(part, start=1):
            for sentence in misfits(f"{where}, number {number}", each, shape[0]):
                yield sentence
        return
    if not isinstance(part, dict):
        yield f"A part of {where} is missing or cannot be read."
        return
    if shape in (PARTS, VALUES, OUTCOMES, MANIFEST["draw"]):
        kind = part.get("kind")
        if not isinstance(kind, str) or kind not in shape:
            yield f'In {where} "kind" is {shown(kind)}, which this program does not know.'
            return
        shape = shape[kind]
    for name, fits in shape.items():
        optional, name = name.endswith("?"), name.rstrip("?")
        if name not in part:
            if not optional:
                yield f'In {where} "{name}" is missing.'
        elif isinstance(fits, (dict, list)):
            for sentence in misfits(f'{where}, "{name}"', part[name], fits):
                yield sentence
        elif not fits(part[name]):
            yield f'In {where} "{name}" is {shown(part[name])}, which cannot be.'
    unknown = sorted(set(part) - {name.rstrip("?") for name in shape})
    if unknown:
        yield f"In {where} stands {shown(unknown[0])}, which this program does not know."


# --- What was announced -------------------------------------------------------------------------------------


def check_sources(manifest: Any, not_checked: list[str]) -> str:
    need(manifest["sources"], "The announcement names no source of chance.")
    after = moment(manifest["published_before"])
    for number, source in enumerate(manifest["sources"], start=1):
        about, parts, until = f"Source {number} of chance: ", source["parts"], moment(source["until"])
        need(until > after, about + "the moments are not in order.")
        need(parts, about + "it has no parts.")
        for part in parts:
            check_part(part, about)
            known = known_at(part)
            need(known is None or known > after, about + "it was known before its turn.")
            need(known is None or known < until, about + "it would become known after its turn.")
        holders = [part["holder"] for part in parts if part["kind"] == "secret"]
        need(len(set(holders)) == len(holders), about + "a witness has two secrets.")
        need(len(holders) != 1 or len(parts) > 1, about + "one witness alone would know the outcome.")
        after = until
    generation = manifest["generation"]
    need(
        (generation["number"] == 1) == (generation["previous"] is None),
        "The number of the announcement is not right.",
    )
    if generation["previous"]:
        not_checked.append(
            f"Why there were {generation['number'] - 1} announcements before this one. They are public too."
        )
    count = len(manifest["sources"])
    return f"Sources of chance, named in order and not known before the announcement: {count}."


def check_part(part: Any, about: str) -> None:
    if part["kind"] == "dice":
        need(part["sides"] ** part["throws"] >= 2**64, about + "there are too few throws of dice.")
    if part["kind"] == "drand":
        need(part["name"] == CHAINS[part["chain"]][0], about + "the name is not that of the chain.")


def check_totals(manifest: Any, not_checked: list[str]) -> str:
    draw = manifest["draw"]
    places: dict[str, list[int]] = {}
    targets = draw["targets"]
    for place, target in enumerate(targets):
        need(
            target["minimum"] <= target["maximum"],
            f"The target {name_of(target)} has a minimum above its maximum.",
        )
        places.setdefault(target["feature"], []).append(place)
    need(
        len({name_of(target) for target in targets}) == len(targets),
        "A target stands in the announcement twice.",
    )
    need(draw["panels"], "The announcement holds no panels.")
    need(
        len({panel["root"] for panel in draw["panels"]}) == len(draw["panels"]),
        "A panel stands in the list twice.",
    )
    shown_features = {
        feature: not any(can_be_small(targets[place], [targets[at] for at in where], draw) for place in where)
        for feature, where in places.items()
    }
    for number, panel in enumerate(draw["panels"]):
        totals = panel["totals"]
        need(len(totals) == len(targets), f"Panel {number} has too many or too few numbers.")
        for feature, where in places.items():
            numbers, about = [totals[place] for place in where], f"Panel {number}, {shown(feature)}: "
            if not shown_features[feature]:
                need(numbers == [None] * len(numbers), about + "a number is shown that could be a small one.")
                continue
            need(None not in numbers, about + "a number is left out without need.")
            need(sum(numbers) == draw["seats"], about + "the numbers do not add up to the seats.")
            for place in where:
                fits = targets[place]["minimum"] <= totals[place] <= targets[place]["maximum"]
                need(fits, about + "a number does not meet its target.")
    left_out = sorted(feature for feature in places if not shown_features[feature])
    if left_out:
        names = ", ".join(map(shown, left_out))
        not_checked.append(f"The numbers per panel of {names}: they can be so small that they are not shown.")
    return f"All shown numbers of {len(draw['panels'])} panels meet the {len(targets)} targets and add up."


def can_be_small(target: Any, feature: list[Any], draw: Any) -> bool:
    """Whether the targets leave room for a number that could tell about one member."""
    others = [each for each in feature if each is not target]
    least: int = max(target["minimum"], draw["seats"] - sum(each["maximum"] for each in others))
    most: int = min(target["maximum"], draw["seats"] - sum(each["minimum"] for each in others))
    return least < most and least < int(draw["small_below"])


def check_chances(manifest: Any, not_checked: list[str]) -> str:
    draw, rows = manifest["draw"], manifest["register"]["rows"]
    if draw["kind"] == "simple":
        need(
            draw["number"] + draw["reserves"] <= rows,
            "More people would be drawn than stand in the register.",
        )
        return f"Everyone in the register had the same chance: {draw['number']} of {rows}."
    lowest, highest = Fraction(draw["lowest_chance"]), Fraction(draw["highest_chance"])
    need(0 <= lowest <= highest <= 1, "The lowest and highest chance cannot be.")
    need(draw["seats"] <= rows, "A panel has more seats than there are people in the register.")
    need(
        (draw["groups"]["number"] == 0) == (draw["groups"]["root"] is None),
        "The groups are not announced well.",
    )
    need(sum(panel["weight"] for panel in draw["panels"]) < 2**63, "The weights of the panels are too large.")
    return f"The announced chances lie between {float(lowest):.4f} and {float(highest):.4f}."


# --- Whether the outcome follows ----------------------------------------------------------------------------


def check_announcement(manifest: Any, draw: Any, _: list[str]) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    fingerprint = sha256(text.encode("utf-8"))
    need(
        fingerprint == draw["manifest_fingerprint"],
        "The draw belongs to another announcement, or it was changed.",
    )
    return f"The draw belongs to this announcement, with the fingerprint {fingerprint}."


def check_chance(manifest: Any, draw: Any, not_checked: list[str]) -> str:
    chance, sources = draw["chance"], manifest["sources"]
    need(chance["source"] < len(sources), "The chance came from a source that was not announced.")
    passed = [source["until"] for source in sources[: chance["source"]]]
    need(
        chance["waited_until"] == passed,
        "It is not said right until when the earlier sources were waited for.",
    )
    for number, until in enumerate(passed, start=1):
        not_checked.append(f"Whether source {number} really did not come before {until}.")
    parts, values = sources[chance["source"]]["parts"], chance["values"]
    need(len(parts) == len(values), "There is not one value for each part of the source.")
    for number, part in enumerate(parts):
        check_value(part, values[number], not_checked)
    return f"Source {chance['source'] + 1} of the announcement held, and its values have the right form."


def check_value(part: Any, value: Any, not_checked: list[str]) -> None:
    need(value["kind"] == part["kind"], "A value belongs to another kind of source than was announced.")
    if part["kind"] == "secret":
        fits = sha256(bytes.fromhex(value["secret"])) == part["commitment"]
        need(fits, f"The secret of {shown(part['holder'])} does not fit the commitment in the announcement.")
        not_checked.append(f"Whether the secret of {shown(part['holder'])} stayed secret until the draw.")
    elif part["kind"] == "dice":
        throws = value["throws"].split(" ")
        need(len(throws) == part["throws"], "There is another number of throws than was announced.")
        need(
            all(int(throw) <= part["sides"] for throw in throws),
            "A throw is higher than the dice have sides.",
        )
        not_checked.append(
            f"Whether the dice at {shown(part['where'])} really gave {value['throws']}. Ask who was there."
        )
    else:
        about = f"round {part['round']} of {part['name']}"
        signature, linked = value.get("signature"), part["name"] == "drand mainnet"
        need(
            linked == ("previous_signature" in value) or not signature,
            f"A signature of {about} is missing, or too many.",
        )
        if signature:
            need(len(signature) == (192 if linked else 96), f"The signature of {about} has the wrong length.")
            right = sha256(bytes.fromhex(signature)) == value["randomness"]
            need(right, f"The randomness of {about} is not that of its signature.")
            not_checked.append(
                f"Whether the signature of {about} is drand's own. The standard library cannot."
            )
        else:
            not_checked.append(
                f"Whether {about} gave {value['randomness']}. It came without a signature: look it up."
            )


def check_seed(manifest: Any, draw: Any, _: list[str]) -> str:
    chance = draw["chance"]
    texts = [
        value.get("randomness") or value.get("throws") or value.get("secret") for value in chance["values"]
    ]
    seed = hash_of([ALGORITHM, "seed", draw["manifest_fingerprint"], str(chance["source"]), *texts])
    need(seed == draw["seed"], "The seed does not follow from the announcement and the source of chance.")
    return "The seed follows from the announcement and the source of chance."


def check_places(manifest: Any, draw: Any, _: list[str]) -> str:
    wanted, outcome = manifest["draw"], draw["outcome"]
    total = wanted["number"] + wanted["reserves"]
    places = first_places(hash_of([ALGORITHM, "simple", draw["seed"]]), total, manifest["register"]["rows"])
    need(outcome["drawn"] == places[: wanted["number"]], "Who was drawn does not follow from the seed.")
    need(
        outcome["reserves"] == places[wanted["number"] :],
        "The order of the reserves does not follow from the seed.",
    )
    return f"All {wanted['number']} drawn places and {wanted['reserves']} reserves were recomputed."


def check_panel(manifest: Any, draw: Any, _: list[str]) -> str:
    announced, outcome = manifest["draw"]["panels"], draw["outcome"]
    left = number_below(
        sum(panel["weight"] for panel in announced), stream(hash_of([ALGORITHM, "panel", draw["seed"]]))
    )
    number = 0
    while left >= announced[number]["weight"]:
        left -= announced[number]["weight"]
        number += 1
    need(outcome["panel"] == number, f"The seed draws panel {number}, but the file says {outcome['panel']}.")
    entries = [seat_entry(number, seat["commitment"], seat["group"]) for seat in outcome["seats"]]
    entries += [
        ["open", str(number), str(each["group"]), str(each["number"])] for each in outcome["open_seats"]
    ]
    seals = sorted(mac(mac(outcome["secret"], entry), entry) for entry in entries)
    need(seals, "The drawn panel is empty.")
    need(
        root_of(seals) == announced[number]["root"],
        "The opened panel is not the one that was sealed beforehand.",
    )
    size = len(outcome["seats"]) + sum(each["number"] for each in outcome["open_seats"])
    need(size == manifest["draw"]["seats"], "The drawn panel has another number of seats than was announced.")
    return f"Panel {number} of {len(announced)} was drawn, and it is exactly what was sealed before the draw."


def check_groups(manifest: Any, draw: Any, _: list[str]) -> str:
    outcome, announced = draw["outcome"], manifest["draw"]["groups"]
    fixed = {seat["commitment"]: seat["group"] for seat in outcome["seats"]}
    open_seats = {each["group"]: each["number"] for each in outcome["open_seats"]}
    need(len(open_seats) == len(outcome["open_seats"]), "A panel names the open seats of a group twice.")
    named = sorted(set(open_seats) | {group for group in fixed.values() if group is not None})
    need(
        [group["group"] for group in outcome["groups"]] == named,
        "Not exactly the groups of the panel are opened.",
    )
    for group in outcome["groups"]:
        number, tickets = group["group"], group["tickets"]
        about = f"Group {number}: "
        need(number < announced["number"] and tickets, about + "it was not announced.")
        need(tickets == sorted(set(tickets)), about + "the tickets are not in order.")
        line = join(["group", str(number), str(len(tickets)), root_of(tickets)])
        same = root_by_path(line, number, announced["number"], group["path"]) == announced["root"]
        need(same, about + "it is not the one that was sealed beforehand.")
        holder = opened_tickets(number, group)
        seated = {ticket for ticket, row in holder.items() if row in fixed}
        for row, own_group in fixed.items():
            need(
                own_group != number or row in holder.values(), about + "the ticket of a member is not opened."
            )
        places = first_places(
            hash_of([ALGORITHM, "group", str(number), draw["seed"]]), len(tickets), len(tickets)
        )
        free = [tickets[place] for place in places if tickets[place] not in seated]
        seats = open_seats.get(number, 0)
        need(len(free) >= seats, about + "it has more open seats than people.")
        need(
            set(holder) == seated | set(free[:seats]),
            about + "who got the open seats does not follow from the seed.",
        )
        need(
            group["reserves"] == free[seats:],
            about + "the order of the reserves does not follow from the seed.",
        )
    if not outcome["groups"]:
        return "No seat was left to be drawn within a group."
    return f"In {len(named)} groups the open seats and the order of the reserves were recomputed."


def opened_tickets(number: int, group: Any) -> dict[str, str]:
    """Whose the opened tickets of a group are."""
    for each in group["opened"]:
        right = ticket_of(each["key"], number) == each["ticket"] and each["ticket"] in group["tickets"]
        same = commitment_of(each["seal"], each["key"]) == each["commitment"]
        need(right and same, f"Group {number}: an opened ticket does not fit its seal.")
    holder = {each["ticket"]: each["commitment"] for each in group["opened"]}
    need(len(holder) == len(group["opened"]), f"Group {number}: a ticket is opened twice.")
    return holder


def check_members(manifest: Any, draw: Any, _: list[str]) -> str:
    outcome, register = draw["outcome"], manifest["register"]
    rows = {seat["commitment"] for seat in outcome["seats"]}
    need(len(rows) == len(outcome["seats"]), "Somebody has two seats on the panel.")
    rows.update(each["commitment"] for group in outcome["groups"] for each in group["opened"])
    need(
        [member["commitment"] for member in outcome["members"]] == sorted(rows),
        "The members are not the drawn ones.",
    )
    need(len(rows) == manifest["draw"]["seats"], "Somebody has two seats on the panel, or a seat is empty.")
    for member in outcome["members"]:
        found = root_by_path(
            bytes.fromhex(member["commitment"]), member["place"], register["rows"], member["path"]
        )
        need(
            found == register["root"],
            f"The member at place {member['place']} is not proved to be in the register.",
        )
    return f"All {len(rows)} members are proved to be in the register of {register['rows']} rows."


# --- Your own letter ----------------------------------------------------------------------------------------


def check_letter(manifest: Any, letter: Any, _: list[str]) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    need(
        sha256(text.encode("utf-8")) == letter["manifest_fingerprint"],
        "The letter belongs to another announcement.",
    )
    simple = manifest["draw"]["kind"] == "simple"
    need(
        not simple or (letter["seats"] == [] and letter["group"] is None),
        "The letter is of another kind of draw.",
    )
    register = manifest["register"]
    found = root_by_path(bytes.fromhex(own_row(letter)), letter["place"], register["rows"], letter["path"])
    need(found == register["root"], "The row of the letter is not in the register that was announced.")
    return f"You are in the register, at place {letter['place']} (counted from 0) of {register['rows']}."


def check_own_chance(manifest: Any, letter: Any, not_checked: list[str]) -> str:
    draw, row = manifest["draw"], own_row(letter)
    panels = draw["panels"]
    for seat in letter["seats"]:
        number = seat["panel"]
        need(number < len(panels), "The letter names a panel that was not announced.")
        seal = mac(seat["salt"], seat_entry(number, row, seat["group"]))
        found = root_by_path(bytes.fromhex(seal), seat["place"], seat["entries"], seat["path"])
        need(
            found == panels[number]["root"],
            f"Your seat in panel {number} is not in what was sealed beforehand.",
        )
    own = {seat["panel"] for seat in letter["seats"]}
    need(len(own) == len(letter["seats"]), "The letter names a panel twice.")
    chance = Fraction(
        sum(panels[number]["weight"] for number in own), sum(panel["weight"] for panel in panels)
    )
    need(chance <= Fraction(draw["highest_chance"]), "Your chance was above the highest that was announced.")
    if letter["group"] is None:
        need(
            chance >= Fraction(draw["lowest_chance"]), "Your chance was below the lowest that was announced."
        )
    else:
        not_checked.append("How much the open seats of your group add to your chance.")
    return f"You had a seat in {len(own)} of {len(panels)} panels: a chance of {float(chance):.4f}."


def check_own_outcome(draw: Any, letter: Any, not_checked: list[str]) -> str:
    outcome = draw["outcome"]
    if outcome["kind"] == "simple":
        if letter["place"] in outcome["drawn"]:
            return f"You were drawn, as number {outcome['drawn'].index(letter['place']) + 1}."
        if letter["place"] in outcome["reserves"]:
            return f"You are number {outcome['reserves'].index(letter['place']) + 1} of the reserves."
        return "You were not drawn."
    row, reserve, group_seen = own_row(letter), None, letter["group"] is None
    for group in outcome["groups"]:
        own = ticket_of(own_key(letter), group["group"])
        is_own = group["group"] == letter["group"]
        need(
            (own in group["tickets"]) == is_own, "Your ticket is not in the one group that your letter names."
        )
        if is_own:
            group_seen = True
            reserve = group["reserves"].index(own) + 1 if own in group["reserves"] else None
    if not group_seen:
        not_checked.append("Whether your ticket is in your group. The drawn panel did not need that group.")
    if row in [member["commitment"] for member in outcome["members"]]:
        return "You were drawn: you are a member of the panel."
    if reserve is not None:
        return f"You are number {reserve} of the reserves of your group."
    return "You were not drawn."


def own_row(letter: Any) -> str:
    texts = [text for name in sorted(letter["row"]) for text in (name, letter["row"][name])]
    return commitment_of(mac(letter["salt"], texts), own_key(letter))


def own_key(letter: Any) -> str:
    return mac(letter["salt"], ["ticket key"])


# --- Small calculations -------------------------------------------------------------------------------------


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def join(texts: list[str]) -> bytes:
    """Each text as its length in bytes, a colon, and its bytes; all behind each other."""
    return b"".join(b"%d:%s" % (len(raw), raw) for raw in (text.encode("utf-8") for text in texts))


def hash_of(texts: list[str]) -> str:
    return sha256(join(texts))


def mac(key: str, texts: list[str]) -> str:
    return hmac.new(bytes.fromhex(key), join(texts), hashlib.sha256).hexdigest()


def commitment_of(seal: str, ticket_key: str) -> str:
    return hash_of([seal, sha256(bytes.fromhex(ticket_key))])


def ticket_of(ticket_key: str, group: int) -> str:
    return mac(ticket_key, ["ticket", str(group)])


def seat_entry(panel: int, row: str, group: Any) -> list[str]:
    return ["seat", str(panel), row, "" if group is None else str(group)]


def root_of(hashes: list[str]) -> str:
    """The one hash over a whole list: pairs from the left, level by level; one left over goes up as it is."""
    level = [hashlib.sha256(b"\x00" + bytes.fromhex(each)).digest() for each in hashes]
    while len(level) > 1:
        pairs = [b"".join(level[at : at + 2]) for at in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\x01" + pair).digest() if len(pair) > 32 else pair for pair in pairs]
    return level[0].hex()


def root_by_path(content: bytes, place: int, size: int, path: list[str]) -> str:
    """The same hash, computed from one line and the hashes beside its way up; empty if they misfit."""
    here, steps = hashlib.sha256(b"\x00" + content).digest(), list(path)
    if place >= size:
        return ""
    while size > 1:
        left_over = place == size - 1 and size % 2 == 1
        if not left_over:
            if not steps:
                return ""
            beside = bytes.fromhex(steps.pop(0))
            pair = beside + here if place % 2 == 1 else here + beside
            here = hashlib.sha256(b"\x01" + pair).digest()
        place, size = place // 2, (size + 1) // 2
    return "" if steps else here.hex()


def stream(seed: str) -> Iterator[int]:
    """Numbers that follow from a seed, as many as are asked for."""
    block = 0
    while True:
        raw = hashlib.sha256(bytes.fromhex(seed) + block.to_bytes(8, "big")).digest()
        for at in (0, 8, 16, 24):
            yield int.from_bytes(raw[at : at + 8], "big")
        block += 1


def number_below(choices: int, numbers: Iterator[int]) -> int:
    while True:
        number = next(numbers)
        if number < 2**64 - 2**64 % choices:  # keeping others would favour the first
            return number % choices


def first_places(seed: str, count: int, size: int) -> list[int]:
    """Shuffle all places from the front, and take the first so many."""
    numbers, places = stream(seed), list(range(size))
    for place in range(count):
        other = place + number_below(size - place, numbers)
        places[place], places[other] = places[other], places[place]
    return places[:count]


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def known_at(part: Any) -> datetime | None:
    if part["kind"] == "dice":
        return moment(part["at"])
    if part["kind"] == "drand":
        _, first, period = CHAINS[part["chain"]]
        return datetime.fromtimestamp(first + (part["round"] - 1) * period, timezone.utc)
    return None


def name_of(target: Any) -> str:
    return shown(target["feature"]) + " " + shown(target["value"])


def shown(value: object) -> str:
    """A value from the file, safe to print: cut short, and without signs that steer a screen."""
    text = value if isinstance(value, str) else json.dumps(value)
    return '"' + "".join(sign if sign.isprintable() else "?" for sign in text[:120]) + '"'


# --- The command line ---------------------------------------------------------------------------------------


def unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
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
        raise Unreadable(f"The file {shown(path)} is too large to belong to a draw.")
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=unique_names, parse_constant=not_a_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The file {shown(path)} is not well-formed JSON in UTF-8.") from error


def verify(manifest: str, draw: str | None = None, letter: str | None = None) -> Report:
    """Check files by their names."""
    try:
        return check_files(*(None if path is None else read(path) for path in (manifest, draw, letter)))
    except Unreadable as problem:
        report = Report()
        report.findings.append(Finding("file", False, str(problem)))
        return report


def in_words(report: Report) -> str:
    lines = [
        "RIGHT: all that can be checked is right." if report.right else "NOT RIGHT: see the lines with an x."
    ]
    lines += [f"  {'+' if finding.right else 'x'} {finding.sentence}" for finding in report.findings]
    if report.not_checked:
        lines += ["Not checked, because a file cannot show it:"]
        lines += [f"  - {sentence}" for sentence in report.not_checked]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Check a draw from what was published before and after it.")
    parser.add_argument("manifest", help="the announcement from before the draw, as JSON")
    parser.add_argument("draw", nargs="?", help="what was published after the draw, as JSON")
    parser.add_argument("--letter", help="the file that comes with your own letter")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    options = parser.parse_args(arguments)
    report = verify(options.manifest, options.draw, options.letter)
    if options.json:
        findings = [finding._asdict() for finding in report.findings]
        text = json.dumps(
            {"right": report.right, "findings": findings, "not_checked": report.not_checked}, indent=2
        )
    else:
        text = in_words(report)
    # A terminal that knows few letters still shows everything.
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, errors="backslashreplace").decode(encoding))
    return 0 if report.right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
