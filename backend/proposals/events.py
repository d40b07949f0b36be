"""What happened to plans and rounds that apps above may react to."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RoundCounted(Event):
    """A month was counted and its protocol published."""

    round_id: int


@dataclass(frozen=True, kw_only=True)
class PlanDecided(Event):
    """A plan got its final outcome and everyone was told."""

    plan_id: int
