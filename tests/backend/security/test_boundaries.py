"""Between one person and another, and between one municipality and the next."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from backend.audit.models import Entry
from backend.core.errors import NotAllowed
from backend.core.tenancy import in_municipality
from backend.identity.services.counter import confirm_at_counter
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.models import Vote
from backend.proposals.services.pictures import add_picture
from backend.proposals.services.plans import delete_draft, submit_plan, withdraw_plan
from tests.builders.people import actor_of, document_of, make_actor, make_person
from tests.builders.plans import make_draft, make_plan
from tests.builders.portals import make_portal
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(file, "PNG")
    return file


def files() -> set[Path]:
    return {file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()}


def test_a_role_is_worth_nothing_elsewhere(west: Portal) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    clerk = make_person(west, roles=[Role.CLERK, Role.ADMINISTRATOR, Role.COUNCILLOR, Role.OFFICIAL])
    browser = client_for(clerk, elsewhere)
    for name in ("desk", "desk_rules", "desk_meeting", "desk_counter"):
        assert browser.get(url(name)).status_code == 403, name
        assert browser.post(url(name), {"email": "a@example.org"}).status_code == 403, name
    with in_municipality(elsewhere.municipality_id), pytest.raises(NotAllowed):
        confirm_at_counter(
            actor=actor_of(clerk, elsewhere),
            portal=elsewhere,
            email="a@example.org",
            age=18,
            claims=[document_of(clerk)],
            now=timezone.now(),
        )


def test_a_plan_is_not_there_under_another_portal(west: Portal) -> None:
    elsewhere = make_portal("oosterpark", code="GM0014")
    voter = make_person(west)
    plan = make_plan(west, at=timezone.now())
    browser = client_for(voter, elsewhere)
    for name in ("plan", "vote", "withdraw_vote", "poster", "api_plan"):
        assert browser.get(url(name, plan.public_id)).status_code == 404, name
    assert browser.post(url("vote", plan.public_id)).status_code == 404
    assert not Vote.objects.filter(plan=plan).exists()


def test_nobody_votes_for_somebody_else(west: Portal) -> None:
    mine, other = make_person(west), make_person(west)
    plan = make_plan(west, at=timezone.now())
    said = {"person": other.pk, "person_id": other.pk, "actor": other.public_id, "cast_at": "2020-01-01"}
    client_for(mine, west).post(url("vote", plan.public_id), said)
    vote = Vote.objects.get(plan=plan)
    assert vote.person_id == mine.pk
    assert timezone.now() - vote.cast_at < timedelta(minutes=1)


def test_pictures_of_a_withdrawn_plan_are_kept_by_nobody(west: Portal) -> None:
    now = timezone.now()
    proposer = make_person(west)
    actor = actor_of(proposer, west)
    draft = make_draft(west, proposer=actor, at=now)
    add_picture(actor=actor, public_id=draft.public_id, upload=picture(), description="Rood", now=now)
    address = url("picture", draft.public_id, 1)
    own = client_for(proposer, west)
    assert own.get(address).headers["Cache-Control"].startswith("private")
    submit_plan(actor=actor, public_id=draft.public_id, now=now)
    assert client_for(None, west).get(address).headers["Cache-Control"].startswith("public")
    withdraw_plan(actor=actor, public_id=draft.public_id, now=now)
    assert client_for(None, west).get(address).status_code == 404
    assert own.get(address).headers["Cache-Control"].startswith("private")


def test_a_draft_that_is_thrown_away_leaves_no_pictures(
    west: Portal, django_capture_on_commit_callbacks: object
) -> None:
    now = timezone.now()
    actor = make_actor(west)
    before = files()
    draft = make_draft(west, proposer=actor, at=now)
    add_picture(actor=actor, public_id=draft.public_id, upload=picture(), description="Rood", now=now)
    assert len(files() - before) == 2
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture of pytest-django
        delete_draft(actor=actor, public_id=draft.public_id, now=now)
    assert files() == before


def test_messages_are_read_where_they_are_read(west: Portal) -> None:
    second = make_portal("centrum", code="GM0363")
    person = make_person(west)
    for portal in (west, second):
        plan = make_plan(portal, at=timezone.now())
        client_for(person, portal).post(url("vote", plan.public_id))
    client_for(person, west).post(url("my_messages"))
    unread = Message.objects.filter(person=person, read_at=None)
    assert [message.portal_id for message in unread] == [second.pk]


def test_the_record_never_says_for_which_plan(west: Portal) -> None:
    make_plan(west, at=timezone.now(), votes=1)
    entry = Entry.objects.get(action="proposals.vote_cast")
    assert (entry.target_type, entry.target_id, entry.details) == ("places.portal", west.pk, {})
