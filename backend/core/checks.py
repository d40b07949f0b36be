"""What would make an installation unsafe. In production none of it is let through, not even once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET_KEY = 50
FEWEST_DIFFERENT_SIGNS = 10
# Keys that stand in the repository, where everybody can read them.
KNOWN_SECRET_KEYS = frozenset({"embedded-only-and-refused-in-production", "tests-only"})


def unsafe_settings() -> list[CheckMessage]:
    """Everything unsafe in the settings in force, each with what to do about it."""
    return [
        Error(what, hint=remedy, id=f"meebeslissen.{name}")
        for name, what, remedy in [
            *_open_doors(),
            *_secret_key(),
            *_identity_keys(),
            *_storage(),
            *_transport(),
            *_brokers(),
        ]
    ]


@register("security")
def check_production(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Every command that checks the installation first refuses too."""
    return unsafe_settings() if settings.PRODUCTION else []


def refuse_unsafe_start() -> None:
    """Called by every entry point that checks nothing by itself. Raises with all findings at once."""
    found = unsafe_settings() if settings.PRODUCTION else []
    if found:
        lines = "\n".join(f"- {finding.msg} {finding.hint}" for finding in found)
        raise ImproperlyConfigured(f"Meebeslissen does not start, because this is unsafe:\n{lines}")


Finding = tuple[str, str, str]


def _open_doors() -> Iterator[Finding]:
    if settings.DEMO_SIGN_IN:
        yield (
            "demo_sign_in",
            "The buttons that sign anybody in as a demo person are switched on.",
            "Remove MEEBESLISSEN_DEMO_SIGN_IN or DEMO_SIGN_IN.",
        )
    if settings.MAIL_PAGE:
        yield ("mail_page", "Everybody can read sent mail on a page.", "Remove MAIL_PAGE.")
    if getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False):
        yield (
            "passkeys_without_https",
            "Passkeys are believed from any site, also without HTTPS.",
            "Remove MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN.",
        )
    if settings.DEBUG:
        yield ("debug", "Error pages show code and data.", "Remove DEBUG.")


def _secret_key() -> Iterator[Finding]:
    remedy = "Set MEEBESLISSEN_SECRET_KEY to at least 50 random characters."
    keys = _secret_keys()
    if not keys:
        yield ("secret_key", "There is no secret key.", remedy)
    for key in keys:
        if fault := _fault_of(key):
            yield ("secret_key", f"A secret key {fault}.", remedy)


def _secret_keys() -> list[str]:
    try:
        return [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    except ImproperlyConfigured:
        return []


def _identity_keys() -> Iterator[Finding]:
    remedy = "Set MEEBESLISSEN_IDENTITY_KEYS to at least 50 random characters, and keep a copy elsewhere."
    if not settings.IDENTITY_KEYS:
        yield ("identity_keys", "There is no key to recognise people by.", remedy)
    for key in settings.IDENTITY_KEYS:
        if fault := _fault_of(key):
            yield ("identity_keys", f"A key to recognise people by {fault}.", remedy)
        if key in _secret_keys():
            # The secret key is replaced when it leaks; this one only together with the proofs made with it.
            yield ("identity_keys", "A key to recognise people by is also the secret key.", remedy)


def _fault_of(key: str) -> str:
    """What is wrong with a key, or nothing."""
    if key in KNOWN_SECRET_KEYS:
        return "is one that stands in the source code"
    if len(key) < SHORTEST_SECRET_KEY:
        return f"has fewer than {SHORTEST_SECRET_KEY} characters"
    if len(set(key)) < FEWEST_DIFFERENT_SIGNS:
        return "repeats the same few characters"
    return ""


def _storage() -> Iterator[Finding]:
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        yield (
            "database",
            "The database is not PostgreSQL.",
            "Set MEEBESLISSEN_DATABASE_URL to an address that starts with postgres://.",
        )
    if "redis" not in settings.CACHES["default"]["BACKEND"].lower():
        yield (
            "cache",
            "The cache is the memory of one process, so the processes would contradict each other.",
            "Set MEEBESLISSEN_REDIS_URL.",
        )
    if "redis" not in settings.CHANNEL_LAYERS["default"]["BACKEND"].lower():
        yield (
            "channel_layer",
            "The processes cannot tell each other that somebody signed out.",
            "Set MEEBESLISSEN_REDIS_URL.",
        )


def _transport() -> Iterator[Finding]:
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield (
            "hosts",
            "It is not said which hostnames are ours.",
            "Set MEEBESLISSEN_HOSTS to the portals' hostnames, with commas between them.",
        )
    needed = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    missing = [name for name in needed if not getattr(settings, name)]
    if missing:
        yield (
            "https",
            f"Pages can be read without HTTPS ({', '.join(missing)}).",
            "Leave these settings on.",
        )
    if not settings.EMAIL_HOST or "smtp" not in settings.EMAIL_BACKEND:
        yield (
            "mail",
            "Mail has no way out, so nobody can sign in.",
            "Set MEEBESLISSEN_SMTP_URL, such as smtp://name:password@mail.example.nl:587.",
        )


def _brokers() -> Iterator[Finding]:
    remedy = "Put it right in the file that MEEBESLISSEN_BROKERS_FILE names. docs/broker.md explains it."
    for fault in settings.BROKER_FAULTS:
        yield ("brokers", fault, remedy)
    for broker in settings.BROKERS:
        if not broker.issuer.startswith("https://"):
            yield ("brokers", f"Broker {broker.id}: issuer must start with https://.", remedy)
