"""The numbers per panel that can be published without telling about a person.

Of every panel it is published how many members have each value of each feature. A very small number can
tell about somebody who is known to be on the panel, and so it must not be shown. Leaving out that number
alone does not help: the numbers of a feature add up to the seats, which are public. Leaving out the next
smallest as well is not enough either: a reader who knows this program can often tell both from which ones
it chose. Even leaving out a whole feature in the panels where it has a small number can tell: sometimes
there is one way to have it.

So what is left out is decided by the targets alone, and says nothing about anybody. A feature is shown when
its targets leave no room for a small number in any panel. Otherwise it is left out whole, for all panels. A
number that the targets fix is no secret.
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
    for places in places_by_feature(targets):
        if sum(counts[place] for place in places) != seats:
            raise InvalidInput(_("The numbers of a feature do not add up to the seats of the panel."))
        if not all(targets[place].minimum <= counts[place] <= targets[place].maximum for place in places):
            raise InvalidInput(_("A panel does not meet its targets."))
    shown = shown_places(targets, seats=seats, small_below=small_below)
    return tuple(count if place in shown else None for place, count in enumerate(counts))


def shown_places(targets: Sequence[Target], *, seats: int, small_below: int) -> frozenset[int]:
    """Of which targets the numbers are shown: of all values of a feature, or of none."""
    shown: set[int] = set()
    for places in places_by_feature(targets):
        feature = [targets[place] for place in places]
        if not any(_can_be_small(target, feature, seats, small_below) for target in feature):
            shown.update(places)
    return frozenset(shown)


def places_by_feature(targets: Sequence[Target]) -> list[list[int]]:
    """Per feature where its values stand in the list of targets."""
    places: dict[str, list[int]] = {}
    for place, target in enumerate(targets):
        places.setdefault(target.feature, []).append(place)
    return list(places.values())


def _can_be_small(target: Target, feature: Sequence[Target], seats: int, small_below: int) -> bool:
    others = [each for each in feature if each is not target]
    least = max(target.minimum, seats - sum(each.maximum for each in others))
    most = min(target.maximum, seats - sum(each.minimum for each in others))
    return least < small_below and least < most
