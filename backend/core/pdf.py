"""Everything the platform prints: PDFs that a screen reader can read (PDF/UA-1), the same today and tomorrow.

A template holds the form, the data holds every word. Data goes in as JSON and is never part of the template's
text, so nothing a person typed can become an instruction.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import typst
from django.utils.functional import Promise

TEMPLATES = Path(__file__).resolve().parents[2] / "frontend" / "templates" / "print"
# Printed for a character that our fonts do not have, such as a smiley. PDF/UA forbids to leave it to chance.
MISSING = "\N{WHITE SQUARE}"
# Each round names what cannot be shown in the text as it is then; two are enough for nearly everything.
_ROUNDS = 6
_UNSHOWABLE = re.compile(r"(?:the text|disallowed codepoint) `\"((?:[^\"\\]|\\.)+)\"`")
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
# Control signs, halves of characters, and code points that mean nothing. Then the signs that turn the
# direction of everything after them, with which one title could upset a whole page.
_NO_TEXT = frozenset({"Cc", "Cs", "Cn", "Co"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Signs without a shape of their own: they are left out where they cannot be shown.
_SHAPELESS = frozenset({"Mn", "Me", "Cf", "Sk"})
# Only what comes with typst: the same letters on every machine, and nothing fetched.
_FONTS = typst.Fonts(include_system_fonts=False)


def render_pdf(
    template: str, data: Mapping[str, object], *, language: str, title: str, created_at: datetime
) -> bytes:
    """The PDF of a print template, such as "poster" or "protocol", in a language and dated at a moment.

    The data holds texts, numbers, lists and named values; each template says at its top which. The same input
    gives the same bytes. Characters that cannot be printed become a white square.
    """
    document = json.loads(json.dumps({"title": title, "data": data}, default=_text_of))
    document = _each_text(document, _readable)
    for _ in range(_ROUNDS - 1):
        try:
            return _compiled(template, document, language, created_at)
        except typst.TypstError as error:
            unshowable = _unshowable(error)
            if not unshowable:
                raise
            document = _each_text(document, partial(_without, unshowable=unshowable))
    return _compiled(template, document, language, created_at)


def _compiled(template: str, document: object, language: str, created_at: datetime) -> bytes:
    compiler = typst.Compiler(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        sys_inputs={"language": language, "document": json.dumps(document)},
        # Templates use no packages. A folder that does not exist keeps typst from looking anywhere.
        package_path=TEMPLATES / "no-packages",
        package_cache_path=TEMPLATES / "no-packages",
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(created_at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("typst did not make one PDF.")
    return made


def _text_of(value: object) -> str:
    """Translations arrive lazily. Anything else that is no plain value is a mistake of the caller."""
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"A PDF cannot hold {type(value).__name__}.")


def _each_text(part: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text in it changed. Names stay: a template asks for them."""
    if isinstance(part, str):
        return change(part)
    if isinstance(part, list):
        return [_each_text(below, change) for below in part]
    if isinstance(part, dict):
        return {name: _each_text(below, change) for name, below in part.items()}
    return part


def _readable(text: str) -> str:
    """Only what can be text: no control signs but the end of a line."""
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        sign
        for sign in lines
        if sign == "\n" or (unicodedata.category(sign) not in _NO_TEXT and sign not in _TURNING)
    )


def _unshowable(error: typst.TypstError) -> set[str]:
    """The characters that typst says it has no letter for."""
    named = _UNSHOWABLE.findall(error.diagnostic)
    return set("".join(_ESCAPE.sub(lambda found: _sign(*found.groups()), text) for text in named))


def _sign(code: str | None, escaped: str | None) -> str:
    return chr(int(code, 16)) if code else escaped or ""


def _without(text: str, unshowable: set[str]) -> str:
    return "".join(_in_place_of(sign) if sign in unshowable else sign for sign in text)


def _in_place_of(sign: str) -> str:
    return "" if unicodedata.category(sign) in _SHAPELESS else MISSING
