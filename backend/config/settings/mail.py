"""How mail leaves an installation, from one address."""

from typing import Any
from urllib.parse import unquote, urlsplit

SECONDS_TO_WAIT = 20


def smtp(url: str) -> dict[str, Any]:
    """Django's mail settings. smtp:// asks for encryption after hello, smtps:// encrypts from the start.

    smtp+plain:// does not encrypt, for a mail server on the same machine alone. Without an address mail
    has no way out, and core.checks says so.
    """
    if not url:
        return {"EMAIL_HOST": ""}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"}:
        raise ValueError("The address of the mail server starts with smtp://, smtps:// or smtp+plain://.")
    return {
        "EMAIL_BACKEND": "backend.core.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": SECONDS_TO_WAIT,
    }
