"""How often moderators acted, by rule and month, for everybody. Counts only: no person and no text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from backend.core.walltime import AMSTERDAM
from backend.places.models import Portal

from ...conduct import Act, ConductRule, ObjectionOutcome
from ...models import ModerationAction, Objection


@dataclass
class Month:
    """One month by the clock in Amsterdam."""

    first_day: date
    # How often somebody lost something because of each rule, and how often something was given or left.
    by_rule: dict[str, int] = field(default_factory=dict)
    by_act: dict[str, int] = field(default_factory=dict)
    granted: int = 0
    upheld: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_act.values())

    def rules(self) -> list[tuple[str, int]]:
        return [(str(rule.label), self.by_rule[rule]) for rule in ConductRule if self.by_rule.get(rule)]

    def acts(self) -> list[tuple[str, int]]:
        return [(str(act.label), self.by_act[act]) for act in Act if self.by_act.get(act)]


def figures_of(portal: Portal) -> list[Month]:
    """Every month in which a moderator acted or decided about an objection, latest first."""
    months: dict[date, Month] = {}

    def of(first: object) -> Month:
        day = first.date()  # type: ignore[attr-defined]  # a datetime, which the annotation does not say
        return months.setdefault(day, Month(day))

    done = ModerationAction.objects.filter(portal=portal)
    in_month = TruncMonth("acted_at", tzinfo=AMSTERDAM)
    rows = done.annotate(month=in_month).order_by().values_list("month", "act", "rule")
    for first, act, rule, number in rows.annotate(number=Count("pk")):
        month = of(first)
        month.by_act[act] = month.by_act.get(act, 0) + number
        month.by_rule[rule] = month.by_rule.get(rule, 0) + number
    decided = Objection.objects.filter(action__portal=portal).exclude(outcome="")
    in_month = TruncMonth("decided_at", tzinfo=AMSTERDAM)
    heard = decided.annotate(month=in_month).order_by().values("month")
    for row in heard.annotate(
        granted=Count("pk", filter=Q(outcome=ObjectionOutcome.GRANTED)),
        upheld=Count("pk", filter=Q(outcome=ObjectionOutcome.UPHELD)),
    ):
        month = of(row["month"])
        month.granted, month.upheld = row["granted"], row["upheld"]
    return [months[day] for day in sorted(months, reverse=True)]
