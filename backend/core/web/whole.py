"""Requests that arrive in part are not acted on: a form cut off half-way must not replace what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Pages = Callable[[Environ, Any], Iterable[bytes]]


class WholeBody:
    """The body of a request, which breaks when the visitor is gone before all of it came."""

    def __init__(self, body: Any, length: int) -> None:
        self._body = body
        self._missing = length

    def read(self, size: int = -1) -> bytes:
        """As many bytes as asked, fewer only at the end; OSError when that end came too early."""
        piece: bytes = self._body.read(size)
        self._missing -= len(piece)
        if self._missing > 0 and (size < 0 or len(piece) < size):
            # Django takes this for a broken connection and acts on nothing.
            raise OSError("the visitor was gone before the whole request came")
        return piece

    def readline(self, size: int = -1) -> bytes:
        piece: bytes = self._body.readline(size)
        self._missing -= len(piece)
        return piece


def only_whole_requests(pages: Pages) -> Pages:
    """The same pages, for requests of which everything came."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length) if length.isdigit() else 0)
        return pages(environ, start_response)

    return answer
