"""What can only be known by trying it. Each app says what it must reach, and check-production tries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Trial(NamedTuple):
    """Raises with a sentence for the operator when it does not work; the remedy says what to do then."""

    name: str
    attempt: Callable[[], object]
    remedy: str


_sources: list[Callable[[], Iterable[Trial]]] = []


def register(source: Callable[[], Iterable[Trial]]) -> None:
    _sources.append(source)


def registered() -> Iterator[Trial]:
    for source in _sources:
        yield from source()
