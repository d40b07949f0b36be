"""Mail by SMTP that knows afterwards whether a mail may have got through, and that has a limit of time.

The limit of Django and smtplib is for each step. A server that just keeps to it at every step would hold up
everybody's mail for minutes.
"""

from __future__ import annotations

import smtplib
import time
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp

# A socket that may not wait at all works in another way.
_SHORTEST_WAIT = 0.01


class _Remembers:
    """From the moment the text of a mail is handed over, only the server knows what became of it."""

    has_handed_over = False
    # By the clock of this machine: until when the server has, for opening the line or for one mail.
    until = float("inf")

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        self.until = time.monotonic() + settings.MAIL_SECONDS
        return super().connect(*args, **kwargs)  # type: ignore[misc]  # a mixin of smtplib's

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        self.has_handed_over = False
        self.until = time.monotonic() + settings.MAIL_SECONDS
        return super().sendmail(*args, **kwargs)  # type: ignore[misc]  # a mixin of smtplib's

    def getreply(self) -> Any:
        if self.sock is not None:  # type: ignore[attr-defined]  # a mixin of smtplib's
            left = max(_SHORTEST_WAIT, self.until - time.monotonic())
            self.sock.settimeout(min(self.timeout, left))  # type: ignore[attr-defined]  # the same
        return super().getreply()  # type: ignore[misc]  # the same

    def data(self, msg: Any) -> Any:
        self.has_handed_over = True
        return super().data(msg)  # type: ignore[misc]  # a mixin of smtplib's


class _Plain(_Remembers, smtplib.SMTP):
    pass


class _Encrypted(_Remembers, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's own, on a connection that remembers."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain

    @property
    def has_handed_over(self) -> bool:
        """Whether the last mail was handed over, in whole or in part."""
        return isinstance(self.connection, _Plain | _Encrypted) and self.connection.has_handed_over

    @property
    def was_too_slow(self) -> bool:
        """Whether the server used up its time."""
        return isinstance(self.connection, _Plain | _Encrypted) and time.monotonic() >= self.connection.until
