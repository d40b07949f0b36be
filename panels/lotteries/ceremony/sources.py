"""Where the chance of a draw comes from, said beforehand so exactly that nobody can choose afterwards.

A draw names one or more sources in order. The first that came holds. The second is turned to only when the
first has still not come at a moment that was named, and so on; it becomes known after that moment, so that
nobody can compare the two. There is no second draw. A source has one or more parts that are all needed: a
round of drand, dice thrown in public, secrets that witnesses committed to, or several of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput
from backend.core.lots.commitments import CommittedSecret, commitment_of

from .drand import chain_of, is_signed, randomness_of

LEAST_OUTCOMES = 2**64
"""Fewer outcomes of dice could be tried out beforehand, to look for an announcement that suits somebody."""
_HEX_64 = re.compile(r"[0-9a-f]{64}\Z")
_THROWS = re.compile(r"[0-9]{1,6}(?:[ ,;]+[0-9]{1,6})*\Z")


def written(moment: datetime) -> str:
    """A moment in UTC to the second, as it stands in what is published."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidInput(_("A moment is written as 2026-12-01T20:00:00Z.")) from error


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value that came, checked: the text the seed is made from, and what is published of it."""

    text: str
    published: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DrandRound:
    """One round of a chain of drand, by its number."""

    chain: str
    round: int

    def __post_init__(self) -> None:
        chain_of(self.chain)
        if not 1 <= self.round < 2**32:
            raise InvalidInput(_("The rounds of drand are counted from 1. This one is not of our time."))

    @property
    def known_at(self) -> datetime:
        return chain_of(self.chain).time_of(self.round)

    def to_json(self) -> dict[str, object]:
        name = chain_of(self.chain).name
        return {"kind": "drand", "name": name, "chain": self.chain, "round": self.round}

    def revealed(self, value: Mapping[str, str]) -> Revealed:
        """`signature` and, on mainnet, `previous_signature`; or `randomness` alone, pasted in by hand.

        Without a signature nothing can be checked here, and what is published shows that.
        """
        signature, previous = value.get("signature", ""), value.get("previous_signature", "")
        if not signature:
            randomness = value.get("randomness", "")
            if not _HEX_64.match(randomness):
                raise InvalidInput(_("The randomness of drand is 64 hexadecimal digits in lower case."))
            return Revealed(randomness, {"kind": "drand", "randomness": randomness})
        chain = chain_of(self.chain)
        if not chain.on_g1 and not previous:
            raise InvalidInput(_("This chain of drand needs the signature of the round before it as well."))
        if not is_signed(chain, self.round, signature, previous):
            raise InvalidInput(_("This is not the signature of drand for the announced round."))
        randomness = randomness_of(signature)
        if value.get("randomness", randomness) != randomness:
            raise InvalidInput(_("The randomness does not belong to the signature of drand."))
        published = {"kind": "drand", "randomness": randomness, "signature": signature}
        return Revealed(
            randomness, published if chain.on_g1 else {**published, "previous_signature": previous}
        )


@dataclass(frozen=True, slots=True)
class Dice:
    """Dice thrown in public. `reading` fixes in which order throws count and what is thrown again."""

    where: str
    at: datetime
    throws: int
    reading: str
    sides: int = 6

    def __post_init__(self) -> None:
        if not self.where.strip() or not self.reading.strip():
            raise InvalidInput(_("Say where the dice are thrown and in which order they are read."))
        if self.sides < 2 or self.throws < 1 or self.sides**self.throws < LEAST_OUTCOMES:
            raise InvalidInput(
                _("So few throws can be tried out beforehand. Take 25 throws of six sides, or more.")
            )

    @property
    def known_at(self) -> datetime:
        return self.at

    def to_json(self) -> dict[str, object]:
        return {
            "kind": "dice",
            "where": self.where,
            "at": written(self.at),
            "throws": self.throws,
            "sides": self.sides,
            "reading": self.reading,
        }

    def revealed(self, value: Mapping[str, str]) -> Revealed:
        """`throws` as written down: numbers with a space, comma or semicolon between them."""
        text = value.get("throws", "").strip()
        if not text.isascii() or not _THROWS.match(text):
            raise InvalidInput(_("Write the throws as numbers with spaces between them."))
        numbers = [int(number) for number in re.split("[ ,;]+", text)]
        if len(numbers) != self.throws:
            raise InvalidInput(
                _("%(given)d throws were written down, but %(promised)d were announced.")
                % {"given": len(numbers), "promised": self.throws}
            )
        for place, number in enumerate(numbers, start=1):
            if not 1 <= number <= self.sides:
                raise InvalidInput(
                    _("Throw %(place)d is %(number)d, but these dice have %(sides)d sides.")
                    % {"place": place, "number": number, "sides": self.sides}
                )
        throws = " ".join(map(str, numbers))
        return Revealed(throws, {"kind": "dice", "throws": throws})


@dataclass(frozen=True, slots=True)
class WitnessSecret:
    """A secret of one witness, of which the commitment stands in the announcement."""

    secret: CommittedSecret

    known_at = None

    def __post_init__(self) -> None:
        if not self.secret.holder.strip():
            raise InvalidInput(_("Say who keeps the secret."))

    def to_json(self) -> dict[str, object]:
        return dict(self.secret.to_json())

    def revealed(self, value: Mapping[str, str]) -> Revealed:
        secret = value.get("secret", "")
        if not compare_digest(commitment_of(secret), self.secret.commitment):
            raise InvalidInput(
                _("The secret of %(holder)s does not fit its commitment.") % {"holder": self.secret.holder}
            )
        return Revealed(secret, {"kind": "secret", "secret": secret})


Part = DrandRound | Dice | WitnessSecret


@dataclass(frozen=True, slots=True)
class Source:
    """What the chance comes from: all parts together. Before `until` nobody may turn to the next source."""

    parts: tuple[Part, ...]
    until: datetime

    def __post_init__(self) -> None:
        if not self.parts:
            raise InvalidInput(_("A source of chance has at least one part."))
        if any(part.known_at is not None and part.known_at >= self.until for part in self.parts):
            raise InvalidInput(_("A source becomes known before the moment it is waited for."))
        holders = [part.secret.holder for part in self.parts if isinstance(part, WitnessSecret)]
        commitments = [part.secret.commitment for part in self.parts if isinstance(part, WitnessSecret)]
        if len(set(holders)) != len(holders) or len(set(commitments)) != len(commitments):
            raise InvalidInput(_("Every witness has one secret of their own."))
        if len(holders) == len(self.parts) < 2:
            raise InvalidInput(_("One witness alone would know the outcome. Name at least two."))

    def to_json(self) -> dict[str, object]:
        return {"parts": [part.to_json() for part in self.parts], "until": written(self.until)}


def part_from_json(part: Mapping[str, Any]) -> Part:
    """A part as it was published."""
    if part["kind"] == "drand":
        return DrandRound(chain=part["chain"], round=part["round"])
    if part["kind"] == "dice":
        return Dice(
            where=part["where"],
            at=read_moment(part["at"]),
            throws=part["throws"],
            sides=part["sides"],
            reading=part["reading"],
        )
    if part["kind"] == "secret":
        return WitnessSecret(CommittedSecret(part["holder"], part["commitment"]))
    raise InvalidInput(_("This kind of source is not known here."))


def source_from_json(source: Mapping[str, Any]) -> Source:
    return Source(tuple(map(part_from_json, source["parts"])), read_moment(source["until"]))
