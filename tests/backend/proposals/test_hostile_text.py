"""Whatever somebody types comes out as text: on pages, in mail, on paper and as data."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.models import Meeting, Plan, Protocol
from backend.proposals.services.agenda import choose_attendance, give_context, take_off_agenda
from backend.proposals.services.outcomes import record_outcome
from backend.proposals.services.pictures import add_picture
from backend.proposals.services.plans import submit_plan
from backend.proposals.services.votes import cast_vote
from backend.proposals.states import PlaceKind, Result
from tests.backend.proposals.test_addresses import png
from tests.builders.harmless import wrong_in
from tests.builders.people import DOCUMENT, actor_of, make_person
from tests.builders.plans import (
    argue,
    close,
    make_draft,
    make_meeting,
    make_plan,
    make_votes,
    make_winner,
    new_outcome,
    round_at,
    take_up,
)
from tests.builders.web import client_for, url

SCRIPT = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>"""
TEMPLATE = "{{7*7}}{% raw %}{{ request.user }}"
PAPER = '#import "/etc/passwd": * #read("x") $x^2$ @ref'
HOSTILE = f"{SCRIPT} {TEMPLATE}"
LONG_HOSTILE = f'{SCRIPT}\n\n{TEMPLATE}\n{PAPER}\njavascript:alert(3) http://x.example/"onclick=alert(4)\n🌳\u202eomgekeerd'


def assert_harmless(browser: Client, path: str, *, shows: bool) -> None:
    response = browser.get(path)
    assert response.status_code == 200, path
    assert wrong_in(response.text) == [], path
    if shows:
        assert "{{7*7}}{% raw %}" in response.text, path


def make_people(portal: Portal) -> dict[str, Person]:
    hostile_name = HOSTILE[:80]
    return {
        "proposer": make_person(portal, name=hostile_name),
        "voter": make_person(portal, name=hostile_name),
        "clerk": make_person(portal, name=hostile_name, roles=[Role.CLERK, Role.OFFICIAL, Role.COUNCILLOR]),
    }


def make_hostile_world(portal: Portal) -> tuple[dict[str, Person], list[Plan], Meeting]:
    """A plan with hostile text in every field, one that won, one taken off and one with an outcome."""
    people, now = make_people(portal), timezone.now()
    proposer, clerk = actor_of(people["proposer"], portal), actor_of(people["clerk"], portal)
    text = {"title": HOSTILE, "what": LONG_HOSTILE, "why": LONG_HOSTILE, "address": HOSTILE}
    at, winners = now - timedelta(days=100), []
    meeting = make_meeting(portal, starts_at=now + timedelta(days=30), at=at)
    Meeting.objects.update(committee=HOSTILE, place=HOSTILE, attending=LONG_HOSTILE, contact=HOSTILE)
    for _ in range(3):
        plan = make_plan(portal, proposer=proposer, at=at, place_kind=PlaceKind.ADDRESS, **text)
        make_votes(plan, 2, at=at)
        this = round_at(portal, at)
        close(this)
        at = this.closes_at
        winners.append(plan)
    round_at(portal, now)
    waiting, off, decided = winners
    for plan in (waiting, decided):
        give_context(actor=clerk, plan_public_id=plan.public_id, text=LONG_HOSTILE, now=now)
    choose_attendance(
        actor=proposer, plan_public_id=waiting.public_id, attendance="comes", note=HOSTILE, now=now
    )
    take_off_agenda(actor=clerk, plan_public_id=off.public_id, reason=LONG_HOSTILE, now=now)
    outcome = new_outcome(Result.NOT, next_on=(now + timedelta(days=9)).date(), reason=LONG_HOSTILE)
    record_outcome(actor=clerk, plan_public_id=decided.public_id, new=outcome, now=now)
    draft = make_draft(portal, proposer=proposer, at=now, place_kind=PlaceKind.ADDRESS, **text)
    add_picture(actor=proposer, public_id=draft.public_id, upload=png(), description=HOSTILE, now=now)
    submit_plan(actor=proposer, public_id=draft.public_id, now=now)
    own_draft = make_draft(portal, proposer=proposer, at=now, **text)
    return people, [draft, own_draft, *winners], meeting


