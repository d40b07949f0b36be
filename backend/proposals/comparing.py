"""What changed between two texts, word by word: plain values, for a page that shows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import islice, takewhile, zip_longest

# Two texts that resemble each other everywhere take very long to compare: for each piece that is the same,
# all is searched again on both sides of it. After so many steps the rest counts as wholly changed, which is
# also how it reads then.
MOST_STEPS = 300_000
# Versions never change, and a page shows a few of them. So many pairs of texts are compared once.
KEPT = 128
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


Paragraph = tuple[Piece, ...]
# Whether it changed, how it was, and how it is.
Run = tuple[bool, list[str], list[str]]


@lru_cache(maxsize=KEPT)
def compare(old: str, new: str) -> tuple[Paragraph, ...]:
    """The new text in paragraphs, with what was taken out and what came in marked in them."""
    return tuple(_Comparison().of_texts(old, new))


class _Budget:
    """How many steps a comparison may still take."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int) -> bool:
        """Whether there are enough left. When not, there are none either for what comes after."""
        enough = steps <= self.left
        self.left = self.left - steps if enough else 0
        return enough


class _Matcher(SequenceMatcher[str]):
    """Finds nothing more that is the same once the budget is spent."""

    def __init__(self, old: list[str], new: list[str], budget: _Budget) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._old = old
        self._places = Counter(new)
        self._budget = budget

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        if self._budget.left:
            # Each word of the old text is held beside every place where it stands in the new one.
            steps = sum(1 + self._places[word] for word in islice(self._old, alo, ahi))
            if self._budget.take(steps):
                return super().find_longest_match(alo, ahi, blo, bhi)
        return Match(alo, blo, 0)


class _Comparison:
    """One comparison of two texts, which ends in a short time whatever they are."""

    def __init__(self) -> None:
        self.budget = _Budget(MOST_STEPS)

    def of_texts(self, old: str, new: str) -> list[Paragraph]:
        paragraphs: list[Paragraph] = []
        for has_changed, left, right in self._runs(_paragraphs(old), _paragraphs(new)):
            if has_changed:
                paragraphs += [self._of_paragraphs(*pair) for pair in zip_longest(left, right, fillvalue="")]
            else:
                paragraphs += [(Piece(Kind.SAME, text),) for text in right]
        return paragraphs

    def _of_paragraphs(self, old: str, new: str) -> Paragraph:
        """A paragraph that was changed, that came in, or that was taken out."""
        pieces: list[Piece] = []
        for has_changed, left, right in self._runs(_WORDS.findall(old), _WORDS.findall(new)):
            if has_changed:
                both = ((Kind.REMOVED, left), (Kind.ADDED, right))
                pieces += [Piece(kind, "".join(words)) for kind, words in both if words]
            else:
                pieces.append(Piece(Kind.SAME, "".join(right)))
        return tuple(pieces)

    def _runs(self, old: list[str], new: list[str]) -> Iterator[Run]:
        """The two side by side in runs."""
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        left, right = old[start : len(old) - end], new[start : len(new) - end]
        if start:
            yield False, old[:start], new[:start]
        for tag, i1, i2, j1, j2 in _Matcher(left, right, self.budget).get_opcodes():
            yield tag != "equal", left[i1:i2], right[j1:j2]
        if end:
            yield False, old[len(old) - end :], new[len(new) - end :]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _common(old: list[str], new: list[str]) -> int:
    """How many at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
