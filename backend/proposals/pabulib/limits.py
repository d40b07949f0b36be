"""The limits an election put on a ballot. Our own rules know none, so passing one is only worth a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from .election import Ballot, Election
from .findings import Findings, Problem
from .reading import on_one_line, read_cents, read_count

NUMBER_LIMITS = ("min_length", "max_length")
CATEGORY_LIMITS = ("min_length_per_category", "max_length_per_category", "max_sum_cost_per_category")


@dataclass(frozen=True)
class Limits:
    """How many projects a ballot could name, and for how much money in cents, in all and per category."""

    overall: Mapping[str, int]
    per_category: Mapping[str, Mapping[str, int]]

    def passed_by(self, ballot: Ballot, election: Election) -> list[str]:
        """The names of the limits that a ballot goes over (or stays under, for a minimum)."""
        chosen = [election.by_reference[reference] for reference in ballot.choices]
        if not chosen:
            return []
        amounts = {"length": len(chosen), "sum_cost": sum(project.cost for project in chosen)}
        passed = [name for name, limit in self.overall.items() if _is_passed(name, amounts, limit)]
        if self.per_category:
            number: Counter[str] = Counter()
            cost: Counter[str] = Counter()
            for project in chosen:
                number[project.category] += 1
                cost[project.category] += project.cost
            for name, limits in self.per_category.items():
                if any(
                    _is_passed(name, {"length": number[category], "sum_cost": cost[category]}, limit)
                    for category, limit in limits.items()
                ):
                    passed.append(name)
        return passed


def _is_passed(name: str, amounts: Mapping[str, int], limit: int) -> bool:
    bound, measure = name.removesuffix("_per_category").split("_", 1)
    return amounts[measure] > limit if bound == "max" else amounts[measure] < limit


def read_limits(election: Election, findings: Findings) -> Limits:
    """The limits in the META section. One we cannot read is noted and left out."""
    overall: dict[str, int] = {}
    per_category: dict[str, Mapping[str, int]] = {}
    categories = [
        on_one_line(name) for name in election.meta.get("categories", "").split(",") if name.strip()
    ]
    for name in (*NUMBER_LIMITS, "max_sum_cost", *CATEGORY_LIMITS):
        text = election.meta.get(name, "").strip()
        if not text:
            continue
        read = read_cents if "sum_cost" in name else read_count
        amounts = [read(part) for part in (text.split(",") if name in CATEGORY_LIMITS else [text])]
        numbers = [amount for amount in amounts if amount is not None]
        if name in CATEGORY_LIMITS and len(numbers) == 1:
            # One number holds for every category.
            numbers = numbers * len(categories)
        expected = len(categories) if name in CATEGORY_LIMITS else 1
        if None in amounts or not numbers or len(numbers) != expected:
            findings.add(Problem.LIMIT_NOT_READ, None, limit=name, text=text[:40])
        elif name in CATEGORY_LIMITS:
            per_category[name] = dict(zip(categories, numbers, strict=True))
        else:
            overall[name] = numbers[0]
    return Limits(overall, per_category)
