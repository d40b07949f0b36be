"""Hostile text in every field that holds text, shown at every address there is.

Beside `test_hostile_text.py`, which is about one function, and `proposals/test_hostile_text.py`, which is
about the pages and papers of plans one by one. A new field or page is looked at here by itself.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.db import models
from django.utils import timezone

from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.crawling import Crawler, Seen, own_models
from tests.builders.harmless import HOSTILE, LONG_HOSTILE, wrong_in
from tests.builders.people import make_person
from tests.builders.portals import make_portal
from tests.builders.talk_of_the_town import Town, make_town, told_live
from tests.builders.web import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Written by the platform alone, never typed: names that our own code looks up, addresses it made, and proofs.
OURS = {
    *("Announcement.template", "Announcement.version", "Answer.template", "Answer.version"),
    *("Block.address", "Block.reference", "Block.source"),
    *("CleanUpResult.slug", "Category.slug", "Portal.slug", "Portal.hostname", "DataExport.file"),
    *("Message.cadence", "Message.failure", "Message.reference", "Message.subject", "Message.template"),
    "Message.version",
    *("Person.email", "Person.language", "Person.password", "Subscription.email", "Subscription.language"),
    *("Post.author_role", "Post.source_reference", "Post.taken_up_in", "Plan.source_reference"),
    *("Promise.told_by", "Round.lot_commitment", "Round.lot_secret", "Subject.address"),
    *("Subject.subject_type", "Thread.address", "ImportRun.fingerprint", "KnownKey.fingerprint"),
    *("Municipality.code", "Area.code", "Area.municipality_code", "Postcode.postcode"),
}
# A chain that says itself when somebody changes it.
SEALED = {"Entry", "Seal", "DailyHead", "Protocol", "IdentityKey"}
NAMES_OF_OURS = re.compile(r"(public_id|token|digest|hash|key)$")


def typed_fields() -> Iterator[tuple[type[models.Model], models.Field]]:  # type: ignore[type-arg]
    """Every field that holds what somebody typed."""
    for model in own_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(
                field, models.FileField
            )
            is_ours = f"{model.__name__}.{field.name}" in OURS or NAMES_OF_OURS.search(field.name)
            if is_text and not field.choices and not is_ours and model.__name__ not in SEALED:
                yield model, field


def poison() -> None:
    """Put hostile text in all of them, as if everything that looks at what is typed had failed."""
    for model, field in typed_fields():
        longest = field.max_length or len(LONG_HOSTILE)
        text = HOSTILE if longest <= 200 else LONG_HOSTILE
        model._base_manager.update(**{field.name: text[:longest]})


@pytest.fixture
def town(west: Portal) -> Town:
    town = make_town(west, lambda name: f"Tekst {name}", at=timezone.now() - timedelta(minutes=5))
    walk(timezone.now())
    poison()
    return town


def wrong_at(seen: Seen) -> list[str]:
    """What is wrong with one answer, whatever kind of thing it is."""
    wrong = wrong_in(seen.text) if seen.is_page else []
    if seen.status >= 500:
        wrong.append(f"status {seen.status}")
    if re.fullmatch(r"application/([\w.-]+\+)?json(;.*)?", seen.content_type):
        json.loads(seen.text)
    if seen.content_type.startswith("text/csv"):
        cells = (cell for row in csv.reader(io.StringIO(seen.text), delimiter=";") for cell in row)
        wrong += [f"formula {cell[:20]!r}" for cell in cells if cell[:1] in "=+-@\t\r" and len(cell) > 1]
    if re.search(r"(?i)^(bcc|set-cookie: x-evil)", seen.headers, re.MULTILINE):
        wrong.append("a header of somebody else")
    file_name = re.search(r"(?i)^content-disposition: (.*)$", seen.headers, re.MULTILINE)
    if file_name and not re.fullmatch(r"[\w\s;=\"'.*%()-]+", file_name[1]):
        wrong.append(f"file name {file_name[1]!r}")
    return wrong


@pytest.mark.parametrize("who", ["visitor", "resident", "writer", "all roles"])
def test_it_comes_out_as_text_at_every_address(town: Town, who: str) -> None:
    person = {
        "visitor": lambda: None,
        "resident": lambda: make_person(town.portal),
        "writer": lambda: town.people["writer"],
        "all roles": lambda: make_person(town.portal, roles=list(Role)),
    }[who]()
    everywhere = client_for(make_person(town.portal, roles=list(Role)), town.portal)
    crawler = Crawler([everywhere, client_for(town.people["writer"], town.portal)])
    showing, wrong = 0, []
    for seen in crawler.crawl(client_for(person, town.portal), posts=True, links=100):
        wrong += [f"{seen.address}: {what}" for what in wrong_at(seen)]
        showing += "x-evil" in seen.text
    assert not wrong, "\n".join(wrong)
    # Otherwise nothing was wrong because nothing was there.
    assert showing > 100


def test_an_open_page_gets_it_as_text(town: Town) -> None:
    parts = told_live(town, now=timezone.now())
    assert any("x-evil" in part.html for part in parts)
    assert [wrong_in(part.html) for part in parts if wrong_in(part.html)] == []


def test_mail_has_it_as_text_in_its_body_and_on_one_line_in_its_subject(town: Town) -> None:
    """Mail that is made of rows with hostile text in them, and of what is typed from now on."""
    portal = make_portal("oost", code="GM0014")
    hostile = HOSTILE.replace("https://", "")
    before = len(mail.outbox)
    with in_municipality(portal.municipality_id):
        make_town(portal, lambda name: f"{name} {hostile}", at=timezone.now() - timedelta(minutes=5))
        for days in range(3):
            walk(timezone.now() + timedelta(days=days))
    sent = mail.outbox[before:]
    assert len(sent) > 5
    assert any("x-evil" in str(message.body) for message in sent)
    for message in sent:
        written = message.message()
        assert "\n" not in message.subject
        assert "\r" not in message.subject
        assert {name.lower() for name in written} & {"bcc", "cc"} == set()
        for part in written.walk():
            if part.get_content_type() == "text/html":
                assert wrong_in(part.get_payload(decode=True).decode()) == []
            else:
                assert part.get_content_type() in {"text/plain", "multipart/alternative"}


def test_every_field_that_is_ours_still_exists() -> None:
    existing = {f"{model.__name__}.{field.name}" for model in own_models() for field in model._meta.fields}
    assert existing >= OURS
    assert {model.__name__ for model in own_models()} >= SEALED
