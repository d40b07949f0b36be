"""Who somebody is, as a broker told: a subject, and of some brokers a name, a birth date and an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.places.rules import normal_postcode

from ..brokers import NEEDED_TO_PROVE, Broker
from ..rules import Claim, comparable_surname, home_claim, resident_claim, subject_claim

LONGEST_TEXT = 200
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, kw_only=True, repr=False)
class Resident:
    """Somebody at an address. It is hashed and forgotten, and stands in no log: it does not show itself."""

    surname: str
    given_name: str
    birth_date: date
    postcode: str
    house_number: str
    addition: str

    def claims(self) -> list[Claim]:
        return [
            resident_claim(surname=self.surname, given_name=self.given_name, birth_date=self.birth_date),
            home_claim(postcode=self.postcode, house_number=self.house_number, addition=self.addition),
        ]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a broker told of one person. The subject may be a citizen's number: it goes nowhere as it is."""

    issuer: str
    subject: str = field(repr=False)
    # None when the broker does not tell enough to recognise who took part with a letter.
    resident: Resident | None = field(repr=False)

    @property
    def subject_claim(self) -> Claim:
        return subject_claim(self.issuer, self.subject)


def told_by(broker: Broker, claims: Mapping[str, Any]) -> Told:
    """What a verified token and its userinfo say, by the names that the operator gave."""
    return Told(issuer=broker.issuer, subject=claims["sub"], resident=_resident(broker, claims))


def _resident(broker: Broker, claims: Mapping[str, Any]) -> Resident | None:
    names = broker.claims
    text = {name: _text(claims, getattr(names, name)) for name in (*NEEDED_TO_PROVE, "addition")}
    born, postcode = _date(text["birth_date"]), normal_postcode(text["postcode"])
    has_names = bool(comparable_surname(text["surname"])) and any(map(str.isalpha, text["given_name"]))
    has_number = any(map(str.isdigit, text["house_number"]))
    if born is None or postcode is None or not has_names or not has_number:
        return None
    return Resident(
        surname=text["surname"],
        given_name=text["given_name"],
        birth_date=born,
        postcode=postcode,
        house_number=text["house_number"],
        addition=text["addition"],
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    """A claim by its name, or by a path such as address.postal_code. Empty when it is not there."""
    if not name:
        return ""
    value: Any = claims.get(name)
    if value is None:
        value = claims
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if len(text) <= LONGEST_TEXT else ""


def _date(text: str) -> date | None:
    """1990-05-05 or 19900505. A register that knows only the year writes zeros, which is no date."""
    compact = _COMPACT_DATE.fullmatch(text)
    try:
        return date.fromisoformat("-".join(compact.groups()) if compact else text)
    except ValueError:
        return None
