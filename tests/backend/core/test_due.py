"""Due work is found again until it is done, whatever happens on the way."""

import json
import os
import queue
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from celery.contrib.testing.worker import start_worker
from django.core.cache import cache
from django.core.management import CommandError, call_command

from backend.config import celery
from backend.core import due

REDIS = os.environ.get("MEEBESLISSEN_REDIS_URL", "")
NOW = datetime(2027, 1, 31, 23, 0, tzinfo=UTC)


class Letters:
    """Work with a memory: letters that are due from a moment on, until they have been sent."""

    def __init__(self, name: str, *, is_patient: bool = False, **due_at: datetime) -> None:
        self.waiting = {int(key.removeprefix("n")): at for key, at in due_at.items()}
        self.sent: list[int] = []
        self.broken: set[int] = set()
        self.open = 0
        due.register(
            due.DueWork(name=name, find=self.find, do=self.send, is_patient=is_patient, around=self.desk)
        )

    @contextmanager
    def desk(self) -> Iterator[None]:
        self.open += 1
        yield

    def find(self, now: datetime) -> Iterable[int]:
        return [number for number, at in self.waiting.items() if at <= now]

    def send(self, number: int, now: datetime) -> None:
        if number in self.broken:
            raise RuntimeError("the post box is full")
        if self.waiting.pop(number, None):
            self.sent.append(number)


@pytest.fixture(autouse=True)
def nothing_else_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "_registry", {})


def test_only_what_is_due_is_done_and_only_once() -> None:
    letters = Letters("letters", n1=NOW, n2=NOW + timedelta(seconds=1))
    assert due.walk(NOW).done == {"letters": 1}
    assert due.walk(NOW).done == {}
    assert letters.sent == [1]
    due.walk(NOW + timedelta(days=3))
    assert letters.sent == [1, 2]


def test_patient_work_comes_last_and_is_done_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    many = Letters("many", is_patient=True, **{f"n{number}": NOW for number in range(5)})
    others, round_ = Letters("others", is_patient=True, n9=NOW), Letters("round", n7=NOW, n8=NOW)
    monkeypatch.setattr(due, "SECONDS_OF_PATIENT_WORK", 0.0)
    assert list(due.walk(NOW).done.items()) == [("round", 2), ("many", 1), ("others", 1)]
    monkeypatch.setattr(due, "SECONDS_OF_PATIENT_WORK", 60.0)
    assert due.walk(NOW).done == {"many": 4}
    assert (many.open, others.open, round_.open) == (2, 1, 1)
    assert many.sent == [0, 1, 2, 3, 4]


def test_a_row_that_fails_stays_due_and_holds_up_no_other() -> None:
    letters, others = Letters("letters", n1=NOW, n2=NOW, n3=NOW), Letters("others", n9=NOW)
    letters.broken = {2}
    report = due.walk(NOW)
    assert report.failed == {"letters": [2]}
    assert (letters.sent, others.sent) == ([1, 3], [9])
    letters.broken = set()
    assert due.walk(NOW).done == {"letters": 1}
    assert letters.sent == [1, 3, 2]


def test_a_kind_that_cannot_be_looked_up_holds_up_no_other_kind() -> None:
    def unreachable(now: datetime) -> Iterable[int]:
        raise ConnectionError("no answer")

    due.register(due.DueWork(name="broken", find=unreachable, do=lambda row_id, now: None))
    letters = Letters("letters", n1=NOW)
    assert due.walk(NOW).failed == {"broken": []}
    assert letters.sent == [1]


@pytest.fixture
def tasks_run_at_once() -> Iterable[None]:
    celery.app.conf.task_always_eager = True
    cache.clear()
    yield
    celery.app.conf.task_always_eager = False
    cache.clear()


@pytest.mark.usefixtures("tasks_run_at_once")
def test_beat_gives_every_due_row_to_a_worker() -> None:
    letters = Letters("letters", n1=NOW - timedelta(days=3650), n2=NOW + timedelta(days=3650))
    celery.walk_due()
    celery.walk_due()
    assert letters.sent == [1]


@pytest.mark.usefixtures("tasks_run_at_once")
def test_beat_gives_patient_work_to_one_worker_as_a_whole() -> None:
    long_ago = NOW - timedelta(days=3650)
    many = Letters("many", is_patient=True, n1=long_ago, n2=long_ago, n3=long_ago)
    cache.add("due:many:0", True, 60)
    celery.walk_due()
    assert many.sent == []
    cache.clear()
    celery.walk_due()
    assert (many.sent, many.open) == ([1, 2, 3], 1)


@pytest.mark.usefixtures("tasks_run_at_once")
def test_a_row_that_a_worker_failed_on_comes_back_at_the_next_beat() -> None:
    letters = Letters("letters", n1=NOW - timedelta(days=3650))
    letters.broken = {1}
    celery.walk_due()
    assert letters.sent == []
    letters.broken = set()
    celery.walk_due()
    assert letters.sent == [1]


@pytest.mark.usefixtures("tasks_run_at_once")
def test_a_row_in_the_queue_is_not_put_in_it_again() -> None:
    letters = Letters("letters", n1=NOW - timedelta(days=3650))
    cache.add("due:letters:1", True, 60)
    celery.walk_due()
    assert letters.sent == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not REDIS, reason="needs Redis: MEEBESLISSEN_REDIS_URL")
def test_a_row_goes_through_a_real_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celery.app.conf, "broker_url", REDIS)
    sent: queue.Queue[int] = queue.Queue()
    due.register(due.DueWork(name="letters", find=lambda now: [7], do=lambda row_id, now: sent.put(row_id)))
    with start_worker(celery.app, pool="threads", concurrency=1, perform_ping_check=False):
        celery.walk_due.apply_async()
        assert sent.get(timeout=20) == 7


def test_walking_by_hand_reports_what_was_done() -> None:
    Letters("letters", n1=NOW, n2=NOW)
    shown = StringIO()
    call_command("work", "--once", "--at", NOW.isoformat(), "--dry-run", "--json", stdout=shown)
    assert json.loads(shown.getvalue()) == {"due": {"letters": 2}}
    shown = StringIO()
    call_command("work", "--once", "--at", NOW.isoformat(), stdout=shown)
    assert shown.getvalue() == "done: letters: 2\n"
    shown = StringIO()
    call_command("work", "--once", "--at", NOW.isoformat(), stdout=shown)
    assert shown.getvalue() == "Nothing is due.\n"


def test_walking_by_hand_fails_when_a_row_fails() -> None:
    Letters("letters", n1=NOW).broken = {1}
    with pytest.raises(CommandError, match="stay due"):
        call_command("work", "--once", "--at", NOW.isoformat(), stdout=StringIO())


@pytest.mark.parametrize("arguments", [["--at", "2027-01-31T23:59:59"], ["--dry-run"]])
def test_an_order_that_could_be_misread_is_refused(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("work", *arguments, stdout=StringIO())
