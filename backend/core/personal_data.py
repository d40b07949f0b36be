"""What is held about people: where, why, for how long, and how it goes. Every app registers its own.

The page with one's data, the copy one can ask for, leaving, and erasing again after a restore all go by this
list. A test refuses a column that points at a person and does not stand in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .retention import Clock

Plain = str | int | bool | date | datetime | Promise | None
# One thing that is held, as a person reads it: what each part is called, and what it says.
Row = Mapping[str | Promise, Plain]


class Purpose(TextChoices):
    """What data is for. The page with one's data is ordered by it."""

    ACCOUNT = "account", _("Signing in")
    TAKING_PART = "taking_part", _("Your plans and votes")
    COUNTING_ONCE = "counting_once", _("Letting everybody count once")
    ANSWERING = "answering", _("Giving you an answer")
    HELPING = "helping", _("Helping you")
    CHOOSING = "choosing", _("What you allow")
    WORKING = "working", _("Work for the municipality")
    ACCOUNTING = "accounting", _("Showing what happened")


class Basis(TextChoices):
    """Why the law allows it: article 6 of the AVG (GDPR), first section."""

    PUBLIC_TASK = "public_task", _("It is part of a task of the municipality (article 6, e, of the AVG).")
    CONSENT = "consent", _("You allowed it, and can stop it any time (article 6, a, of the AVG).")
    DUTY = "duty", _("The law tells us to (article 6, c, of the AVG).")


@dataclass(frozen=True, kw_only=True)
class Held:
    """One kind of data about a person.

    `columns` names where it is, as app.model.field. `rows` never holds all rows in memory. `erase` is called
    in one transaction with everything else of that person, and once more changes nothing.
    """

    slug: str
    purpose: Purpose
    label: Promise
    why: Promise
    basis: Basis
    clock: Clock
    kept: Promise
    columns: frozenset[str]
    rows: Callable[[int], Iterable[Row]]
    erase: Callable[[int, datetime], None]
    # Pictures and other files, by the name they get in the copy.
    files: Callable[[int], Iterable[tuple[str, IO[bytes]]]] | None = None
    # Whether it can be looked up quickly enough for a page. What cannot be stands in the copy alone.
    is_on_page: bool = True


@dataclass(frozen=True)
class Need:
    """People of whom something is still needed after they left, such as a vote that is not counted yet."""

    slug: str
    people: Callable[[], QuerySet[Any, Any]]


@dataclass
class _Registry:
    held: dict[str, Held] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)


_registry = _Registry()


def register(held: Held) -> None:
    _registry.held[held.slug] = held


def register_need(need: Need) -> None:
    _registry.needs[need.slug] = need


def registered() -> list[Held]:
    return list(_registry.held.values())


def needs() -> list[Need]:
    return list(_registry.needs.values())


def by_purpose() -> Iterator[tuple[Purpose, list[Held]]]:
    """Everything that is held, purpose by purpose; purposes without anything are left out."""
    for purpose in Purpose:
        of_purpose = [held for held in registered() if held.purpose == purpose]
        if of_purpose:
            yield purpose, of_purpose


def is_needed(person_id: int) -> bool:
    """Whether something of a person has to stay until it is counted."""
    return any(need.people().filter(person_id=person_id).exists() for need in needs())
