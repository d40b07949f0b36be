"""Reading in an election that was held elsewhere, as plans, voters and votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import DomainError, NotFound, require, require_found
from backend.core.locks import first_shared
from backend.core.tenancy import in_municipality
from backend.identity.services.imports import import_people
from backend.identity.states import Origin
from backend.places.models import Portal

from .. import pabulib, permissions
from ..errors import RoundClosed
from ..models import ImportRun, Plan, Round
from ..pabulib import Ballot
from ..states import PlanState
from .imported_plans import add_plans
from .imported_votes import add_votes
from .rounds import ensure_rounds

BALLOTS_PER_BATCH = 1_000


class PlansReadInBefore(DomainError):
    code = "plans_read_in_before"
    default_message = _("Plans with the same ids were read in from another file. Nothing was changed.")


class ImportRunning(DomainError):
    code = "import_running"
    default_message = _("Somebody else is reading this file in now. Wait until that is done, then try again.")


class ImportOutcome(StrEnum):
    """How the reading of a file ended."""

    BROKEN = "broken"
    READY = "ready"
    IMPORTED = "imported"
    UNCHANGED = "unchanged"


@dataclass
class ImportReport:
    """What a file holds, what was refused, and what this time was added to the portal."""

    check: pabulib.Report
    outcome: ImportOutcome
    resumed_after: int | None = None
    """Ballots that an earlier, interrupted import had done. None when there was none."""
    plans: int = 0
    voters: int = 0
    votes: int = 0
    too_late: Counter[str] = field(default_factory=Counter)
    """Votes left out per project, because its plan stopped collecting votes during an interruption."""

    @property
    def has_refusals(self) -> bool:
        return self.check.refused > 0 or bool(self.too_late)


def preview_election(*, actor: Actor, portal_id: int, path: Path) -> ImportReport:
    """Say what reading in a file would do, and change nothing. Raises what reading it in would raise."""
    portal = importing_portal(actor, portal_id)
    report = ImportReport(pabulib.check(path), ImportOutcome.READY)
    if report.check.is_broken:
        report.outcome = ImportOutcome.BROKEN
        return report
    with in_municipality(portal.municipality_id):
        run = ImportRun.objects.filter(portal=portal, fingerprint=report.check.fingerprint).first()
        if run is None or not run.plans_done:
            require_new_references(portal, report.check.election.by_reference)
        if run is not None and run.finished_at:
            report.outcome = ImportOutcome.UNCHANGED
        elif run is not None and run.plans_done:
            report.resumed_after = run.ballots_done
    return report


def import_election(
    *, actor: Actor, portal_id: int, path: Path, now: datetime, progress: Callable[[int, int], None]
) -> ImportReport:
    """Turn the projects of a file into plans, and its ballots into voters and votes of this moment.

    A broken file adds nothing. Ballots go in by the thousand, so an import that stops halfway goes on there
    the next time, and a file that was read in whole changes nothing.
    Raises PlansReadInBefore, ImportRunning, RoundClosed, NotFound or NotAllowed.
    """
    report = preview_election(actor=actor, portal_id=portal_id, path=path)
    if report.outcome is not ImportOutcome.READY:
        return report
    portal = importing_portal(actor, portal_id)
    with in_municipality(portal.municipality_id):
        reading = _Import(actor, portal, report, now)
        reading.prepare()
        total = report.check.ballots
        progress(reading.done, total)
        accepted = islice(pabulib.ballots(path, report.check.election), reading.done, None)
        while batch := list(islice(accepted, BALLOTS_PER_BATCH)):
            reading.add(batch)
            progress(reading.done, total)
        reading.finish()
    report.outcome = ImportOutcome.IMPORTED
    return report


def importing_portal(actor: Actor, portal_id: int) -> Portal:
    require(permissions.can_import(actor))
    portal = require_found(Portal.objects.all_municipalities().filter(pk=portal_id).first())
    if actor.municipality_id != portal.municipality_id or actor.portal_id not in {None, portal_id}:
        raise NotFound
    return portal


def require_new_references(portal: Portal, references: Collection[str]) -> None:
    """Whether no plan of these was read in before, from another file."""
    read_in = Plan.objects.filter(portal=portal).exclude(source_reference="")
    taken = read_in.values_list("source_reference", flat=True)
    if not set(references).isdisjoint(taken):
        raise PlansReadInBefore


class _Import:
    """One reading of one file. Each method is one transaction."""

    def __init__(self, actor: Actor, portal: Portal, report: ImportReport, now: datetime) -> None:
        self.actor = actor
        self.portal = portal
        self.report = report
        self.now = now
        self.fingerprint = report.check.fingerprint
        self.done = 0

    @transaction.atomic
    def prepare(self) -> None:
        """Add the plans, unless an interrupted import did."""
        round_now = ensure_rounds(actor=self.actor, portal_id=self.portal.pk, now=self.now)
        ImportRun.objects.get_or_create(
            portal=self.portal,
            fingerprint=self.fingerprint,
            defaults={"municipality_id": self.portal.municipality_id},
        )
        run = self._hold_run()
        self.done = run.ballots_done
        if run.plans_done:
            self.report.resumed_after = self.done
            return
        require_new_references(self.portal, self.report.check.election.by_reference)
        self.report.plans = add_plans(
            portal=self.portal,
            election=self.report.check.election,
            rules=round_now.rules,
            now=self.now,
        )
        run.plans_done = True
        run.save(update_fields=["plans_done"])
        pagecache.empty(self.portal.pk)

    @transaction.atomic
    def add(self, ballots: Sequence[Ballot]) -> None:
        """Add voters, votes and promises of some ballots, and how far we are, together or not at all."""
        run = self._hold_run()
        if run.ballots_done != self.done:
            raise ImportRunning
        rules = self._hold_round().rules
        plans = self._plans()
        chosen = [
            (ballot, choices)
            for ballot in ballots
            if (choices := [plans[name] for name in ballot.choices if name in plans])
        ]
        self.report.too_late.update(
            name for ballot in ballots for name in ballot.choices if name not in plans
        )
        people = import_people(
            actor=self.actor,
            references=[f"{self.fingerprint[:12]}:{ballot.voter}" for ballot, _choices in chosen],
            origin=Origin.IMPORTED,
            district_id=rules.district_id,
            reached_age=rules.minimum_age,
            now=self.now,
        )
        pairs = [
            (person_id, plan)
            for person_id, (_ballot, choices) in zip(people, chosen, strict=True)
            for plan in choices
        ]
        add_votes(actor=self.actor, portal=self.portal, pairs=pairs, now=self.now)
        run.ballots_done += len(ballots)
        run.save(update_fields=["ballots_done"])
        self.report.voters += len(people)
        self.report.votes += len(pairs)
        self.done = run.ballots_done
        pagecache.empty(self.portal.pk)

    @transaction.atomic
    def finish(self) -> None:
        run = self._hold_run()
        if run.ballots_done != self.done or run.finished_at:
            raise ImportRunning
        run.finished_at = self.now
        run.save(update_fields=["finished_at"])
        audit.record(
            actor=self.actor,
            action="proposals.votes_imported",
            target=run,
            at=self.now,
            fingerprint=self.fingerprint,
            plans=len(self.report.check.election.projects),
            ballots=self.done,
            refused=self.report.check.refused,
        )

    def _hold_run(self) -> ImportRun:
        return ImportRun.objects.select_for_update().get(portal=self.portal, fingerprint=self.fingerprint)

    def _hold_round(self) -> Round:
        """The round of this moment, held as a vote holds it, so that counting waits for this batch."""
        open_now = Round.objects.filter(
            portal=self.portal, opens_at__lte=self.now, closes_at__gt=self.now, counted_at=None
        )
        held = first_shared(open_now)
        if held is None:
            raise RoundClosed
        return held

    def _plans(self) -> dict[str, Plan]:
        """The plans of this file that still collect votes, by their id in it."""
        plans = Plan.objects.filter(portal=self.portal, state=PlanState.COMPETING).exclude(
            source_reference=""
        )
        known = self.report.check.election.by_reference
        return {plan.source_reference: plan for plan in plans if plan.source_reference in known}
