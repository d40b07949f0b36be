"""Life of a plan and of its month: states and the moves between them. No queries, no clock."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlanState(TextChoices):
    DRAFT = "draft", _("Draft")
    COMPETING = "competing", _("Collecting votes")
    ON_AGENDA = "on_agenda", _("On the committee's agenda")
    DECIDED = "decided", _("Decided")
    LAPSED = "lapsed", _("Not selected")
    TAKEN_OFF = "taken_off", _("Taken off the agenda")
    WITHDRAWN = "withdrawn", _("Withdrawn by its proposer")


MOVES: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.COMPETING}),
    PlanState.COMPETING: frozenset({PlanState.ON_AGENDA, PlanState.LAPSED, PlanState.WITHDRAWN}),
    PlanState.ON_AGENDA: frozenset({PlanState.DECIDED, PlanState.TAKEN_OFF}),
    PlanState.DECIDED: frozenset(),
    PlanState.LAPSED: frozenset(),
    PlanState.TAKEN_OFF: frozenset(),
    PlanState.WITHDRAWN: frozenset(),
}
PUBLIC_STATES = frozenset(PlanState) - {PlanState.DRAFT, PlanState.WITHDRAWN}


class PlaceKind(TextChoices):
    """Where a plan is about."""

    WHOLE = "whole", _("The whole neighbourhood")
    ADDRESS = "address", _("An address")
    POINT = "point", _("A place on the map")


class Period(TextChoices):
    """How often votes are counted."""

    WEEK = "week", _("Every week, on Sunday")
    MONTH = "month", _("Every month, on the last day")
    QUARTER = "quarter", _("Every quarter, on the last day")


class Totals(TextChoices):
    """Whether the number of votes is public before the count."""

    LIVE = "live", _("Everyone sees the votes at any time")
    HIDDEN = "hidden", _("The votes are shown after the count")


class Attendance(TextChoices):
    """What the proposer does when the committee discusses the plan."""

    UNKNOWN = "unknown", _("Not known yet")
    COMES = "comes", _("I am coming")
    WANTS_HELP = "wants_help", _("I want help with it")
    SENDS_SOMEONE = "sends_someone", _("I am sending someone")


class Result(TextChoices):
    """What happens with a plan after the committee discussed it."""

    IN_FULL = "in_full", _("Carried out in full")
    IN_PART = "in_part", _("Carried out in part")
    NOT = "not", _("Not carried out")
    MORE_TIME = "more_time", _("More time is needed")


FINAL_RESULTS = frozenset({Result.IN_FULL, Result.IN_PART, Result.NOT})
