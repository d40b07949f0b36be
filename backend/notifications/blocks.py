"""What can stand in a newsletter besides a text of one's own. Every app above registers what it has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from backend.core.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that staff can pick, in the words that it will stand in the newsletter with."""

    reference: str
    title: str
    text: str
    # A path on the portal.
    address: str


@dataclass(frozen=True, kw_only=True)
class BlockSource:
    """One kind of things to pick from. It is always asked as a visitor: what is not public is not offered.

    `offer` also gets what was in earlier newsletters. `public` says which of some references can be shown
    now: what was withdrawn since is in no archive any more.
    """

    slug: str
    label: Promise
    offer: Callable[[Actor, frozenset[str], datetime], Sequence[Item]]
    public: Callable[[Actor, Collection[str]], set[str]]


_registry: dict[str, BlockSource] = {}


def register(source: BlockSource) -> None:
    _registry[source.slug] = source


def registered() -> list[BlockSource]:
    return list(_registry.values())


def source_named(slug: str) -> BlockSource | None:
    return _registry.get(slug)