def test_text_comes_out_as_text_on_every_page(west: Portal) -> None:
    people, plans, meeting = make_hostile_world(west)
    competing, draft, waiting, off, decided = plans
    walk(timezone.now())
    proposer, clerk = client_for(people["proposer"], west), client_for(people["clerk"], west)
    visitor = client_for(None, west)
    for path in [
        "/?staat=alle",
        f"/?staat=alle&zoek={TEMPLATE}",
        *(url("plan", plan.public_id) for plan in (competing, waiting, off, decided)),
        "/agenda/",
        url("meeting", meeting.public_id),
        "/tellingen/",
        url("protocol", 1),
    ]:
        assert_harmless(visitor, path, shows=True)
    for path in [
        "/mijn/plannen/",
        "/mijn/berichten/",
        "/mijn/instellingen/",
        "/plannen/nieuw/",
        url("edit_plan", draft.public_id),
        url("submit_plan", draft.public_id),
        url("delete_draft", draft.public_id),
        url("withdraw_plan", competing.public_id),
        url("prepare", waiting.public_id),
        f"/plannen/lijkt-op/?title={HOSTILE.split()[0]}",
    ]:
        assert_harmless(proposer, path, shows="lijkt-op" not in path)
    for path in [
        "/werk/",
        url("take_off_agenda", waiting.public_id),
        url("give_context", waiting.public_id),
        url("record_outcome", waiting.public_id),
        url("vote", competing.public_id),
        url("withdraw_vote", competing.public_id),
        "/mijn/berichten/",
    ]:
        assert_harmless(clerk, path, shows=True)


def test_text_comes_out_as_text_where_a_plan_changed(west: Portal) -> None:
    people, now = make_people(west), timezone.now()
    proposer, voter = actor_of(people["proposer"], west), actor_of(people["voter"], west)
    text = {"title": HOSTILE, "what": LONG_HOSTILE, "why": LONG_HOSTILE}
    before = now - timedelta(seconds=1)
    plan = make_plan(west, proposer=proposer, at=before, **text)
    cast_vote(actor=voter, public_id=plan.public_id, now=before)
    # Without a web address, which would wait for a moderator.
    post = argue(plan, writer=voter, at=now, text=f"{SCRIPT}\n\n{TEMPLATE}\n{PAPER}")
    what = f"{LONG_HOSTILE}\n\n<ins>{HOSTILE}</ins>"
    changed = {"what": what, "why": f"</del>{HOSTILE} x", "change": LONG_HOSTILE}
    take_up(plan, post, proposer=proposer, at=now, **changed)
    for turn in range(2):
        walk(now + timedelta(minutes=turn))
    take_up_page = url("take_up", plan.public_id, post.public_id)
    for who, paths in {
        "proposer": [take_up_page, "/mijn/berichten/", url("plan", plan.public_id), "/mijn/gegevens/"],
        "voter": ["/mijn/berichten/", "/mijn/stemmen/", url("plan", plan.public_id)],
        "clerk": [url("versions", plan.public_id)],
    }.items():
        for path in paths:
            assert_harmless(client_for(people[who], west), path, shows=True)
    assert_harmless(client_for(None, west), url("versions", plan.public_id), shows=True)
    page = client_for(None, west).get(url("versions", plan.public_id)).text
    assert "&lt;ins&gt;" in page
    # Our own marks are the only ones: as many that begin as that end, and none inside another.
    assert re.search(r"<(ins|del)>(?:(?!</\1>).)*<(ins|del)>", page, re.DOTALL) is None
    assert all(page.count(f"<{mark}>") == page.count(f"</{mark}>") for mark in ("ins", "del"))
    told = [message for message in mail.outbox if "/versies/" in str(message.body)]
    assert len(told) == 2
    for message in told:
        assert "\n" not in message.subject
        assert SCRIPT in str(message.body)


def test_text_comes_out_as_data(west: Portal) -> None:
    _people, plans, _meeting = make_hostile_world(west)
    visitor = client_for(None, west)
    listed = visitor.get("/api/v1/plans/")
    assert listed.headers["Content-Type"] == "application/json"
    titles = {row["title"] for row in listed.json()["results"]}
    assert titles == {" ".join(HOSTILE.split())}
    on_map = visitor.get("/plannen/kaart.json?staat=alle")
    assert on_map.headers["Content-Type"] == "application/json"
    protocol = json.loads(visitor.get("/tellingen/1/protocol.json").content)
    assert protocol["plans"][0]["title"] == plans[0].title
    assert Protocol.objects.first() is not None


