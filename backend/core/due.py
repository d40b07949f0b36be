"""Deferred work is state: each app says which rows are due and what to do with one.

A lost message loses nothing, because the row is still due at the next walk. Doing one row is idempotent and
takes its own locks, so two walkers may meet without harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

import structlog

log = structlog.get_logger(__name__)
# So long a walk goes on with patient work. What is left stays due, and urgent work comes first again.
SECONDS_OF_PATIENT_WORK = 10.0


@dataclass(frozen=True)
class DueWork:
    """One kind of work: `find` gives the ids that are due at a moment, `do` does one of them.

    Patient work may be very much and never holds up the rest: mail to everybody waits for the closing of a
    round. Its rows are done one after another by one worker, for some seconds at a time; `around` is open as
    long as that lasts, such as the line to a mail server.
    """

    name: str
    find: Callable[[datetime], Iterable[int]]
    do: Callable[[int, datetime], None]
    is_patient: bool = False
    around: Callable[[], AbstractContextManager[object]] = nullcontext


@dataclass
class WalkReport:
    done: dict[str, int] = field(default_factory=dict)
    failed: dict[str, list[int]] = field(default_factory=dict)


_registry: dict[str, DueWork] = {}


def register(work: DueWork) -> None:
    _registry[work.name] = work


def registered() -> list[DueWork]:
    """All work, the patient kinds last."""
    return sorted(_registry.values(), key=lambda work: work.is_patient)


def do_one(name: str, row_id: int, now: datetime) -> None:
    _registry[name].do(row_id, now)


def walk(now: datetime) -> WalkReport:
    """Do everything that is due, kind by kind.

    What fails is logged and stays due: a row holds up no other row, and a kind no other kind.
    """
    report = WalkReport()
    patience_ends = time.monotonic() + SECONDS_OF_PATIENT_WORK
    for work in registered():
        _do_all(work, now, report, until=patience_ends if work.is_patient else None)
    return report


def do_patient_work(name: str, now: datetime) -> WalkReport:
    """Do what one walk does of one patient kind."""
    report = WalkReport()
    _do_all(_registry[name], now, report, until=time.monotonic() + SECONDS_OF_PATIENT_WORK)
    return report


def _do_all(work: DueWork, now: datetime, report: WalkReport, *, until: float | None) -> None:
    try:
        rows = list(work.find(now))
    except Exception:
        log.exception("due_work_not_found", work=work.name)
        report.failed[work.name] = []
        return
    if not rows:
        return
    with work.around():
        for row_id in rows:
            try:
                work.do(row_id, now)
            except Exception:
                log.exception("due_work_failed", work=work.name, row=row_id)
                report.failed.setdefault(work.name, []).append(row_id)
            else:
                report.done[work.name] = report.done.get(work.name, 0) + 1
            # Asked after a row, so that every kind gets at least one done in each walk.
            if until is not None and time.monotonic() >= until:
                return
