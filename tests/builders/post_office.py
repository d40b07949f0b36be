"""A mail server on this machine, as good or as bad as a test needs it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

PATIENCE = 30
# It says every address it hears, which our own logs never do.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


@dataclass
class PostOffice:
    """What it received, and what it does with the next mail."""

    port: int = 0
    refuses: set[str] = field(default_factory=set)
    refuses_with: str = "550 5.1.1 nobody here by that name"
    # Says "come back later" to everybody it has not seen before, as a greylist does.
    is_greylisting: bool = False
    # What it answers to the sender or to the whole mail, when it does not simply take it.
    says_to_sender: str = ""
    says_to_data: str = ""
    is_full: bool = False
    # Takes the whole of this mail and then goes away without a word, as a server that is killed does.
    dies_at: int = 0
    # Goes away after so many mails on one line, as servers do that want to be rid of somebody.
    mails_per_line: int = 0
    # Seconds it takes for the sender, for the reader and for the text.
    thinks: float = 0
    # Stops for good at "greeting", "sender", "reader" or "data" after so many mails, and tells so.
    stops_at: str = ""
    stops_after: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    lines: int = 0
    received: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    async def stop_at(self, step: str) -> None:
        await asyncio.sleep(self.thinks)
        if self.stops_at == step and len(self.received) >= self.stops_after:
            self.stopped.set()
            await asyncio.Event().wait()


class _Counter:
    """The clerk behind the counter: called by aiosmtpd at each step."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.office.stop_at("sender")
        if self.office.says_to_sender:
            return self.office.says_to_sender
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.office.stop_at("reader")
        if address in self.office.refuses or "*" in self.office.refuses:
            return self.office.refuses_with
        if self.office.is_greylisting and address not in self.office.known:
            self.office.known.add(address)
            return "450 4.2.0 come back in a minute"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        office = self.office
        content = envelope.content
        assert isinstance(content, bytes)
        await office.stop_at("data")
        office.received.append(content.decode())
        if office.dies_at == len(office.received):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if office.mails_per_line and len(office.received) % office.mails_per_line == 0:
            assert isinstance(server.transport, asyncio.Transport)
            await server.push("250 taken")
            server.transport.abort()
        if office.is_full:
            return "452 4.3.1 no room now"
        return office.says_to_data or "250 taken"


class _Line(SMTP):
    def __init__(self, office: PostOffice, **options: Any) -> None:
        super().__init__(_Counter(office), **options)
        self.office = office

    async def _handle_client(self) -> None:
        self.office.lines += 1
        await self.office.stop_at("greeting")
        await super()._handle_client()


@contextmanager
def open_office() -> Iterator[PostOffice]:
    """A mail server for as long as this block runs."""
    office = PostOffice()
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: _Line(office, loop=loop, hostname="post.example"), "127.0.0.1", 0)
    )
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def _close(server: asyncio.AbstractServer) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def post_office(**settings: Any) -> Iterator[PostOffice]:
    """A mail server that this platform sends by, as long as this block runs."""
    with (
        open_office() as office,
        override_settings(
            EMAIL_BACKEND="backend.core.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=office.port,
            EMAIL_TIMEOUT=5,
            **settings,
        ),
    ):
        yield office
