"""What the commands about votes have in common: which portal, which moment, and words for what goes wrong."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.management.base import CommandError
from django.db import DatabaseError

from backend.core.errors import DomainError
from backend.core.walltime import moment
from backend.places.models import Portal
from backend.places.selectors import list_portals, portal_by_slug


def add_portal(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--portal", required=True, metavar="SLUG", help="short name of the portal, such as west"
    )


def add_moment(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--at",
        type=read_moment,
        metavar="ISO",
        help="do it as of this moment, such as 2027-01-31T23:59:59+01:00 (default: now); "
        "without an offset it is the time in Amsterdam",
    )


def read_moment(text: str) -> datetime:
    """A moment in UTC from what was typed."""
    try:
        typed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no moment such as 2027-01-31T23:59:59+01:00.") from error
    return moment(typed.date(), typed.time()) if typed.tzinfo is None else typed.astimezone(UTC)


def find_portal(slug: str) -> Portal:
    portal = portal_by_slug(slug)
    if portal is None:
        known = ", ".join(each.slug for each in list_portals()) or "none yet; see create-portal"
        raise CommandError(f"There is no portal “{slug}”. Portals: {known}.")
    return portal


@contextmanager
def in_plain_words() -> Iterator[None]:
    """One sentence instead of a traceback, for what a person at the command line can do something about."""
    try:
        yield
    except DomainError as error:
        raise CommandError(str(error)) from error
    except DatabaseError as error:
        raise CommandError(
            f"The database refused or did not answer: {error}\n"
            "What was finished before is kept. Run the command again when the database is well."
        ) from error
