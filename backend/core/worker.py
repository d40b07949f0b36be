"""The clock's own hands: walk what is due, again and again, until told to stop."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from django.db import close_old_connections

from . import due

# A month closes on time to the eye when its page says so within seconds.
SECONDS_BETWEEN_WALKS = 5.0

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


def work_until(
    stop: threading.Event,
    *,
    clock: Callable[[], datetime] = utc_now,
    seconds: float = SECONDS_BETWEEN_WALKS,
) -> None:
    """Walk at once and then every few seconds. What goes wrong does not end it: the rows stay due."""
    while not stop.is_set():
        _walk_once(clock)
        stop.wait(seconds)


def _walk_once(clock: Callable[[], datetime]) -> None:
    try:
        # A connection that the database has closed meanwhile must not be used again, before or after.
        close_old_connections()
        due.walk(clock())
        close_old_connections()
    except Exception:
        log.exception("walk_failed")


class Worker:
    """Due work in a thread beside the web pages, for an installation of one process."""

    def __init__(
        self, *, clock: Callable[[], datetime] = utc_now, seconds: float = SECONDS_BETWEEN_WALKS
    ) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=work_until,
            args=(self._stop,),
            kwargs={"clock": clock, "seconds": seconds},
            name="due-work",
            # A process that is ended by force does not wait for it: what was half done is rolled back.
            daemon=True,
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, patience: float = 30.0) -> bool:
        """Finish the row in hand, then end. False when that takes longer than the patience in seconds."""
        self._stop.set()
        self._thread.join(patience)
        return not self._thread.is_alive()
