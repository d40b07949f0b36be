"""What is not for everybody, looked for at every address, in every mail and on every open page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.crawling import Crawler, Seen
from tests.builders.people import make_person
from tests.builders.portals import make_portal
from tests.builders.talk_of_the_town import Town, make_town, told_live
from tests.builders.web import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LINKS = 150

# Before each secret stands a word to look for it by, so that what somebody types is no leak.
SOUGHT = "zonnedauw"
SEARCHES = (
    f"/?zoek={SOUGHT}",
    f"/?staat=alle&zoek={SOUGHT}",
    f"/plannen/kaart.json?staat=alle&zoek={SOUGHT}",
    f"/plannen/lijkt-op/?title={SOUGHT}",
    f"/api/v1/plans/?q={SOUGHT}",
    f"/api/v1/plans/?search={SOUGHT}",
)
# Whose work it is to read it. Everything else is for nobody but who wrote it.
READERS = {
    "held": {Role.MODERATOR},
    "hidden": {Role.MODERATOR},
    "unclear": {Role.MODERATOR},
    "reason": {Role.MODERATOR},
    "objection": {Role.MODERATOR},
    "report": {Role.MODERATOR},
    "interest": {Role.MODERATOR},
    "unsent_letter": {Role.CLERK, Role.ORGANISER},
    "contact": {Role.ORGANISER},
    "attendance": {Role.CLERK},
}


# Parts of signing in and of help by phone, where nothing is shown that people wrote.
WITHOUT_THE_TOWN = {
    "/aanmelden/als/<slug:slug>/",
    "/aanmelden/gelukt/<slug:outcome>/",
    "/aanmelden/via/<slug:broker_id>/",
    "/aanmelden/via/<slug:broker_id>/terug/",
    "/afmelden/<str:token>/",
    "/mijn/hulp/<slug:public_id>/terug/",
    "/nieuwsbrief/bevestigen/<slug:token>/",
}


class Secrets:
    """What was written where, with a mark by which it is found again."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str) -> str:
        if name.startswith("+"):
            return f"Openbaar {name[1:].replace('_', ' ')}"
        self.names.append(name)
        return f"{SOUGHT} {mark_of(name)}"

    def kept_from(self, roles: set[Role]) -> list[str]:
        return [
            name
            for name in self.names
            if not any(name.startswith(kind) and roles & readers for kind, readers in READERS.items())
        ]


def mark_of(name: str) -> str:
    return f"geheim-{name.replace('_', '-')}-einde"


@dataclass
class Place:
    town: Town
    secrets: Secrets
    crawler: Crawler


@pytest.fixture
def place(west: Portal) -> Place:
    secrets = Secrets()
    town = make_town(west, secrets, at=timezone.now() - timedelta(minutes=5))
    everywhere = client_for(make_person(west, roles=list(Role)), west)
    return Place(town, secrets, Crawler([everywhere, client_for(town.people["writer"], west)]))


def leaks(found: Iterable[Seen], names: list[str]) -> list[str]:
    """Where something stands that is not for who was there."""
    marks = {name: mark_of(name) for name in names}
    return [
        f"{name} at {seen.address}"
        for seen in found
        for name, mark in marks.items()
        if mark in seen.text or mark in seen.headers
    ]


def test_every_address_is_known_for_what_it_is_of(place: Place) -> None:
    """A new address comes with something behind it in the town, or stands here with the reason."""
    assert set(place.crawler.unknown) <= WITHOUT_THE_TOWN


def test_who_wrote_it_and_who_may_read_it_find_it(place: Place) -> None:
    """Otherwise the others would find nothing because nobody does."""
    own = client_for(place.town.people["writer"], place.town.portal)
    staff = client_for(make_person(place.town.portal, roles=list(Role)), place.town.portal)
    found = leaks([*place.crawler.crawl(own), *place.crawler.crawl(staff)], place.secrets.names)
    read = {line.split(" at ")[0] for line in found}
    assert {"held", "hidden", "hidden_reply", "unclear", "objection", "draft_what"} <= read
    assert {"report_note", "unsent_letter_text", "reason_to_hide"} <= read
    # What was taken back nobody reads any more, and an unsent answer only who writes it.
    assert not {name for name in read if name.startswith(("taken_back", "unsent_done"))}


@pytest.mark.parametrize(
    "roles",
    [
        set(),
        {Role.MODERATOR},
        {Role.CLERK, Role.ORGANISER},
        set(Role) - {Role.MODERATOR, Role.CLERK, Role.ORGANISER},
    ],
    ids=["resident", "moderator", "staff with newsletters", "all other roles"],
)
def test_nobody_reads_what_is_not_for_them(place: Place, roles: set[Role]) -> None:
    browser = client_for(make_person(place.town.portal, roles=list(roles)), place.town.portal)
    found = place.crawler.crawl(browser, SEARCHES, posts=True, links=LINKS)
    assert not (told := leaks(found, place.secrets.kept_from(roles))), "\n".join(told)


def test_a_visitor_reads_nothing_of_it(place: Place) -> None:
    browser = client_for(None, place.town.portal)
    found = place.crawler.crawl(browser, SEARCHES, links=LINKS)
    assert not (told := leaks(found, place.secrets.names)), "\n".join(told)


def test_nothing_of_it_is_read_elsewhere(place: Place) -> None:
    """At another portal: a visitor, and somebody with every role there."""
    other = make_portal("oosterpark", code="GM0014")
    with in_municipality(other.municipality_id):
        staff = make_person(other, roles=list(Role))
    for person in (None, staff):
        found = place.crawler.crawl(client_for(person, other), SEARCHES)
        assert not (told := leaks(found, place.secrets.names)), "\n".join(told)


def test_no_mail_tells_others_of_it(place: Place) -> None:
    mine = {place.town.people["writer"].email}
    for turn in range(3):
        walk(timezone.now() + timedelta(days=turn))
    assert len(mail.outbox) > 5
    found = [
        f"{name} to {message.to}"
        for message in mail.outbox
        if not set(message.to) <= mine
        for name in place.secrets.names
        if mark_of(name) in f"{message.subject}\n{message.body}"
    ]
    assert not found, "\n".join(found)


def test_no_open_page_hears_of_it(place: Place) -> None:
    """Everything that an open page of the plan gets, from its very first version on."""
    parts = told_live(place.town, now=timezone.now())
    told = "\n".join(f"{part.html}\n{part.say}" for part in parts)
    assert "Openbaar argument" in told
    found = [name for name in place.secrets.names if mark_of(name) in told]
    assert not found, "\n".join(found)