def test_mail_has_the_text_and_nothing_else(west: Portal) -> None:
    make_hostile_world(west)
    for turn in range(2):
        walk(timezone.now() + timedelta(minutes=turn))
    assert len(mail.outbox) > 20
    for message in mail.outbox:
        written = message.message()
        assert written.get_content_type() == "text/plain"
        assert "\n" not in message.subject
        assert set(written.keys()) <= {
            "Content-Type",
            "MIME-Version",
            "Content-Transfer-Encoding",
            "Subject",
            "From",
            "To",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
        }
    bodies = "\n".join(str(message.body) for message in mail.outbox)
    assert SCRIPT in bodies
    assert "&lt;" not in bodies


def words_on(pdf: bytes) -> str:
    pages = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", "", pages)


@pytest.mark.slow
def test_paper_has_the_text_and_nothing_else(west: Portal) -> None:
    title = f"{PAPER} {TEMPLATE}"
    plan = make_winner(west, at=timezone.now() - timedelta(days=40))
    Plan.objects.update(title=title, what=LONG_HOSTILE)
    visitor = client_for(None, west)
    poster = visitor.get(url("poster", plan.public_id))
    assert poster.headers["Content-Type"] == "application/pdf"
    assert "#import" in words_on(poster.content)
    assert "{{7*7}}" in words_on(poster.content)
    assert "root:" not in words_on(poster.content)
    competing = make_plan(west, at=timezone.now(), votes=1)
    Plan.objects.filter(pk=competing.pk).update(title=title)
    with in_municipality(west.municipality_id):
        close(round_at(west, timezone.now()))
    protocol = visitor.get("/tellingen/2/protocol.pdf")
    assert "#import" in words_on(protocol.content)


@pytest.mark.parametrize("field", ["title", "what", "why", "address"])
def test_a_hundred_thousand_characters_are_refused_and_given_back(west: Portal, field: str) -> None:
    person = make_person(west)
    draft = make_draft(west, proposer=actor_of(person, west), at=timezone.now())
    browser = client_for(person, west)
    typed = {
        "title": "Bankjes",
        "what": "Wat",
        "why": "Waarom",
        "place_kind": "address",
        field: "ë" * 100_000,
    }
    response = browser.post(url("edit_plan", draft.public_id), typed)
    assert response.status_code == 422
    assert "ë" * 100_000 in response.text
    assert "at most" in response.text.lower()
    saved = browser.post(url("save_draft", draft.public_id), typed)
    assert (saved.status_code, saved.json()["saved"]) == (422, False)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/werk/balie/", {"email": "a" * 300 + "@example.org"}),
        ("/werk/balie/", {"email": "\0@example.org"}),
        ("/werk/balie/", {"birth_date": "0001-01-01"}),
        ("/werk/balie/", {"birth_date": "2990-01-01"}),
        ("/werk/balie/", {"surname": "-", "house_number": "9999999999"}),
        ("/werk/balie/", {"postcode": "0000 AA"}),
        ("/werk/spelregels/", {"minimum_votes": "99999999999999999999"}),
        ("/werk/spelregels/", {"counts": "-1", "minimum_age": "200", "closing_time": "25:61"}),
        ("/werk/vergadering/", {"day": "0001-01-01", "time": "00:00", "papers_day": "0001-01-01"}),
        ("/werk/vergadering/", {"day": "9999-12-31", "time": "23:59", "minutes_per_plan": "1e9"}),
        ("/mijn/instellingen/", {"name": "x\0y", "channel": "email", "language": "nl"}),
        ("/plannen/nieuw/", {"title": "x\0y"}),
        ("/plannen/nieuw/", {"title": "x" * 100_000}),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_form_again(
    west: Portal, path: str, data: dict[str, str]
) -> None:
    clerk = client_for(make_person(west, roles=[Role.CLERK]), west)
    complete = {
        "/werk/balie/": {"document_seen": "on", "lives_here": "on", **DOCUMENT},
        "/werk/spelregels/": {
            "period": "month",
            "closing_time": "23:59:59",
            "counts": "3",
            "minimum_votes": "0",
            "minimum_age": "16",
            "proof_level": "2",
            "totals": "live",
            "district_id": str(west.district_id),
        },
        "/werk/vergadering/": {
            "committee": "Commissie",
            "day": "2030-01-01",
            "time": "19:00",
            "papers_day": "2029-12-20",
            "papers_time": "00:00",
            "place": "Raadzaal",
            "minutes_per_plan": "20",
        },
    }.get(path, {})
    response = clerk.post(path, {**complete, **data})
    assert response.status_code == 422
