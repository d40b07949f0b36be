"""How far a long computation is, and the way to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable

Report = Callable[[str, int, int], None]
"""Gets the phase, how much of it is done and how much there is; a total of 0 means that nobody knows."""


class Cancelled(Exception):
    """Somebody asked to stop. Nothing was made."""


class Progress:
    """Told at every step where the computation is. Keeps how long each phase took."""

    def __init__(self, report: Report | None = None, is_cancelled: Callable[[], bool] | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._report = report
        self._is_cancelled = is_cancelled
        self._phase, self._since = "", time.perf_counter()

    def step(self, phase: str, done: int = 0, total: int = 0) -> None:
        """Raises Cancelled when somebody asked to stop."""
        if phase != self._phase:
            self.finish()
            self._phase = phase
        if self._report:
            self._report(phase, done, total)
        if self._is_cancelled and self._is_cancelled():
            raise Cancelled

    def finish(self) -> None:
        """Close the phase that is under way."""
        now = time.perf_counter()
        if self._phase:
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._since
        self._phase, self._since = "", now
