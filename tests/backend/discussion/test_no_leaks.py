"""What waits, was hidden or was withdrawn is found at no address by anybody who may not read it."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from backend.discussion.models import Post
from backend.discussion.services.arguments import edit_text, withdraw_text
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.services.moderation.objecting import object_to
from backend.discussion.services.moderation.texts import ask_to_rephrase
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from tests.builders.discussions import make_argument, make_reply, make_thread
from tests.builders.moderation import grounds_for, hidden, make_moderator, paused, report_of
from tests.builders.people import actor_of, make_person
from tests.builders.plans import make_plan
from tests.builders.web import client_for

NOW = timezone.now()
BEFORE = NOW - timedelta(minutes=20)
SHOWN, HELD, HIDDEN = "zichtbaarwoord", "parkeerwoord", "weggewoord"
ASKED, WITHDRAWN = "anderswoord", "terugwoord"
HISTORY = "eerderwoord"
# Pages that end a session, or have their own answer for every visit.
NOT_FOLLOWED = ("/afmelden/", "/aanmelden/")
LINK = re.compile(r"""(?:href|action|formaction|src|value)=["'](/[^"'#]*)""")


@dataclass(frozen=True)
class Site:
    """A portal with a text in every state."""

    west: Portal
    writer: Person
    posts: list[Post]


@pytest.fixture
def site(west: Portal) -> Site:
    person = make_person(west)
    writer, moderator = actor_of(person, west), make_moderator(west)
    make_plan(west, at=BEFORE, title="Een plan")
    thread = make_thread(west, at=BEFORE, title="Bankjes")

    def argued(text: str) -> Post:
        return make_argument(thread, f"Een {text} in een argument.", at=BEFORE, writer=writer)

    shown, taken_back, bad, wrong = (argued(text) for text in (SHOWN, WITHDRAWN, HIDDEN, ASKED))
    waiting = make_argument(thread, f"Een {HELD} op www.example.org", at=BEFORE, writer=writer)
    edited = make_argument(thread, f"Een {HISTORY} in een argument.", at=BEFORE, writer=writer)
    edit_text(actor=writer, post_public_id=edited.public_id, text=f"Nu {HIDDEN} erin.", now=BEFORE)
    replies = [
        make_reply(shown, f"Een {text} in een antwoord.", at=BEFORE, writer=writer)
        for text in (WITHDRAWN, HIDDEN)
    ]
    for post in (bad, edited, replies[1]):
        report_of(post, at=BEFORE, note="Kijk eens.")
        hidden(post, by=moderator, at=BEFORE)
    action = ask_to_rephrase(
        actor=moderator, post_public_id=wrong.public_id, grounds=grounds_for(wrong), now=BEFORE
    )
    object_to(actor=writer, action_public_id=action.public_id, text="Ik bezwaar.", now=BEFORE)
    # What was hidden first and then withdrawn is kept by nobody either.
    twice = argued(WITHDRAWN + " twee")
    paused(twice, by=moderator, at=BEFORE)
    hidden(twice, by=moderator, at=BEFORE)
    for post in (taken_back, replies[0], twice):
        withdraw_text(actor=writer, post_public_id=post.public_id, now=BEFORE)
    declare_interest(actor=moderator, thread_public_id=thread.public_id, why="Buurt", now=BEFORE)
    return Site(west, person, [shown, taken_back, bad, wrong, waiting, edited, *replies, twice])


def crawl(browser: Client, beginnings: list[str]) -> dict[str, str]:
    """Every page that links lead to from these addresses, and what it says."""
    found: dict[str, str] = {}
    waiting = deque(beginnings)
    while waiting:
        address = waiting.popleft()
        if address in found or address.startswith(NOT_FOLLOWED):
            continue
        response = browser.get(address)
        if response.status_code in {301, 302}:
            waiting.append(response.headers["Location"].partition("#")[0])
            found[address] = ""
            continue
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined,arg-type]
        found[address] = body.decode(errors="replace")
        if "html" in response.headers.get("Content-Type", ""):
            waiting.extend(
                unescape(link) for link in LINK.findall(found[address]) if not link.startswith("//")
            )
    return found


def plain_addresses() -> list[str]:
    """Every address of a portal that takes nothing."""
    return [path for path in _all(get_resolver("backend.config.urls").url_patterns) if "<" not in path]


def _all(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        path = before + str(pattern.pattern)
        found += _all(pattern.url_patterns, path) if isinstance(pattern, URLResolver) else [path]
    return found


def guessed(site: Site) -> list[str]:
    """Addresses of single texts, which nobody needs a link for."""
    parts = ("", "reageren/", "bewerken/", "geschiedenis/", "melden/", "overtuigend/", "intrekken/")
    return [f"/tekst/{post.public_id}/{part}" for post in site.posts for part in parts] + [
        f"/werk/modereren/tekst/{post.public_id}/{part}"
        for post in site.posts
        for part in ("", "verbergen/", "tonen/")
    ]


# Who reads what. Their own texts people read also when others cannot; nobody reads what was withdrawn.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("visitor", {SHOWN}),
        ("resident", {SHOWN}),
        ("councillor", {SHOWN}),
        ("auditor", {SHOWN}),
        ("administrator", {SHOWN}),
        ("writer", {SHOWN, HELD, HIDDEN, ASKED, HISTORY}),
        ("moderator", {SHOWN, HELD, HIDDEN, ASKED, HISTORY}),
    ],
)
def test_a_text_is_found_by_whom_it_is_for_and_by_nobody_else(site: Site, who: str, reads: set[str]) -> None:
    person: Person | None = None
    if who == "writer":
        person = site.writer
    elif who != "visitor":
        roles = [Role(who)] if who in Role.values else []
        person = make_person(site.west, roles=roles)
    browser = client_for(person, site.west)
    pages = crawl(browser, [*plain_addresses(), *guessed(site)])
    assert len(pages) > 60
    found = {
        word
        for word in (SHOWN, HELD, HIDDEN, ASKED, WITHDRAWN, HISTORY)
        for body in pages.values()
        if word in body
    }
    where = {
        word: sorted(address for address, body in pages.items() if word in body) for word in found - reads
    }
    assert not where
    assert found == reads


def test_no_message_tells_what_a_text_said(site: Site) -> None:
    """Not even to who reported it, nor to moderators: a mail stays where it is when a text goes."""
    said = " ".join(str(context) for context in Message.objects.values_list("context", flat=True))
    for word in (SHOWN, HELD, HIDDEN, ASKED, WITHDRAWN, HISTORY):
        assert word not in said
