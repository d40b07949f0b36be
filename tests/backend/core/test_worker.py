"""The worker goes on whatever happens, and stops when it is told to."""

import queue
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.db import connection

from backend.core import due
from backend.core.worker import Worker

NOW = datetime(2027, 1, 31, 23, 0, tzinfo=UTC)
PATIENCE = 10

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> "queue.Queue[datetime]":
    """The moments at which the worker looked, and a first look that fails."""
    monkeypatch.setattr(due, "_registry", {})
    seen: queue.Queue[datetime] = queue.Queue()

    def look(now: datetime) -> Iterable[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen.put(now)
        return [1]

    def fail(row_id: int, now: datetime) -> None:
        raise RuntimeError("this row cannot be done")

    due.register(due.DueWork(name="rows", find=look, do=fail))
    return seen


def test_it_walks_again_and_again_and_stops(walks: "queue.Queue[datetime]") -> None:
    worker = Worker(clock=lambda: NOW, seconds=0.01)
    worker.start()
    assert [walks.get(timeout=PATIENCE) for _ in range(3)] == [NOW] * 3
    assert worker.stop(patience=PATIENCE)
    while not walks.empty():
        walks.get()
    with pytest.raises(queue.Empty):
        walks.get(timeout=0.1)


def test_it_outlives_a_clock_that_fails_and_a_walk_that_fails(
    walks: "queue.Queue[datetime]", monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[datetime | None] = [None, NOW]

    def clock() -> datetime:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer is None:
            raise OSError("no time now")
        return answer

    worker = Worker(clock=clock, seconds=0.01)
    worker.start()
    assert walks.get(timeout=PATIENCE) == NOW
    assert worker.stop(patience=PATIENCE)


def test_stopping_does_not_wait_for_the_next_walk(walks: "queue.Queue[datetime]") -> None:
    worker = Worker(clock=lambda: NOW, seconds=3600)
    worker.start()
    walks.get(timeout=PATIENCE)
    assert worker.stop(patience=PATIENCE)
