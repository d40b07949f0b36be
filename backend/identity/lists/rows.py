"""From the cells of a row to a resident who can get a letter or be recognised, or to what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from backend.places.rules import normal_postcode

from ..rules import Claim, age_on, home_claim, letter_claim, resident_claim
from ..states import LONGEST_ADDRESS, ListKind, ListPurpose
from .columns import WHERE, Column, required_columns
from .findings import LONGEST_CELL, Problem

OLDEST = date(1895, 1, 1)
_NUMBER = re.compile(r"([1-9][0-9]{0,4})(?:[\s/-]*([A-Za-z0-9][A-Za-z0-9 -]{0,9}))?")
_DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d", "%d.%m.%Y")
_ENGLISH = frozenset({"en", "eng", "engels", "english"})
# The signs that make a spreadsheet calculate. A dash or plus also begins an addition or a number.
_FORMULA = ("=", "@", "\t=", "'=")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked of the rows of one list."""

    kind: str
    purpose: str
    columns: Mapping[str, int]
    width: int
    today: date
    minimum_age: int
    municipality: str


@dataclass
class Listed:
    """A row that can be used. The claims are hashed and forgotten; the rest is kept until it is printed."""

    claims: list[Claim]
    email: str = ""
    is_too_young: bool = False
    print_as: dict[str, str] = field(default_factory=dict)


@dataclass
class Refused:
    """A row that cannot be used, with the column and the problem of everything that is wrong."""

    problems: list[tuple[str, Problem]]


def listed_of(cells: Sequence[str], wanted: Wanted) -> Listed | Refused:
    """Read one row."""
    if len(cells) != wanted.width and any(cell.strip() for cell in cells[wanted.width :]):
        return Refused([("", Problem.WRONG_WIDTH)])
    if len(cells) < wanted.width:
        return Refused([("", Problem.WRONG_WIDTH)])
    reading = _Reading(cells, wanted)
    answer = reading.listed()
    return Refused(reading.problems) if reading.problems else answer


class _Reading:
    """One row, and what was wrong with it so far."""

    def __init__(self, cells: Sequence[str], wanted: Wanted) -> None:
        self.wanted = wanted
        self.problems: list[tuple[str, Problem]] = []
        self.said = {
            Column(column): " ".join(cells[place].split()) for column, place in wanted.columns.items()
        }
        for column, text in self.said.items():
            if len(text) > LONGEST_CELL:
                self.refuse(column, Problem.TOO_LONG)
            elif text.startswith(_FORMULA):
                self.refuse(column, Problem.FORMULA)
        self.required = required_columns(wanted.kind, wanted.purpose)
        for column in self.required:
            if not self.said.get(column):
                self.refuse(column, Problem.MISSING)

    def refuse(self, column: Column, problem: Problem) -> None:
        if column.value not in {known for known, _problem in self.problems}:
            self.problems.append((column.value, problem))

    def text(self, column: Column) -> str:
        return self.said.get(column, "")

    def listed(self) -> Listed:
        claims: list[Claim] = []
        is_too_young = False
        is_person = self.wanted.kind == ListKind.PEOPLE
        if is_person:
            born = self.birth_date()
            for column in (Column.SURNAME, Column.GIVEN_NAME):
                if self.text(column) and not any(sign.isalpha() for sign in self.text(column)):
                    self.refuse(column, Problem.NO_NAME)
            if born is not None:
                surname, given_name = self.text(Column.SURNAME), self.text(Column.GIVEN_NAME)
                claims.append(resident_claim(surname=surname, given_name=given_name, birth_date=born))
                is_too_young = age_on(born, self.wanted.today) < self.wanted.minimum_age
        home = self.home()
        if home is not None:
            postcode, number, addition = home
            make = home_claim if is_person else letter_claim
            claims.append(make(postcode=postcode, house_number=number, addition=addition))
        email = self.email()
        print_as = self.printed(home) if home and self.wanted.purpose == ListPurpose.LETTERS else {}
        return Listed(claims, email, is_too_young, print_as)

    def birth_date(self) -> date | None:
        text = self.text(Column.BIRTH_DATE)
        if not text:
            return None
        born = _date_of(text)
        if born is None:
            self.refuse(Column.BIRTH_DATE, Problem.NO_DATE)
        elif born > self.wanted.today:
            self.refuse(Column.BIRTH_DATE, Problem.FUTURE_DATE)
        elif born < OLDEST:
            self.refuse(Column.BIRTH_DATE, Problem.OLD_DATE)
        return born

    def home(self) -> tuple[str, str, str] | None:
        """Postcode, number and addition. A list that needs no address may have none, or a whole one."""
        if not any(self.text(column) for column in WHERE) and Column.POSTCODE not in self.required:
            return None
        postcode = normal_postcode(self.text(Column.POSTCODE))
        number = _NUMBER.fullmatch(self.text(Column.HOUSE_NUMBER))
        if postcode is None:
            self.refuse(Column.POSTCODE, Problem.NO_POSTCODE)
        if number is None:
            self.refuse(Column.HOUSE_NUMBER, Problem.NO_NUMBER)
        if postcode is None or number is None:
            return None
        added = (number[2], self.text(Column.HOUSE_LETTER), self.text(Column.ADDITION).lstrip("- "))
        return postcode, number[1], " ".join(part.strip() for part in added if part)

    def email(self) -> str:
        email = self.text(Column.EMAIL).lower()
        if not email:
            return ""
        try:
            validate_email(email)
        except ValidationError:
            self.refuse(Column.EMAIL, Problem.NO_EMAIL)
        if len(email) > LONGEST_ADDRESS:
            self.refuse(Column.EMAIL, Problem.NO_EMAIL)
        return email

    def printed(self, home: tuple[str, str, str]) -> dict[str, str]:
        """What stands on the envelope and at the top of the letter."""
        postcode, number, addition = home
        door = f"{number} {addition}".strip()
        name = " ".join(
            part
            for part in (self.text(Column.GIVEN_NAME), self.text(Column.PREFIX), self.text(Column.SURNAME))
            if part
        )
        language = self.text(Column.LANGUAGE).casefold()
        return {
            "name": name,
            "street": f"{self.text(Column.STREET)} {door}".strip(),
            "place": f"{postcode[:4]} {postcode[4:]}  {self.text(Column.PLACE) or self.wanted.municipality}",
            "language": "en" if language in _ENGLISH else "nl",
            "reference": self.text(Column.REFERENCE)[:40],
        }


def _date_of(text: str) -> date | None:
    # A time after the day is what databases write.
    day = text.partition("T")[0].partition(" ")[0]
    for form in _DATES:
        try:
            return datetime.strptime(day, form).date()  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
    return None
