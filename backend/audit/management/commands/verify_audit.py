"""`verify-audit`: recompute the chains of the audit record, and say what that did and did not show."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from ...heads_file import NotAHeadsFile, read_file
from ...selectors.chains import Chain, Head, municipalities, verify_chain

# The chain of what belongs to no municipality, such as the import of areas.
INSTALLATION = "installation"
NOT_CHECKED = """\
What this does not show:
- Whether an entry was true when it was written, or was left out at that moment.
- Whether entries without a seal were changed: only the triggers and the rights in the database guard those.
- Gaps between the numbers of entries: a number is also used up by an act that failed. Gaps between the
  numbers of seals are shown, as broken seals."""
NO_HEADS = """\
- Whether the end of a chain was cut off, or a whole chain was written anew by the owner of the database.
  Compare with a file of published heads that somebody else kept: --heads FILE"""


class Command(BaseCommand):
    help = (
        "Recompute the hash chain of each municipality from the entries themselves. Status 1 when a seal or "
        "a published head does not fit. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", metavar="GM0363", help="only the chain of this municipality")
        parser.add_argument(
            "--heads", metavar="FILE", help="also compare with a file of published heads (koppen.json)"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    @no_translations
    def handle(self, *, municipality: str | None, heads: str | None, as_json: bool, **options: Any) -> None:
        chains: dict[str, int | None] = dict(municipalities())
        if municipality is not None and municipality not in chains:
            raise CommandError(f"There is no municipality {municipality} in this installation.")
        chains = {municipality: chains[municipality]} if municipality else {**chains, INSTALLATION: None}
        kept = _kept_heads(heads) if heads else {}
        if unknown := kept.keys() - chains.keys() - {INSTALLATION}:
            raise CommandError(f"The file is of {', '.join(sorted(unknown))}, which was not asked for.")
        found = {name: verify_chain(key, kept.get(name, [])) for name, key in chains.items()}
        fits = all(chain.fits for chain in found.values())
        if as_json:
            report = {"ok": fits, "chains": [_as_json(name, chain) for name, chain in found.items()]}
            self.stdout.write(json.dumps(report, indent=2))
        else:
            for name, chain in found.items():
                self.stdout.write("\n".join(_in_words(name, chain)))
            self.stdout.write(NOT_CHECKED if kept else f"{NOT_CHECKED}\n{NO_HEADS}")
        if not fits:
            sys.exit(1)


def _kept_heads(file: str) -> Mapping[str, list[Head]]:
    try:
        code, own, of_installation = read_file(json.loads(Path(file).read_text(encoding="utf-8")))
    except OSError as error:
        raise CommandError(f"The file {file} cannot be read: {error.strerror}.") from error
    except (NotAHeadsFile, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommandError(f"The file {file} is no file of daily heads.") from error
    return {code: own, INSTALLATION: of_installation}


def _in_words(name: str, chain: Chain) -> list[str]:
    lines = [
        f"{name}: {chain.entries:,} entries in {chain.seals:,} seals, the last has number {chain.number}",
        f"  {chain.head}" if chain.head else "  Nothing was sealed yet.",
    ]
    if chain.broken:
        numbers = ", ".join(str(seal.number) for seal in chain.broken)
        lines.append(
            f"  BROKEN: {len(chain.broken)} seals do not fit their entries or the seal before: {numbers}"
        )
    else:
        lines.append(
            "  Every seal fits its entries and the seal before it, and no seal is missing in between."
        )
    if chain.broken_heads:
        days = ", ".join(head.day.isoformat() for head in chain.broken_heads)
        lines.append(f"  BROKEN: the chain is not what was published for {days}")
    elif chain.heads:
        lines.append(f"  The chain goes through all {chain.heads} published heads that were given.")
    if chain.waiting:
        lines.append(f"  {chain.waiting:,} entries have no seal yet, the oldest of {chain.waiting_since}.")
    return lines


def _as_json(name: str, chain: Chain) -> dict[str, Any]:
    return {
        "chain": name,
        "ok": chain.fits,
        "entries": chain.entries,
        "seals": chain.seals,
        "last_seal": chain.number,
        "hash": chain.head,
        "broken_seals": [seal.number for seal in chain.broken],
        "heads_compared": chain.heads,
        "broken_heads": [head.day.isoformat() for head in chain.broken_heads],
        "not_sealed_yet": chain.waiting,
    }
