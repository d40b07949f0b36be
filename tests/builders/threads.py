"""Several people at once, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connections

from backend.core.tenancy import in_municipality

T = TypeVar("T")
PATIENCE = 60


def at_once(
    jobs: Sequence[Callable[[], T]], *, threads: int = 8, municipality_id: int
) -> list[T | Exception]:
    """Do all jobs in so many threads that start together. What a job raises stands in place of its answer."""
    answers: list[T | Exception] = [RuntimeError("never done")] * len(jobs)
    start = threading.Barrier(threads)

    def work(first: int) -> None:
        try:
            with in_municipality(municipality_id):
                start.wait(PATIENCE)
                for index in range(first, len(jobs), threads):
                    try:
                        answers[index] = jobs[index]()
                    except Exception as error:
                        answers[index] = error
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=(first,), daemon=True) for first in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    return answers
