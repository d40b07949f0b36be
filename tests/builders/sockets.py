"""Open pages without a browser: sockets to the real application."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from backend.places.models import Portal

PATIENCE = 10


class Socket:
    """What a browser has open beside its page."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        # What the page shows by now.
        self.version = ""

    def say(self, message: Any) -> None:
        self.line.send(message if isinstance(message, str | bytes) else json.dumps(message))

    def update(self) -> dict[str, Any]:
        """What comes next."""
        told: dict[str, Any] = json.loads(self.line.recv(timeout=PATIENCE))
        self.version = told["to"]
        return told

    def closed_with(self) -> int | None:
        """Wait until the other side ends it. What came before that is passed over."""
        try:
            while True:
                self.line.recv(timeout=PATIENCE)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


OpenSocket = Callable[..., Socket]


def open_socket(
    opened: ExitStack,
    port: int,
    portal: Portal,
    public_id: str,
    *,
    client: Client | None = None,
    origin: str | None = "",
    kind: str = "plan",
    language: str = "en",
) -> Socket:
    """A socket for a page of a portal, in the session of a client, and of the origin it should have."""
    host = f"{portal.hostname}:{port}"
    headers = {}
    if client is not None:
        headers["Cookie"] = (
            f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        )
    way = connect(
        f"ws://{host}/live/{kind}/{public_id}/?taal={language}",
        sock=socket.create_connection(("127.0.0.1", port), timeout=PATIENCE),
        origin=f"http://{host}" if origin == "" else origin,  # type: ignore[arg-type]  # a plain string will do
        additional_headers=headers,
        proxy=None,
    )
    return Socket(opened.enter_context(way))
