"""What is written down: panels, everybody's chance, and how close that comes to the proven bound."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from .chances import Lottery
from .feasible import Advice
from .stream import ALGORITHM
from .targets import Assignment

Json = dict[str, object]
DIGITS = 9


def report_of(lottery: Lottery, *, drawn: int | None = None) -> Json:
    """Everything about a lottery. The same lottery gives the same report, but for `time`."""
    assignment = lottery.assignment
    report: Json = {
        "format": ALGORITHM,
        "solver": f"highspy {version('highspy')}",
        "question": _question(assignment),
        "chances": _chances(lottery),
        "method": lottery.method,
        "seed": lottery.seed,
        "total_weight": lottery.total,
        "panels": [
            {"weight": weight, "people": [assignment.pool.people[each].id for each in panel]}
            for weight, panel in zip(lottery.weights, lottery.seated, strict=True)
        ],
        "people": _people(lottery),
        "types": [
            {
                "values": dict(zip(assignment.pool.features, each.values, strict=True)),
                "people": len(each.members),
            }
            for each in assignment.types.of
        ],
    }
    if drawn is not None:
        people = [assignment.pool.people[each].id for each in lottery.seated[drawn]]
        report["drawn"] = {
            "panel": drawn,
            "people": people,
            "targets": _seats(assignment, lottery.seated[drawn]),
        }
    report["time"] = {
        "seconds": round(sum(lottery.seconds.values()), 3),
        "phases": {phase: round(seconds, 3) for phase, seconds in lottery.seconds.items()},
    }
    return report


def _question(assignment: Assignment) -> Json:
    return {
        "size": assignment.size,
        "people": len(assignment.pool.people),
        "types": len(assignment.types.of),
        "homes_with_several": sum(len(homes.households) for homes in assignment.types.homes),
        "targets": [
            {"feature": each.feature, "value": each.value, "min": each.least, "max": each.most}
            for each in assignment.targets
        ],
    }


def _chances(lottery: Lottery) -> Json:
    """`smallest` and `largest` count both steps of the draw; the `listed` ones the panels as they are
    listed."""
    chances = sorted(chance for chance in lottery.chances if chance > 0)
    can = [bool(each) for each in lottery.bound.possible]
    types = lottery.assignment.types.of
    cannot = [
        lottery.assignment.pool.people[place].id
        for each, possible in zip(types, can, strict=True)
        if not possible
        for place in each.members
    ]
    bound = lottery.bound.smallest
    return {
        "smallest": round(lottery.smallest, DIGITS),
        "median": round(chances[len(chances) // 2], DIGITS),
        "largest": round(lottery.largest, DIGITS),
        "bound_on_smallest": round(bound, DIGITS),
        "short_of_bound": round(max(bound - lottery.smallest, 0.0), DIGITS),
        "bound_on_largest": round(max(lottery.bound.largest, bound), DIGITS),
        "listed_smallest": round(lottery.listed_smallest, DIGITS),
        "listed_largest": round(max(lottery.listed_chances), DIGITS),
        "cannot_be_drawn": sorted(cannot),
    }


def _people(lottery: Lottery) -> list[Json]:
    type_of = {
        place: number for number, each in enumerate(lottery.assignment.types.of) for place in each.members
    }
    return [
        {
            "id": person.id,
            "type": type_of[place],
            "chance": round(lottery.chances[place], DIGITS),
            "listed_chance": round(lottery.listed_chances[place], DIGITS),
        }
        for place, person in enumerate(lottery.assignment.pool.people)
    ]


def _seats(assignment: Assignment, panel: Sequence[int]) -> list[Json]:
    """Per target how many of the panel have the value."""
    features = assignment.pool.features
    return [
        {
            "feature": each.feature,
            "value": each.value,
            "min": each.least,
            "max": each.most,
            "seats": sum(
                assignment.pool.people[place].values[features.index(each.feature)] == each.value
                for place in panel
            ),
        }
        for each in assignment.targets
    ]


def report_of_advice(advice: Advice) -> Json:
    return {
        "format": ALGORITHM,
        "feasible": advice.is_feasible,
        "size": advice.size,
        "changes": [
            {
                "feature": each.target.feature,
                "value": each.target.value,
                "min": {"from": each.target.least, "to": each.least},
                "max": {"from": each.target.most, "to": each.most},
                "sentence": each.sentence,
            }
            for each in advice.changes
        ],
        "sentences": list(advice.sentences),
    }
