"""Showing how far a long command is: a bar on a terminal, a line per ten percent elsewhere."""

from __future__ import annotations

from typing import Protocol

WIDTH = 40


class Output(Protocol):
    def write(self, msg: str, *, ending: str = "\n") -> None: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


class Progress:
    """Called with how many are done and how many there are in all."""

    def __init__(self, output: Output, *, noun: str) -> None:
        self._output = output
        self._noun = noun
        self._is_terminal = output.isatty()
        self._told = -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        if self._is_terminal:
            filled = WIDTH * percent // 100
            bar = "█" * filled + "·" * (WIDTH - filled)
            ending = "\n" if done >= total else ""
            self._output.write(f"\r{bar} {percent:3d} % of {total} {self._noun}", ending=ending)
            self._output.flush()
        elif percent // 10 > self._told:
            self._told = percent // 10
            self._output.write(f"{percent} %: {done} of {total} {self._noun}")
