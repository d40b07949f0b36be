"""Whether a list holds citizen service numbers (BSN), which may be kept nowhere here. No queries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from .columns import comparable_heading
from .findings import MOST_COLUMNS

# Values of a column that are looked at. Half of them and more tell numbers that fit by chance from real ones.
LOOKED_AT = 50
_PARTS = ("burgerservicen", "sofin", "citizenservicen", "bsnnummer", "bsnnr")
_WORDS = frozenset({"bsn", "bsns", "sofi"})
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_BETWEEN_DIGITS = str.maketrans("", "", " .-'\u00a0")
_DATES = ("%Y%m%d", "%d%m%Y")


def is_named_so(heading: str) -> bool:
    """Whether a column is called after citizen service numbers."""
    plain = comparable_heading(heading)
    words = set(re.split(r"[\W_\d]+", heading.casefold()))
    return plain in _WORDS or not words.isdisjoint(_WORDS) or any(part in plain for part in _PARTS)


def may_be_one(text: str) -> bool:
    """Eight or nine digits that pass the 11-test, and are no date. Spreadsheets drop a zero in front."""
    digits = text.strip().translate(_BETWEEN_DIGITS)
    if len(digits) not in {8, 9} or not (digits.isascii() and digits.isdigit()) or _is_date(digits):
        return False
    nine = digits.zfill(9)
    return int(nine) > 0 and sum(w * int(d) for w, d in zip(_WEIGHTS, nine, strict=True)) % 11 == 0


def _is_date(digits: str) -> bool:
    for form in _DATES if len(digits) == 8 else ():
        try:
            year = datetime.strptime(digits, form).year  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
        if 1895 <= year <= 2100:
            return True
    return False


class Watch:
    """Looks at the rows of a list as they pass, the headings first."""

    def __init__(self, headings: Sequence[str]) -> None:
        # A list without headings has its first numbers there.
        self._named = any(is_named_so(heading) or may_be_one(heading) for heading in headings)
        self._filled: Counter[int] = Counter()
        self._fitting: Counter[int] = Counter()

    def see(self, cells: Sequence[str]) -> None:
        for place, cell in enumerate(cells[: MOST_COLUMNS + 1]):
            if self._filled[place] < LOOKED_AT and cell.strip():
                self._filled[place] += 1
                self._fitting[place] += may_be_one(cell)

    def found(self) -> bool:
        """Whether some column holds such numbers, by its name or by most of what was seen of it."""
        return self._named or any(
            2 * fitting > self._filled[place] for place, fitting in self._fitting.items()
        )
