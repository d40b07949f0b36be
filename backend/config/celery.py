"""Due work scaled out: a beat that looks what is due, and workers that take one row each.

The queue is only a way to be quick. What is due stands in the database (ADR 0003), so an emptied queue, a
message delivered twice or a worker that dies halfway loses nothing and does nothing twice.
"""

import os
from datetime import UTC, datetime

import structlog
from celery import Celery
from django.core.cache import cache

from backend.core import due
from backend.core.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.production")

# A row that is in the queue is not put in it again for so long, or a slow hour would flood the queue.
SECONDS_IN_QUEUE = 120

log = structlog.get_logger(__name__)

refuse_unsafe_start()
app = Celery("meebeslissen")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="due.walk", ignore_result=True)  # type: ignore[untyped-decorator]
def walk_due() -> None:
    """Look what is due at this moment and give every row to a worker; of patient work a kind as a whole."""
    now = datetime.now(UTC)
    for work in due.registered():
        if work.is_patient:
            if cache.add(_queued(work.name, 0), True, SECONDS_IN_QUEUE):
                do_patient_due.apply_async((work.name,), expires=SECONDS_IN_QUEUE)
            continue
        try:
            rows = list(work.find(now))
        except Exception:
            # One kind that cannot be looked up holds up no other.
            log.exception("due_work_not_found", work=work.name)
            continue
        for row_id in rows:
            if cache.add(_queued(work.name, row_id), True, SECONDS_IN_QUEUE):
                do_due.apply_async((work.name, row_id), expires=SECONDS_IN_QUEUE)


@app.task(  # type: ignore[untyped-decorator]
    name="due.do", ignore_result=True, acks_late=True, reject_on_worker_lost=True
)
def do_due(name: str, row_id: int) -> None:
    """Do one row. When it fails, the row stays due and the next walk brings it back."""
    try:
        due.do_one(name, row_id, datetime.now(UTC))
    finally:
        cache.delete(_queued(name, row_id))


@app.task(  # type: ignore[untyped-decorator]
    name="due.do_patient", ignore_result=True, acks_late=True, reject_on_worker_lost=True
)
def do_patient_due(name: str) -> None:
    """Do some seconds of one kind of patient work. What is left comes back at the next walk."""
    try:
        due.do_patient_work(name, datetime.now(UTC))
    finally:
        cache.delete(_queued(name, 0))


def _queued(name: str, row_id: int) -> str:
    return f"due:{name}:{row_id}"
