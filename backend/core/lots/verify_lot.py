#!/usr/bin/env python3
"""Check a lot that was drawn, on your own computer: python verify_lot.py FILE.json

This file stands alone: it needs Python 3.11 or newer, nothing else. It does not use the platform's code on
purpose. A mistake or a trick in that code would repeat itself here and look right; two separate programs that
agree are worth more. The steps it follows are published under the name "meebeslissen-lot/1".

The exit status is 0 only when everything that can be checked is right.
"""

import hashlib
import io
import json
import re
import sys
from typing import Any, NoReturn

ALGORITHM = "meebeslissen-lot/1"
FORMAT = "meebeslissen-draw/1"
LARGEST_FILE = 200_000_000
HEX_64 = re.compile(r"[0-9a-f]{64}\Z")
Json = dict[str, Any]

NOT_CHECKED = [
    "Whether the announcement really was public before the draw. Compare it with a copy from that time.",
    "Whether everyone who should be in the list is in it, and nobody else.",
    "Whether a secret stayed secret until the draw.",
]


class Wrong(Exception):
    """Something in the file is not right; the message says what, for people."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def join(texts: list[str]) -> bytes:
    """Each text as its length in bytes, a colon, and its bytes; all behind each other."""
    pieces = []
    for text in texts:
        raw = text.encode("utf-8")
        pieces.append(str(len(raw)).encode("ascii") + b":" + raw)
    return b"".join(pieces)


def order_from(seed_hex: str, items: list[str]) -> list[str]:
    """Shuffle the sorted items by numbers that follow from the seed alone."""
    seed = bytes.fromhex(seed_hex)
    numbers: list[int] = []
    blocks_used = 0
    order = sorted(items)
    place = len(order) - 1
    while place > 0:
        if not numbers:
            block = hashlib.sha256(seed + blocks_used.to_bytes(8, "big")).digest()
            blocks_used += 1
            numbers = [int.from_bytes(block[i : i + 8], "big") for i in (0, 8, 16, 24)]
        number = numbers.pop(0)
        choices = place + 1
        if number >= 2**64 - 2**64 % choices:
            continue  # keeping it would favour the first places
        chosen = number % choices
        order[place], order[chosen] = order[chosen], order[place]
        place -= 1
    return order


def need(condition: object, sentence: str) -> None:
    if not condition:
        raise Wrong(sentence)


def is_hex(value: object) -> bool:
    return isinstance(value, str) and HEX_64.match(value) is not None


def texts_in(published: Json, name: str, missing: str) -> list[str]:
    value = published.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
        raise Wrong(missing)
    return value


def shown(value: object) -> str:
    """A value from the file, safe to print: cut short, and without signs that steer a screen."""
    text = value if isinstance(value, str) else json.dumps(value)
    text = "".join(sign if sign.isprintable() else "?" for sign in text[:120])
    return '"' + text + '"'


def check(published: Any) -> tuple[list[str], list[str]]:
    """What was checked, as sentences, and what was not. Raises Wrong at the first thing that is not right."""
    need(isinstance(published, dict), "The file does not hold a published draw.")
    kind = published.get("format")
    need(
        not (isinstance(kind, str) and kind.startswith("meebeslissen-protocol/")),
        "This file is the protocol of a count. Check it with verify_protocol.py.",
    )
    need(kind == FORMAT, "The format is " + shown(kind) + ", but this program checks " + shown(FORMAT) + ".")
    manifest = published.get("manifest")
    need(isinstance(manifest, dict), "The announcement is missing.")
    need(manifest.get("algorithm") == ALGORITHM, "The lot was not drawn by " + ALGORITHM + ".")
    done = [check_manifest(published, manifest), check_list(published, manifest)]
    sentences, not_checked = check_revealed(published, manifest)
    done += sentences
    done.append(check_order(published))
    return done, not_checked + NOT_CHECKED


def check_manifest(published: Json, manifest: Json) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    need(
        sha256(text.encode("utf-8")) == published.get("manifest_fingerprint"),
        "The fingerprint of the announcement is not that of the announcement in this file.",
    )
    return "The announcement (" + shown(manifest.get("purpose")) + ") has the fingerprint the file names."


def check_list(published: Json, manifest: Json) -> str:
    items = texts_in(published, "items", "The list that was drawn from is missing or empty.")
    need(len(set(items)) == len(items), "Somebody or something stands in the list twice.")
    fingerprint = sha256(join(sorted(items)))
    need(fingerprint == published.get("list_fingerprint"), "The fingerprint of the list is not right.")
    announced = manifest.get("list_fingerprint")
    if announced is None:
        return f"The list of {len(items)} has the right fingerprint. The list was not announced beforehand."
    need(announced == fingerprint, "The list is not the one that was announced.")
    return f"The list of {len(items)} is exactly the one that was announced."


def check_revealed(published: Json, manifest: Json) -> tuple[list[str], list[str]]:
    sources = manifest.get("sources")
    if not isinstance(sources, list) or not sources:
        raise Wrong("The announcement names no source of chance.")
    revealed = texts_in(published, "revealed", "The values that the chance came from are missing.")
    need(len(sources) == len(revealed), "The file does not reveal one value for each source of chance.")
    done: list[str] = []
    not_checked: list[str] = []
    for source, value in zip(sources, revealed, strict=True):
        need(isinstance(source, dict), "A source of chance in the announcement cannot be read.")
        if source.get("kind") == "secret":
            holder = shown(source.get("holder"))
            need(is_hex(value), "The secret of " + holder + " is not a number of 64 hexadecimal digits.")
            fits = sha256(bytes.fromhex(value)) == source.get("commitment")
            need(fits, "The secret of " + holder + " does not fit the commitment in the announcement.")
            done.append("The secret of " + holder + " fits the commitment in the announcement.")
        elif source.get("kind") == "public":
            where = shown(source.get("name")) + ", " + shown(source.get("reference"))
            not_checked.append("Whether " + where + " really gave " + shown(value) + ". Look it up yourself.")
        else:
            raise Wrong("The kind of source " + shown(source.get("kind")) + " is not known to this program.")
    return done, not_checked


def check_order(published: Json) -> str:
    promise = published["manifest_fingerprint"]
    seed = sha256(join([ALGORITHM, promise, published["list_fingerprint"]] + published["revealed"]))
    need(seed == published.get("seed"), "The seed does not follow from what was announced and revealed.")
    order = texts_in(published, "order", "The order is missing.")
    need(sorted(order) == sorted(published["items"]), "The order does not hold the same names as the list.")
    need(order == order_from(seed, published["items"]), "The order does not follow from the seed.")
    return f"All {len(order)} places were recomputed, and the order is right. First is {shown(order[0])}."


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")


def unique_keys(pairs: list[tuple[str, Any]]) -> Json:
    keys = [key for key, _ in pairs]
    need(len(set(keys)) == len(keys), "The file uses a name twice, so it is not clear what it says.")
    return dict(pairs)


def not_a_number(name: str) -> NoReturn:
    raise Wrong("The file holds " + name + ", which is not a number.")


def read(path: str) -> Any:
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Wrong("The file cannot be opened: " + (error.strerror or "unknown reason") + ".") from error
    need(len(raw) <= LARGEST_FILE, "The file is too large to be a published draw.")
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=unique_keys, parse_constant=not_a_number)
    except (ValueError, RecursionError) as error:
        raise Wrong("The file is not well-formed JSON in UTF-8, so nothing could be checked.") from error


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        say(__doc__ or "")
        return 0 if arguments in (["-h"], ["--help"]) else 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a screen that knows few letters still shows all
    try:
        done, not_checked = check(read(arguments[0]))
    except Wrong as wrong:
        say("NOT RIGHT: " + str(wrong))
        return 1
    except (ValueError, RecursionError):
        # Such as half a character, which JSON can hold but no text can.
        say("NOT RIGHT: The file holds a text or number that cannot be read.")
        return 1
    say("Checked, and right:")
    for sentence in done:
        say("  + " + sentence)
    say("Not checked, because this file cannot show it:")
    for sentence in not_checked:
        say("  - " + sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
