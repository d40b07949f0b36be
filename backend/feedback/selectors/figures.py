"""How promises are kept, in numbers that everybody may read: never about a person, and never about subjects
that still collect votes, because these numbers would tell how many."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.core.walltime import AMSTERDAM, moment, on_wall
from backend.places.models import Portal
from backend.places.selectors import portals_of

from ..models import Agreement, Answer, Promise, Subject, Waiver
from ..permissions import public_subjects
from ..rules import Waited, median_of, months_before
from ..states import OWED, WAITING, Phase, PromiseState

MONTHS = 12
LATE = "late"
NAMED = 50


@dataclass
class Record:
    """How one body, or one role in it, kept its promises."""

    numbers: Counter[str] = field(default_factory=Counter)
    waits: list[Waited] = field(default_factory=list)

    @property
    def owed(self) -> int:
        return sum(self.numbers[state] for state in OWED)

    @property
    def late(self) -> int:
        return self.numbers[LATE]

    @property
    def kept(self) -> int:
        return self.numbers[PromiseState.KEPT]

    @property
    def waived(self) -> int:
        return self.numbers[PromiseState.WAIVED]

    @property
    def median_days(self) -> int | None:
        return median_of(self.waits)


@dataclass(frozen=True)
class Month:
    """How many were answered in a month, and how long half of them waited."""

    first_day: date
    kept: int
    median_days: int | None


@dataclass(frozen=True)
class Figures:
    """What a portal shows of its promises: together, per role, per month, and beside its neighbours."""

    total: Record
    roles: dict[str, Record]
    portals: list[tuple[Portal, Record]]
    months: list[Month]
    collecting: int


def figures_of(actor: Actor, *, now: datetime) -> Figures:
    """How the portals of this municipality keep their promises, in three statements."""
    today = on_wall(now).date()
    portals: dict[int, Record] = defaultdict(Record)
    roles: dict[str, Record] = defaultdict(Record)
    here = actor.require_portal()
    for portal_id, role, state, is_late, number in _counts(today):
        records = [portals[portal_id]] + ([roles[role]] if portal_id == here else [])
        for record in records:
            record.numbers[state] += number
            if is_late and state in OWED:
                record.numbers[LATE] += number
    kept_by_month: dict[date, list[Waited]] = defaultdict(list)
    months = months_before(today, MONTHS)
    for portal_id, role, opened_on, kept_on, number in _waits(months[0]):
        waited = Waited((kept_on - opened_on).days, number)
        portals[portal_id].waits.append(waited)
        if portal_id == here:
            roles[role].waits.append(waited)
            kept_by_month[kept_on.replace(day=1)].append(waited)
    return Figures(
        total=portals[here],
        roles=dict(sorted(roles.items())),
        portals=[(portal, portals[portal.pk]) for portal in portals_of(actor.municipality_id or 0)],
        months=[
            Month(first, sum(wait.people for wait in kept_by_month[first]), median_of(kept_by_month[first]))
            for first in months
        ],
        collecting=public_subjects(actor).filter(_owing(), phase=Phase.COLLECTING).count(),
    )


def _counts(today: date) -> Iterable[tuple[int, str, str, bool, int]]:
    late = Case(When(subject__due_on__lt=today, then=Value(True)), default=Value(False))
    return (
        Promise.objects.exclude(subject__phase=Phase.COLLECTING)
        .order_by()
        .annotate(is_late=late)
        .values_list("subject__portal", "subject__owed_by", "state", "is_late")
        .annotate(n=Count("pk"))
    )


def _waits(first_day: date) -> Iterable[tuple[int, str, date, date, int]]:
    """How long people waited who were answered since a day. Of whom left only the month is known."""
    kept = Promise.objects.filter(
        state=PromiseState.KEPT, kept_at__gte=moment(first_day, time(0)), person__isnull=False
    ).exclude(subject__phase=Phase.COLLECTING)
    return (
        kept.order_by()
        .annotate(
            opened_on=TruncDate("opened_at", tzinfo=AMSTERDAM), kept_on=TruncDate("kept_at", tzinfo=AMSTERDAM)
        )
        .values_list("subject__portal", "subject__owed_by", "opened_on", "kept_on")
        .annotate(n=Count("pk"))
    )


def _owing(states: Collection[PromiseState] = OWED) -> Q:
    return Q(Exists(Promise.objects.filter(subject=OuterRef("pk"), state__in=states)))


def list_late(actor: Actor, *, now: datetime) -> QuerySet[Subject]:
    """What everybody may read is late at this portal, the latest first."""
    late = public_subjects(actor).filter(_owing(), due_on__lt=on_wall(now).date())
    return late.select_related("owner").order_by("due_on", "pk")


def list_waivers(actor: Actor) -> QuerySet[Waiver]:
    """What was waived at this portal and why, the last first."""
    waivers = Waiver.objects.filter(subject__portal=actor.require_portal(), subject__is_public=True)
    return waivers.select_related("subject").order_by("-waived_at", "-pk")


@dataclass(frozen=True)
class PublicSubject:
    """What everybody may read of one subject and its answers."""

    subject: Subject
    is_owed: bool
    # Somebody has no answer yet, and none is on its way to them.
    is_waited_for: bool
    answers: list[Answer]
    waivers: list[Waiver]
    agreements: list[Agreement]


def get_public_subject(*, actor: Actor, public_id: str) -> PublicSubject:
    """One subject with the answers that were given, what was agreed and what was waived, or NotFound."""
    subjects = (
        public_subjects(actor)
        .select_related("owner")
        .annotate(is_owed=_owing(), is_waited_for=_owing(WAITING))
    )
    subject = require_found(subjects.filter(public_id=public_id).first())
    return PublicSubject(
        subject=subject,
        is_owed=subject.is_owed,
        is_waited_for=subject.is_waited_for,
        answers=list(subject.answers.exclude(sent_at=None).order_by("-sent_at", "-pk")[:NAMED]),
        waivers=list(subject.waivers.order_by("-waived_at", "-pk")[:NAMED]),
        agreements=list(subject.agreements.select_related("owner").order_by("-made_at", "-pk")[:NAMED]),
    )
