"""How long things are kept: one clock per purpose, and who clears away what its clock has run out for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Clock(TextChoices):
    """A purpose that things are kept for. How many days stands in the database."""

    SESSIONS = "sessions", _("Staying signed in")
    UNUSED_ACCOUNTS = "unused_accounts", _("Accounts that nobody signed in to")
    INACTIVE_ACCOUNTS = "inactive_accounts", _("Accounts that are not used any more")
    LEFT_PEOPLE = "left_people", _("The empty place of somebody who left")
    PROOFS = "proofs", _("Proof of where somebody lives, after its end")
    MANDATES = "mandates", _("Who helped whom")
    MESSAGES = "messages", _("Messages")
    SUBSCRIPTIONS = "subscriptions", _("Addresses that asked for the newsletter and did not confirm")
    EXPORTS = "exports", _("A copy of one's own data")
    LETTERS_DOWNLOADED = "letters_downloaded", _("Addresses of letters, after they were downloaded")
    LETTERS_PRINTED = "letters_printed", _("Addresses of letters, after they were printed")
    LISTS_UNCONFIRMED = "lists_unconfirmed", _("Lists of residents that nobody confirmed")
    LISTS_UNPRINTED = "lists_unprinted", _("Names and addresses of lists that were never printed")
    LETTER_HASHES = "letter_hashes", _("Keyed hashes of who letters were to, after their codes expired")
    OWN_LISTS = "own_lists", _("Keyed hashes of a municipality's own list")
    ERASURES = "erasures", _("The list of who was erased")
    AUDIT_RECORD = "audit_record", _("The record of who did what")


# Not a number of days that anybody sets: what happens instead, in words.
FIXED: dict[Clock, Promise] = {
    Clock.EXPORTS: _("15 minutes, or until it was fetched."),
    Clock.ERASURES: _("As long as there are copies of the database. It holds numbers and no names."),
    Clock.AUDIT_RECORD: _(
        "7 years is the term of the law. Nothing is ever deleted from it here: it holds numbers and no names."
    ),
}
# The fewest and the most days that a privacy officer can choose.
LIMITS: dict[Clock, tuple[int, int]] = {
    Clock.SESSIONS: (1, 60),
    Clock.UNUSED_ACCOUNTS: (1, 365),
    Clock.INACTIVE_ACCOUNTS: (90, 3650),
    Clock.LEFT_PEOPLE: (0, 365),
    Clock.PROOFS: (1, 3650),
    Clock.MANDATES: (30, 3650),
    Clock.MESSAGES: (30, 3650),
    Clock.SUBSCRIPTIONS: (1, 90),
    Clock.LETTERS_DOWNLOADED: (1, 365),
    Clock.LETTERS_PRINTED: (1, 365),
    Clock.LISTS_UNCONFIRMED: (1, 90),
    Clock.LISTS_UNPRINTED: (1, 365),
    Clock.LETTER_HASHES: (1, 365),
    Clock.OWN_LISTS: (30, 3650),
}


@dataclass(frozen=True, kw_only=True)
class CleanUp:
    """One kind of clearing away.

    `find` gives the rows whose clock of so many days has run out. `remove` takes the keys of some of them and
    looks again by itself, because a row may have changed since.
    """

    slug: str
    clock: Clock
    label: Promise
    find: Callable[[datetime, int], QuerySet[Any, Any]]
    remove: Callable[[Sequence[Any], datetime, int], None]


_registry: dict[str, CleanUp] = {}


def register(clean_up: CleanUp) -> None:
    _registry[clean_up.slug] = clean_up


def registered() -> list[CleanUp]:
    return list(_registry.values())
