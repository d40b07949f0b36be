"""Names and titles without signs that nobody sees."""

from __future__ import annotations

import unicodedata

# These join or part letters, as in Persian words and in pictures made of several signs.
_OF_WRITING = frozenset("\u200c\u200d")


def one_line(text: str) -> str:
    """A name or title as one line, with single spaces and without what has no shape of its own.

    Signs that turn the direction of a text round, or have no width, let a name look like that of somebody
    else, and let it change the words around it.
    """
    visible = (sign for sign in text if unicodedata.category(sign) != "Cf" or sign in _OF_WRITING)
    return " ".join("".join(visible).split())
