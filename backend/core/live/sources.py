"""What can be followed while a page is open. An app registers it in its `live.py`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..actor import Actor
from ..errors import NotFound

# What a page shows, as its source writes it down. Others see only whether it is still the same.
Version = str


@dataclass(frozen=True, kw_only=True)
class Part:
    """One element of a page, made by the server as every visitor may see it.

    It takes the place of the element with the same id. When there is none it is new, and goes into the list
    with the id `into`, with what stands `below` it there: such as an empty list for what comes later.
    `gone` is the id of an element that stands elsewhere now, with all below it. `say` is what a screen reader
    hears of it; of new things the page says how many.
    """

    html: str = ""
    into: str = ""
    below: str = ""
    gone: str = ""
    say: str = ""


@dataclass(frozen=True, kw_only=True)
class Update:
    """What leads from one version of a page to another. `reload`: it is better that the page is made anew."""

    to: Version
    parts: tuple[Part, ...] = ()
    reload: bool = False


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What pages that are alike miss: of which thing, and since which version.

    Visitors get other pieces than who is signed in, but nobody gets any that is theirs alone.
    """

    id: int
    since: Version
    language: str
    for_visitors: bool


@dataclass(frozen=True, kw_only=True)
class LiveSource:
    """One kind of page that can be followed.

    `find` gives the id of what somebody may follow by its public id, and raises NotFound otherwise.
    `versions` tells of all that is followed what everybody sees of it now, in as few queries as it takes;
    what nobody may see any more is left out. `render` makes what is missing, in the language in force.
    """

    name: str
    find: Callable[[Actor, str, datetime], int]
    versions: Callable[[Collection[int], datetime], Mapping[int, Version]]
    render: Callable[[Asking, datetime], Update]


_sources: dict[str, LiveSource] = {}


def register(source: LiveSource) -> None:
    _sources[source.name] = source


def source_named(name: str) -> LiveSource:
    """The source of this name, or NotFound."""
    try:
        return _sources[name]
    except KeyError:
        raise NotFound from None
