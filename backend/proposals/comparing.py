"""What changed between two texts, word by word: plain values, for a page that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile, zip_longest

# Two texts that resemble each other everywhere take very long to compare. After so many pairs of words the
# rest counts as wholly changed, which is also how it reads then.
MOST_PAIRS = 300_000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Kind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Some words that follow each other, and what happened to them."""

    kind: Kind
    text: str


Paragraph = list[Piece]
# Whether it changed, how it was, and how it is.
Run = tuple[bool, list[str], list[str]]


def compare(old: str, new: str) -> list[Paragraph]:
    """The new text in paragraphs, with what was taken out and what came in marked in them."""
    return _Comparison().of_texts(old, new)


class _Comparison:
    """One comparison of two texts, which ends in a short time whatever they are."""

    def __init__(self) -> None:
        self.pairs_left = MOST_PAIRS

    def of_texts(self, old: str, new: str) -> list[Paragraph]:
        paragraphs: list[Paragraph] = []
        for has_changed, left, right in self._runs(_paragraphs(old), _paragraphs(new)):
            if has_changed:
                paragraphs += [self._of_paragraphs(*pair) for pair in zip_longest(left, right, fillvalue="")]
            else:
                paragraphs += [[Piece(Kind.SAME, text)] for text in right]
        return paragraphs

    def _of_paragraphs(self, old: str, new: str) -> Paragraph:
        """A paragraph that was changed, that came in, or that was taken out."""
        pieces: Paragraph = []
        for has_changed, left, right in self._runs(_WORDS.findall(old), _WORDS.findall(new)):
            if has_changed:
                both = ((Kind.REMOVED, left), (Kind.ADDED, right))
                pieces += [Piece(kind, "".join(words)) for kind, words in both if words]
            else:
                pieces.append(Piece(Kind.SAME, "".join(right)))
        return pieces

    def _runs(self, old: list[str], new: list[str]) -> Iterator[Run]:
        """The two side by side in runs."""
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        left, right = old[start : len(old) - end], new[start : len(new) - end]
        if start:
            yield False, old[:start], new[:start]
        pairs = len(left) * len(right)
        if pairs > self.pairs_left:
            yield True, left, right
        else:
            self.pairs_left -= pairs
            matcher = SequenceMatcher(None, left, right, autojunk=False)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes():
                yield tag != "equal", left[i1:i2], right[j1:j2]
        if end:
            yield False, old[len(old) - end :], new[len(new) - end :]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _common(old: list[str], new: list[str]) -> int:
    """How many at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
