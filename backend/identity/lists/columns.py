"""Which columns a list has, by what people call them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ..states import ListKind, ListPurpose


class Column(TextChoices):
    """What a column of a list can hold."""

    SURNAME = "surname", _("Surname")
    PREFIX = "prefix", _("Part before the surname, such as “van der”")
    GIVEN_NAME = "given_name", _("First name")
    BIRTH_DATE = "birth_date", _("Date of birth")
    POSTCODE = "postcode", _("Postcode")
    HOUSE_NUMBER = "house_number", _("House number")
    HOUSE_LETTER = "house_letter", _("House letter")
    ADDITION = "addition", _("Addition to the house number")
    STREET = "street", _("Street")
    PLACE = "place", _("Place")
    LANGUAGE = "language", _("Language")
    EMAIL = "email", _("E-mail address")
    REFERENCE = "reference", _("Your own reference")


WHO = (Column.SURNAME, Column.GIVEN_NAME, Column.BIRTH_DATE)
WHERE = (Column.POSTCODE, Column.HOUSE_NUMBER)
# How registers and people call a column, in small letters without signs between.
NAMES: dict[Column, frozenset[str]] = {
    Column.SURNAME: frozenset(
        ["achternaam", "geslachtsnaam", "familienaam", "surname", "lastname", "familyname"]
    ),
    Column.PREFIX: frozenset(
        ["voorvoegsel", "voorvoegsels", "tussenvoegsel", "tussenvoegsels", "prefix", "infix"]
    ),
    Column.GIVEN_NAME: frozenset(
        [
            "voornaam",
            "voornamen",
            "voorletters",
            "roepnaam",
            "firstname",
            "givenname",
            "givennames",
            "initials",
        ]
    ),
    Column.BIRTH_DATE: frozenset(["geboortedatum", "geboren", "gebdatum", "birthdate", "dateofbirth", "dob"]),
    Column.POSTCODE: frozenset(["postcode", "pc", "zipcode", "zip", "postalcode"]),
    Column.HOUSE_NUMBER: frozenset(["huisnummer", "huisnr", "nummer", "nr", "housenumber", "number"]),
    Column.HOUSE_LETTER: frozenset(["huisletter", "houseletter"]),
    Column.ADDITION: frozenset(
        ["toevoeging", "huisnummertoevoeging", "toev", "addition", "housenumberaddition", "suffix"]
    ),
    Column.STREET: frozenset(["straat", "straatnaam", "openbareruimte", "street", "streetname"]),
    Column.PLACE: frozenset(["plaats", "woonplaats", "woonplaatsnaam", "place", "city", "town"]),
    Column.LANGUAGE: frozenset(["taal", "language", "taalcode"]),
    Column.EMAIL: frozenset(["email", "emailadres", "mail", "mailadres", "emailaddress"]),
    Column.REFERENCE: frozenset(["kenmerk", "referentie", "uwkenmerk", "reference", "ref"]),
}


def required_columns(kind: str, purpose: str) -> tuple[Column, ...]:
    """What a list cannot do without."""
    if purpose == ListPurpose.OWN_LIST:
        return (*WHO, Column.EMAIL)
    return (*WHO, *WHERE) if kind == ListKind.PEOPLE else WHERE


def possible_columns(kind: str, purpose: str) -> list[Column]:
    """What is asked about a list: nothing that is not needed for what it is for."""
    left_out: set[Column] = set()
    if purpose == ListPurpose.LETTERS:
        left_out = {Column.EMAIL}
    else:
        left_out = {Column.STREET, Column.PLACE, Column.LANGUAGE, Column.REFERENCE}
    if kind == ListKind.ADDRESSES:
        left_out |= {*WHO, Column.PREFIX}
    return [column for column in Column if column not in left_out]


def comparable_heading(heading: str) -> str:
    """Letters and digits only, so that "Huis-nr." is "huisnr"."""
    apart = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def recognised(
    headings: Sequence[str], columns: Sequence[Column], remembered: dict[str, str]
) -> dict[str, int]:
    """The place of each column: as this portal chose before, or else by its name. A heading is used once."""
    plain = [comparable_heading(heading) for heading in headings]
    found: dict[str, int] = {}
    for column in columns:
        chosen = remembered.get(column.value)
        names = {chosen} if chosen in plain else NAMES[column]
        place = next(
            (place for place, name in enumerate(plain) if name in names and place not in found.values()), None
        )
        if place is not None:
            found[column.value] = place
    return found
