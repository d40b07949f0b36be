"""Deferred work is state: each app says which rows are due and what to do with one.

A lost message loses nothing, because the row is still due at the next walk. Doing one row is idempotent and
takes its own locks, so two walkers may meet without harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DueWork:
    """One kind of work: `find` gives the ids that are due at a moment, `do` does one of them."""

    name: str
    find: Callable[[datetime], Iterable[int]]
    do: Callable[[int, datetime], None]


@dataclass
class WalkReport:
    done: dict[str, int] = field(default_factory=dict)
    failed: dict[str, list[int]] = field(default_factory=dict)


_registry: dict[str, DueWork] = {}


def register(work: DueWork) -> None:
    _registry[work.name] = work


def registered() -> list[DueWork]:
    return list(_registry.values())


def do_one(name: str, row_id: int, now: datetime) -> None:
    _registry[name].do(row_id, now)


def walk(now: datetime) -> WalkReport:
    """Do everything that is due, kind by kind.

    What fails is logged and stays due: a row holds up no other row, and a kind no other kind.
    """
    report = WalkReport()
    for work in registered():
        try:
            rows = list(work.find(now))
        except Exception:
            log.exception("due_work_not_found", work=work.name)
            report.failed[work.name] = []
            continue
        for row_id in rows:
            try:
                work.do(row_id, now)
            except Exception:
                log.exception("due_work_failed", work=work.name, row=row_id)
                report.failed.setdefault(work.name, []).append(row_id)
            else:
                report.done[work.name] = report.done.get(work.name, 0) + 1
    return report
