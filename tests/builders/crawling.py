"""Going to every address of a portal there is, with everything there is, as somebody's browser does."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TypeVar

from django.apps import apps
from django.db import models, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pypdf import PdfReader

T = TypeVar("T")
IDS = ("public_id", "token", "slug")
# What stands in an address and is the id of nothing.
NUMBER, WORD = "a number", "a word"
OTHER_WORDS = ("csv", "jsonl", "messages", "digid", "geen-account")
LINK = re.compile(r"""\b(?:href|src|action|formaction)="(/[^"#]*)""")
ENOUGH = 5
NEVER = re.compile(r"^/(static|afmelden|aanmelden/als)/")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Seen:
    """What came back from an address: everything of it that somebody could read."""

    address: str
    status: int
    content_type: str
    headers: str
    text: str

    @property
    def is_page(self) -> bool:
        return self.content_type.startswith("text/html")


def every_pattern() -> list[str]:
    """The paths of all addresses, with their parameters as they stand in the code."""
    return sorted(_paths(get_resolver("backend.config.urls").url_patterns))


def _paths(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _paths(pattern.url_patterns, path)
        else:
            yield path


def ids_of_everything() -> dict[str, list[str]]:
    """By kind: how each of these things may be called in an address, by number, and in words of our own."""
    found: dict[str, list[str]] = {}
    numbers = {1, 2}
    for model in own_models():
        names = [name for name in IDS if any(field.name == name for field in model._meta.fields)]
        rows = list(model._base_manager.order_by("pk").values_list("pk", *names))
        numbers |= {row[0] for row in _few(rows) if isinstance(row[0], int)}
        if called := [str(value) for row in rows for value in row[1:] if value]:
            found[model.__name__] = called
    return {**found, NUMBER: [str(number) for number in sorted(numbers)], WORD: list(OTHER_WORDS)}


def _few(things: list[T]) -> list[T]:
    """The first and the last."""
    return [*things[:1], *things[1:][-1:]]


def own_models() -> list[type[models.Model]]:
    """The models of the platform itself."""
    return [model for model in apps.get_models() if model.__module__.startswith("backend.")]


# Of what an address is follows from the code alone: a second crawler need not find out again.
_found_before: dict[str, set[str]] = {}


class Crawler:
    """Knows of what every address is, as found out by scouts who may go nearly everywhere."""

    def __init__(self, scouts: Sequence[Client]) -> None:
        self.ids = ids_of_everything()
        self.kinds_in: dict[str, set[str]] = {}
        self._scouts = scouts
        for pattern in every_pattern():
            if len(_PARAMETER.findall(pattern)) == 1:
                self.kinds_in[pattern] = self._kinds(pattern)
        for pattern in every_pattern():
            if len(_PARAMETER.findall(pattern)) == 2:
                for begun in self._with_first(pattern):
                    self.kinds_in[begun] = self._kinds(begun)

    def _with_first(self, pattern: str) -> list[str]:
        """An address with two parameters, with the first one filled in."""
        before = pattern[: pattern.index(">") + 1]
        same = [kinds for other, kinds in self.kinds_in.items() if other.startswith(before)]
        ids = (value for kind in set().union(*same) - {NUMBER} for value in self.ids[kind])
        return [_PARAMETER.sub(value, pattern, count=1) for value in ids]

    def _kinds(self, pattern: str) -> set[str]:
        """By trying the first and the last of each kind, and all of them when that led nowhere."""
        if "<int:" in pattern:
            return {NUMBER}
        if pattern not in _found_before:
            named = {kind: ids for kind, ids in self.ids.items() if kind != NUMBER}
            few = {kind: _few(ids) for kind, ids in named.items()}
            _found_before[pattern] = self._leading(pattern, few) or self._leading(pattern, named)
        return _found_before[pattern]

    def _leading(self, pattern: str, tried: Mapping[str, Sequence[str]]) -> set[str]:
        for scout in self._scouts:
            kinds = {
                kind
                for kind, ids in tried.items()
                if any(_leads_somewhere(scout, _PARAMETER.sub(value, pattern)) for value in ids)
            }
            if kinds:
                return kinds
        return set()

    @property
    def unknown(self) -> list[str]:
        """Addresses of which no scout found what they are of."""
        return sorted(pattern for pattern, kinds in self.kinds_in.items() if not kinds)

    def addresses(self) -> list[str]:
        """Every address, with everything of the kind that belongs there."""
        found = []
        for pattern in every_pattern():
            if pattern in self.kinds_in:
                ids = (value for kind in self.kinds_in[pattern] for value in self.ids.get(kind, []))
                found += [_PARAMETER.sub(value, pattern) for value in ids]
            elif "<" not in pattern:
                found.append(pattern)
        return [address for address in found if not NEVER.match(address)]

    def crawl(
        self, browser: Client, extra: Iterable[str] = (), *, posts: bool = False, links: int = 0
    ) -> Iterator[Seen]:
        """What a browser gets at all of these, also by POST if asked for, and where so many links lead."""
        waiting = deque(dict.fromkeys([*self.addresses(), *extra]))
        known, followed, refused = set(waiting), 0, Counter[str]()
        while waiting:
            address = waiting.popleft()
            # Who was not let in at several of these is not let in at the next.
            kind = re.sub(r"[^/]*\d[^/]*", "", address)
            if refused[kind] >= ENOUGH:
                continue
            seen = seen_at(browser, address)
            refused[kind] += seen.status == 403
            yield seen
            if posts and seen.status not in {403, 404} and "?" not in address:
                yield seen_at(browser, address, post=True)
            for link in links_in(seen):
                if link not in known and followed < links:
                    known.add(link)
                    followed += 1
                    waiting.append(link)


def _leads_somewhere(browser: Client, address: str) -> bool:
    status = seen_at(browser, address).status
    return status != 404 and (status != 405 or seen_at(browser, address, post=True).status != 404)


def links_in(seen: Seen) -> list[str]:
    if not seen.is_page:
        return []
    links = (unescape(link) for link in LINK.findall(seen.text))
    return [link for link in links if not NEVER.match(link)]


def seen_at(browser: Client, address: str, *, post: bool = False) -> Seen:
    """One request, of which nothing stays."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = browser.post(address) if post else browser.get(address)
        seen = Seen(
            f"{'POST ' if post else ''}{address}",
            response.status_code,
            response.headers.get("Content-Type", ""),
            "\n".join(f"{name}: {value}" for name, value in response.headers.items()),
            _text_of(response),
        )
        transaction.set_rollback(True)
    browser.cookies = cookies
    return seen


def _text_of(response: HttpResponseBase) -> str:
    streamed = getattr(response, "streaming_content", None)
    content = b"".join(streamed) if streamed is not None else getattr(response, "content", b"")
    kind = response.headers.get("Content-Type", "")
    if kind == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if kind == "application/zip" or content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return content.decode("utf-8", "replace")
