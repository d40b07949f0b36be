"""Life of a promise, and where its subject stands. No queries."""

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from backend.identity.states import Role


class Contribution(TextChoices):
    """What somebody did to be owed an answer."""

    PROPOSED = "proposed", _("Proposed it")
    VOTED = "voted", _("Voted for it")
    ARGUED = "argued", _("Said something about it")


class Phase(TextChoices):
    """Where a subject is on the lemniscate. Numbers of people are public from the second phase on only:
    before it they would tell votes that may be hidden."""

    COLLECTING = "collecting", _("Collecting")
    TRANSLATING = "translating", _("Translating")
    CHANGING = "changing", _("Changing")
    ANSWERING = "answering", _("Answering")


class PromiseState(TextChoices):
    OPEN = "open", _("Answer owed")
    ANSWERED = "answered", _("Answer on its way")
    KEPT = "kept", _("Answered")
    UNREACHABLE = "unreachable", _("Answer did not arrive")
    WAIVED = "waived", _("Waived, with a reason")
    GONE = "gone", _("Nobody left to answer")


MOVES: Mapping[PromiseState, frozenset[PromiseState]] = {
    PromiseState.OPEN: frozenset({PromiseState.ANSWERED, PromiseState.WAIVED, PromiseState.GONE}),
    # Only delivery keeps a promise. A mail that bounces goes out again in another channel, if there is one.
    PromiseState.ANSWERED: frozenset({PromiseState.KEPT, PromiseState.UNREACHABLE, PromiseState.GONE}),
    # A mail may bounce after its server took it in: then the answer is owed again.
    PromiseState.KEPT: frozenset({PromiseState.ANSWERED, PromiseState.UNREACHABLE}),
    # Somebody tells it in another way, a next answer does arrive, or it is waived.
    PromiseState.UNREACHABLE: frozenset(
        {PromiseState.KEPT, PromiseState.ANSWERED, PromiseState.WAIVED, PromiseState.GONE}
    ),
    PromiseState.WAIVED: frozenset(),
    PromiseState.GONE: frozenset(),
}
# What still stands between a subject and its end.
OWED = frozenset({PromiseState.OPEN, PromiseState.ANSWERED, PromiseState.UNREACHABLE})
# Those for whom an official has something to do.
WAITING = frozenset({PromiseState.OPEN, PromiseState.UNREACHABLE})


def states_before(state: PromiseState) -> list[PromiseState]:
    """The states from which a promise may come into this one."""
    return [before for before, after in MOVES.items() if state in after]


class Told(TextChoices):
    """How somebody was told whom no message could reach."""

    COUNTER = "counter", _("At the counter")
    PHONE = "phone", _("By phone")
    VISIT = "visit", _("At their home")
    OTHERS = "others", _("By somebody who knows them")


class Reminder(IntegerChoices):
    """Which reminder of a date is meant; those after it count the weeks that it is late."""

    WEEK_BEFORE = -2, _("A week before the date")
    DAY_BEFORE = -1, _("A day before the date")
    LATE = 0, _("The day after the date")


# Who can owe an answer, and so give one.
ANSWERING_ROLES = (Role.COUNCILLOR, Role.OFFICIAL, Role.CLERK)
# Who see to it that answers are given. They are told when one is late.
LEADING_ROLES = (Role.CLERK, Role.ADMINISTRATOR)
