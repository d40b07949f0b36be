"""Mail by SMTP that knows afterwards whether a mail may have got through."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class _Remembers:
    """From the moment the text of a mail is handed over, only the server knows what became of it."""

    has_handed_over = False

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        self.has_handed_over = False
        return super().sendmail(*args, **kwargs)  # type: ignore[misc]  # a mixin of smtplib's

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
