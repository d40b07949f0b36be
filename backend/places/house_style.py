"""The house style of a portal: named tokens with typed values, readable together. No queries.

A portal stores what differs from the defaults. Every value has a type and is written out from that type, so
nothing but a colour, a length or a list of fonts can reach the style sheet.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Colour:
    """An opaque colour: contrast with something that shines through cannot be checked."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> Colour | None:
        digits = text.strip().lower()
        if re.fullmatch(r"#[0-9a-f]{3}", digits):
            digits = "#" + "".join(digit * 2 for digit in digits[1:])
        if not re.fullmatch(r"#[0-9a-f]{6}", digits):
            return None
        return cls(*(int(digits[place : place + 2], 16) for place in (1, 3, 5)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance as WCAG 2.2 defines it, from 0 for black to 1 for white."""
        red, green, blue = (_linear(channel / 255) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True, slots=True)
class Length:
    """A size in pixels or in the reader's own letter size, in hundredths so that it is exact."""

    hundredths: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Length | None:
        found = re.fullmatch(r"([0-9]{1,2})(?:\.([0-9]{1,2}))?(px|rem)", text.strip().lower())
        if found is None:
            return None
        whole, part, unit = found.groups()
        return cls(int(whole) * 100 + int((part or "").ljust(2, "0")), unit)

    def __str__(self) -> str:
        return f"{self.hundredths / 100:g}{self.unit}"


@dataclass(frozen=True, slots=True)
class FontStack:
    """Fonts in order of preference, ending in one that every device has."""

    families: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> FontStack | None:
        families = tuple(family.strip().strip("\"'").strip() for family in text.split(","))
        fits = all(re.fullmatch(r"[A-Za-z][A-Za-z0-9 -]{0,39}", family) for family in families)
        return cls(families) if fits and len(families) <= 8 and families[-1] in GENERIC_FONTS else None

    def __str__(self) -> str:
        return ", ".join(family if family in GENERIC_FONTS else f'"{family}"' for family in self.families)


GENERIC_FONTS = frozenset({"sans-serif", "serif", "monospace", "system-ui"})
Value = Colour | Length | FontStack


class Token(NamedTuple):
    """The type of a value that style sheets use by name, and the value when a portal has none of its own."""

    parse: Callable[[str], Value | None]
    default: str


# The defaults are the colours of NL Design System's example theme.
TOKENS: Mapping[str, Token] = {
    "mb-color-background": Token(Colour.parse, "#ffffff"),
    "mb-color-surface": Token(Colour.parse, "#f9f9fa"),
    "mb-color-text": Token(Colour.parse, "#001a40"),
    "mb-color-text-quiet": Token(Colour.parse, "#3d5374"),
    # Lines between things that are also apart without them, so no contrast is asked of it.
    "mb-color-line": Token(Colour.parse, "#c0c7d2"),
    "mb-color-accent": Token(Colour.parse, "#3b0fb0"),
    "mb-color-on-accent": Token(Colour.parse, "#ffffff"),
    "mb-color-link": Token(Colour.parse, "#3b0fb0"),
    "mb-color-focus": Token(Colour.parse, "#0b0c0c"),
    "mb-font-family": Token(
        FontStack.parse, "system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"
    ),
    "mb-radius": Token(Length.parse, "8px"),
}


class Pair(NamedTuple):
    """Two colours that lie on each other, and the contrast WCAG 2.2 AA asks for (1.4.3 and 1.4.11)."""

    front: str
    back: str
    least: float


PAIRS = (
    Pair("mb-color-text", "mb-color-background", 4.5),
    Pair("mb-color-text", "mb-color-surface", 4.5),
    Pair("mb-color-text-quiet", "mb-color-background", 4.5),
    Pair("mb-color-text-quiet", "mb-color-surface", 4.5),
    Pair("mb-color-on-accent", "mb-color-accent", 4.5),
    Pair("mb-color-link", "mb-color-background", 4.5),
    Pair("mb-color-link", "mb-color-surface", 4.5),
    Pair("mb-color-focus", "mb-color-background", 3.0),
    Pair("mb-color-focus", "mb-color-surface", 3.0),
)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, from 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def checked(tokens: Mapping[str, object]) -> dict[str, str]:
    """The tokens a portal may store, each written in one way.

    InvalidInput names every token that does not exist, does not fit its type or cannot be read on another.
    """
    problems = [
        _("“{name}” is not a token of the house style.").format(name=name)
        for name in tokens
        if name not in TOKENS
    ]
    values: dict[str, Value] = {}
    for name, token in TOKENS.items():
        raw = tokens.get(name, token.default)
        value = token.parse(raw) if isinstance(raw, str) else None
        if value is None:
            problems.append(_("“{name}” cannot be “{value}”.").format(name=name, value=str(raw)[:60]))
        else:
            values[name] = value
    problems += [] if problems else _unreadable(values)
    if problems:
        raise InvalidInput(" ".join(problems), field="house_style")
    return {name: str(values[name]) for name in TOKENS if name in tokens}


def css_of(tokens: Mapping[str, object]) -> str:
    """The style sheet of a portal. A stored value that does not fit its type gives way to the default."""
    lines = [f"  --{name}: {_value(token, tokens.get(name))};" for name, token in TOKENS.items()]
    return "\n".join([".theme-portal {", *lines, "}", ""])


def version_of(tokens: Mapping[str, object]) -> str:
    """A short mark that changes with the house style, so that its style sheet may be kept for a year."""
    canonical = json.dumps(tokens, sort_keys=True, default=str) + css_of({})
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _value(token: Token, raw: object) -> Value | None:
    return (token.parse(raw) if isinstance(raw, str) else None) or token.parse(token.default)


def _unreadable(values: Mapping[str, Value]) -> list[str]:
    found = []
    for front, back, least in PAIRS:
        above, below = values[front], values[back]
        if isinstance(above, Colour) and isinstance(below, Colour) and contrast(above, below) < least:
            # Rounded down, so that 4.499 is never called 4.5.
            ratio = int(contrast(above, below) * 100) / 100
            message = _("“{front}” on “{back}” has a contrast of {ratio:.2f}. At least {least} is needed.")
            found.append(message.format(front=front, back=back, ratio=ratio, least=least))
    return found


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
