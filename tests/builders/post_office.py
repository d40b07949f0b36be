"""A mail server on this machine, as good or as bad as a test needs it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.test import override_settings


@dataclass
class PostOffice:
    """What it received, and what it does with the next mail."""

    refuses: set[str] = field(default_factory=set)
    # Takes the whole mail and then goes away without a word, as a server that is killed does.
    dies_after_data: bool = False
    is_full: bool = False
    received: list[str] = field(default_factory=list)


class _Counter(socketserver.StreamRequestHandler):
    office: PostOffice

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("220 post office")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.upper().split(":")[0].split(" ")[0]
            if verb == "RCPT" and any(address in words for address in self.office.refuses):
                self.say("550 nobody here by that name")
            elif verb == "DATA":
                self.say("354 go on")
                self.office.received.append(self._data())
                if self.office.dies_after_data:
                    return
                self.say("452 no room now" if self.office.is_full else "250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def _data(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.decode())
        return "".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def post_office(**settings: Any) -> Iterator[PostOffice]:
    """A mail server that Django sends by, as long as this block runs."""
    office = PostOffice()
    handler = type("Counter", (_Counter,), {"office": office})
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=server.server_address[1],
            EMAIL_TIMEOUT=5,
            **settings,
        ):
            try:
                yield office
            finally:
                server.shutdown()
