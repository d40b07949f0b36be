"""The numbers per panel that can be published without telling about a person.

Of every panel it is published how many members have each value of each feature. A very small number can
tell about somebody who is known to be on the panel, and so it is left out. The total of a feature is the
number of seats, which is public: one number left out could be computed from the others. Leaving out the
next smallest as well is not enough for a reader who knows this program: from which numbers it chose, they
can often tell both (for 5 seats over three values and a limit of 2, "5, left out, left out" can only be 5,
0, 0). So the rule is: when one number of a feature is too small, all numbers of that feature are left out
for that panel.

A number that the targets leave no room for (minimum and maximum are the same) is no secret and hides
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from backend.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Target:
    """How many seats are for people with one value of a feature: at least, at most."""

    feature: str
    value: str
    minimum: int
    maximum: int

    def __post_init__(self) -> None:
        if not self.feature.strip() or not self.value.strip():
            raise InvalidInput(_("A target names a feature and one of its values."))
        if not 0 <= self.minimum <= self.maximum:
            raise InvalidInput(_("A target has a minimum that is not below 0 and not above its maximum."))

    def to_json(self) -> dict[str, object]:
        return {
            "feature": self.feature,
            "value": self.value,
            "minimum": self.minimum,
            "maximum": self.maximum,
        }


Totals = tuple[int | None, ...]


def publishable_totals(
    counts: Sequence[int], *, targets: Sequence[Target], seats: int, small_below: int
) -> Totals:
    """The numbers of one panel in the order of the targets, with None where a number is left out."""
    if len(counts) != len(targets):
        raise InvalidInput(_("Give one number for every target of the panel."))
    shown: list[int | None] = list(counts)
    for places in places_by_feature(targets):
        if sum(counts[place] for place in places) != seats:
            raise InvalidInput(_("The numbers of a feature do not add up to the seats of the panel."))
        if not all(targets[place].minimum <= counts[place] <= targets[place].maximum for place in places):
            raise InvalidInput(_("A panel does not meet its targets."))
        if any(_is_small(counts[place], targets[place], small_below) for place in places):
            for place in places:
                shown[place] = None
    return tuple(shown)


def places_by_feature(targets: Sequence[Target]) -> list[list[int]]:
    """Per feature where its values stand in the list of targets."""
    places: dict[str, list[int]] = {}
    for place, target in enumerate(targets):
        places.setdefault(target.feature, []).append(place)
    return list(places.values())


def _is_small(count: int, target: Target, small_below: int) -> bool:
    return count < small_below and target.minimum < target.maximum
