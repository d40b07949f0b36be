"""Recognising somebody who was here before, without keeping who they are. Plain values, no queries."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from .states import KeyKind

# Our format of what is hashed. A better one gets the next number; old hashes keep their own.
FORMAT = "meebeslissen-identity/1"
EMAIL_FORMAT = "meebeslissen-listed-email/1"
FINGERPRINT = "meebeslissen-identity-key/1"
_LEADING_DIGITS = re.compile(r"[0-9]+")
# Some registers write these with the name, others in a field of their own, others not at all.
_PREFIXES = frozenset(
    [
        "aan",
        "al",
        "ben",
        "bin",
        "bij",
        "d",
        "da",
        "de",
        "degli",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "een",
        "el",
        "het",
        "in",
        "l",
        "la",
        "las",
        "le",
        "les",
        "lo",
        "los",
        "op",
        "s",
        "t",
        "te",
        "ten",
        "ter",
        "tot",
        "uit",
        "uijt",
        "van",
        "vanden",
        "vander",
        "ver",
        "vom",
        "von",
        "vor",
        "voor",
        "zu",
        "zum",
        "zur",
    ]
)


@dataclass(frozen=True)
class Claim:
    """What a proof says about who somebody is. It is hashed with a secret key and never kept."""

    kind: KeyKind
    parts: tuple[str, ...]


def subject_claim(issuer: str, subject: str) -> Claim:
    """A login at an identity provider. The subject may be a number of a citizen: it goes nowhere but here."""
    return Claim(KeyKind.SUBJECT, (issuer, subject))


def resident_claim(*, surname: str, given_name: str, birth_date: date) -> Claim:
    """A person by surname, first initial and birth date, however the register writes capitals and accents."""
    return Claim(
        KeyKind.RESIDENT, (comparable_surname(surname), _letters(given_name)[:1], birth_date.isoformat())
    )


def namesake_claim(claim: Claim, ordinal: int) -> Claim:
    """Another person with the same name and birth date: the second, or the third. A clerk has asked."""
    return Claim(claim.kind, (*claim.parts, str(ordinal)))


def home_claim(*, postcode: str, house_number: str, addition: str = "") -> Claim:
    """Where somebody lives. Several people may live there."""
    return Claim(KeyKind.HOME, _address(postcode, house_number, addition))


def letter_claim(*, postcode: str, house_number: str, addition: str = "") -> Claim:
    """The one letter that went to an address, for whoever lives there to use."""
    return Claim(KeyKind.LETTER, _address(postcode, house_number, addition))


def comparable_surname(surname: str) -> str:
    """Letters only, without "van der" and the like: "Van der Berg-Özil" is "bergozil"."""
    words = [_letters(word) for word in surname.replace("-", " ").replace("'", " ").replace("’", " ").split()]
    kept = [word for word in words if word not in _PREFIXES]
    return "".join(kept or words)


def digest_of(claim: Claim, *, key: str, municipality_id: int) -> str:
    """HMAC-SHA256 of a claim for one municipality: two municipalities cannot compare their residents.

    A letter to an address and somebody who lives there give the same digest: each rules out the other.
    """
    tag = KeyKind.HOME if claim.kind == KeyKind.LETTER else claim.kind
    text = json.dumps([FORMAT, municipality_id, str(tag), *claim.parts], ensure_ascii=False)
    return _hmac(key, text)


def email_digest_of(email: str, *, key: str, municipality_id: int) -> str:
    """HMAC-SHA256 of an e-mail address on a municipality's own list, to find whoever signs in with it."""
    return _hmac(key, json.dumps([EMAIL_FORMAT, municipality_id, email.strip().lower()], ensure_ascii=False))


def fingerprint_of(key: str) -> str:
    """Tells two keys apart without telling either."""
    return _hmac(key, FINGERPRINT)


def age_on(birth_date: date, day: date) -> int:
    """Full years. Who was born on 29 February is a year older on 1 March in other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


# What a browser calls itself contains the names of others, so the first that fits is right.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
UNKNOWN = "?"


def device_of(user_agent: str) -> tuple[str, str]:
    """The browser and the kind of device in a word each, which is all that is kept of them."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), UNKNOWN)
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), UNKNOWN)
    return browser, system


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _address(postcode: str, house_number: str, addition: str) -> tuple[str, str, str]:
    """Postcode, number and addition apart: 1-1 is another door than 11, and 12hs the same as 12-HS."""
    number = _LEADING_DIGITS.match(house_number.strip())
    digits = number[0] if number else ""
    rest = house_number.strip()[len(digits) :]
    return (_signs(postcode), digits.lstrip("0"), _signs(rest + addition))


def _signs(text: str) -> str:
    """Letters and digits only, without capitals and accents."""
    return "".join(sign for sign in _plain(text) if sign.isalnum())


def _letters(text: str) -> str:
    return "".join(sign for sign in _plain(text) if sign.isalpha())


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
