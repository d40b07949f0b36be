"""Showing how far a long command is: a bar on a terminal, a line per ten percent elsewhere."""

from __future__ import annotations

from django.core.management.base import OutputWrapper

WIDTH = 40


class Progress:
    """Called with how many are done and how many there are in all."""

    def __init__(self, output: OutputWrapper, *, noun: str) -> None:
        self._output = output
        self._noun = noun
        self._is_terminal = output.isatty()
        self._told = -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        if self._is_terminal:
            filled = WIDTH * percent // 100
            bar = "#" * filled + "." * (WIDTH - filled)
            self._write(
                f"\r[{bar}] {percent:3d} % of {total} {self._noun}", ending="\n" if done >= total else ""
            )
        elif percent // 10 > self._told:
            self._told = percent // 10
            self._write(f"{percent} %: {done} of {total} {self._noun}", ending="\n")

    def _write(self, text: str, *, ending: str) -> None:
        # In plain letters: Django shows all that goes to stderr in the red of errors.
        self._output.write(text, style_func=str, ending=ending)
        self._output.flush()
