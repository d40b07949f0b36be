"""Leaving: what goes, what stays, and that nobody counts twice by it."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from PIL import Image

from backend.audit.models import Entry
from backend.audit.selectors.chains import broken_seals
from backend.core import personal_data
from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.errors import NotAllowed
from backend.core.tenancy import in_municipality
from backend.identity.errors import LastAdministrator
from backend.identity.models import Mandate, Person, ResidencyProof, RoleAssignment
from backend.identity.services.clearing import clean_up
from backend.identity.services.counter import confirm_at_counter
from backend.identity.services.leaving import leave
from backend.identity.states import HelpChannel, Role
from backend.places.models import Portal
from backend.proposals.models import AgendaItem, Plan, Vote
from backend.proposals.services.pictures import add_picture
from backend.proposals.services.votes import cast_vote
from backend.proposals.states import PlanState
from tests.builders.clocks import make_clocks
from tests.builders.people import actor_of, document_of, make_person
from tests.builders.plans import (
    again,
    close,
    make_draft,
    make_plan,
    make_plan_in,
    make_votes,
    make_winner,
    round_at,
)
from tests.builders.portals import make_portal, system_of
from tests.builders.threads import at_once
from tests.builders.web import client_for

Committing = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
NOW = datetime(2026, 3, 10, 12).astimezone()


def png() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    return file


def gone(person: Person, portal: Portal, at: datetime = NOW) -> None:
    with in_municipality(portal.municipality_id):
        leave(actor=actor_of(person, portal, at=at), now=at)


def clear(*, at: datetime) -> None:
    make_clocks()
    assert [done for done in clean_up(now=at) if done.failed] == []


def rows_of(person: Person) -> dict[str, int]:
    found = {held.slug: len(list(held.rows(person.pk))) for held in personal_data.registered()}
    return {slug: number for slug, number in found.items() if number}


def test_everything_personal_goes_and_an_empty_place_stays(west: Portal) -> None:
    person = make_person(west, name="Fatima", roles=[Role.COUNCILLOR])
    actor = actor_of(person, west, at=NOW)
    make_plan(west, proposer=actor, at=NOW)
    voted = make_plan(west, at=NOW, votes=1)
    cast_vote(actor=actor, public_id=voted.public_id, now=NOW)
    gone(person, west)
    assert set(rows_of(person)) == {"account", "audit", "votes", "erasures"}
    person.refresh_from_db()
    assert (person.email, person.name, person.source_reference, person.is_active) == (None, "", "", False)
    assert person.left_at == NOW
    assert not EmailAddress.objects.filter(user=person).exists()


def test_drafts_go_with_their_files_and_published_plans_stay_nameless(
    west: Portal, django_capture_on_commit_callbacks: Committing
) -> None:
    person = make_person(west, name="Fatima")
    actor = actor_of(person, west)
    draft = make_draft(west, proposer=actor, at=NOW)
    picture = add_picture(
        actor=actor, public_id=draft.public_id, upload=png(), description="Een kade", now=NOW
    )
    file = Path(picture.file.path)
    assert file.exists()
    plan = make_plan(west, proposer=actor, at=NOW, title="Blijft staan")
    with django_capture_on_commit_callbacks(execute=True):
        gone(person, west)
    assert not file.exists()
    assert not Plan.objects.filter(pk=draft.pk).exists()
    plan = again(plan)
    assert (plan.title, plan.proposer_id, plan.state) == ("Blijft staan", None, PlanState.COMPETING)
    page = client_for(None, west).get(f"/plannen/{plan.public_id}/")
    assert page.status_code == 200
    assert "Fatima" not in page.text


@pytest.mark.parametrize("state", list(PlanState))
def test_a_plan_in_any_state_loses_its_proposer(west: Portal, state: PlanState) -> None:
    person = make_person(west)
    plan = make_plan_in(west, state, proposer=actor_of(person, west), at=NOW)
    AgendaItem.objects.update(attendance_note="Bel mij op 06", attendance="comes")
    gone(person, west, at=NOW + timedelta(days=60))
    stays = Plan.objects.filter(pk=plan.pk).first()
    if state == PlanState.DRAFT:
        assert stays is None
        return
    assert stays is not None
    assert stays.proposer_id is None
    assert stays.title
    assert bool(stays.what) is (state != PlanState.WITHDRAWN)
    assert not AgendaItem.objects.exclude(attendance_note="").exists()
    assert AgendaItem.objects.filter(attendance="unknown").exists() is (state == PlanState.ON_AGENDA)


def test_a_running_vote_is_taken_back(west: Portal) -> None:
    person = make_person(west)
    plan = make_plan(west, at=NOW, votes=2)
    cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=NOW)
    assert again(plan).vote_count == 3
    gone(person, west, at=NOW + timedelta(hours=1))
    assert again(plan).vote_count == 2
    assert Vote.objects.get(person=person).withdrawn_at == NOW + timedelta(hours=1)
    protocol = close(round_at(west, NOW))
    assert protocol.body["plans"][0]["votes"] == 2


def test_a_month_that_ended_still_counts_the_vote_of_who_left(west: Portal) -> None:
    person = make_person(west)
    plan = make_plan(west, at=NOW, votes=1)
    cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=NOW)
    this = round_at(west, NOW)
    after = this.closes_at + timedelta(hours=1)
    gone(person, west, at=after)
    make_clocks()
    night = walk(this.closes_at + timedelta(days=1)).failed
    assert not night
    # The walk counted the month before it came to the clean-up of that night.
    assert this.protocol.body["plans"][0]["votes"] == 2


def test_the_empty_place_waits_for_the_count(west: Portal) -> None:
    person = make_person(west)
    plan = make_plan(west, at=NOW, votes=1)
    cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=NOW)
    this = round_at(west, NOW)
    gone(person, west, at=this.closes_at + timedelta(hours=1))
    clear(at=this.closes_at + timedelta(hours=2))
    assert Person.objects.filter(pk=person.pk).exists()
    assert ResidencyProof.objects.filter(person=person).exists()
    assert close(this, at=this.closes_at + timedelta(hours=3)).body["plans"][0]["votes"] == 2
    clear(at=this.closes_at + timedelta(hours=4))
    assert not Person.objects.filter(pk=person.pk).exists()


def come_back(person: Person, portal: Portal, email: str, at: datetime) -> Actor:
    """The same human being with the same document, as a new person."""
    with in_municipality(portal.municipality_id):
        proof = confirm_at_counter(
            actor=system_of(portal), portal=portal, email=email, age=18, claims=[document_of(person)], now=at
        )
    return actor_of(proof.person, portal, at=at)


def test_who_comes_back_counts_once(west: Portal) -> None:
    person = make_person(west, email="fatima@example.org")
    plan = make_plan(west, at=NOW)
    cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=NOW)
    gone(person, west, at=NOW + timedelta(hours=1))
    back = come_back(person, west, "fatima@example.org", NOW + timedelta(hours=2))
    assert back.person_id != person.pk
    cast_vote(actor=back, public_id=plan.public_id, now=NOW + timedelta(hours=3))
    assert again(plan).vote_count == 1
    assert close(round_at(west, NOW)).body["plans"][0]["votes"] == 1


def test_who_comes_back_before_a_late_count_counts_once_in_each_month(west: Portal) -> None:
    person = make_person(west)
    make_plan(west, at=NOW, votes=2, title="Wint de eerste maand")
    plan = make_plan(west, at=NOW)
    cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=NOW)
    first = round_at(west, NOW)
    later = first.closes_at + timedelta(hours=1)
    gone(person, west, at=later)
    back = come_back(person, west, "weer@example.org", later + timedelta(minutes=1))
    cast_vote(actor=back, public_id=plan.public_id, now=later + timedelta(minutes=2))
    second = round_at(west, later)
    counted = close(first, at=later + timedelta(hours=1)).body["plans"]
    assert {row["plan"]: row["votes"] for row in counted}[plan.public_id] == 1
    assert [row["votes"] for row in close(second).body["plans"]] == [1]


def test_published_counts_stay_and_the_record_verifies(west: Portal) -> None:
    voter = make_votes(make_plan(west, at=NOW, title="Ander plan"), 1, at=NOW)[0]
    plan = make_winner(west, at=NOW, votes=2)
    protocol = close(round_at(west, NOW))
    before = dict(protocol.body)
    after = round_at(west, NOW).closes_at + timedelta(days=1)
    walk(after)
    entries = list(Entry.objects.order_by("pk").values("pk", "person_id", "action", "details"))
    gone(Person.objects.get(pk=voter.person_id), west, at=after)
    walk(after + timedelta(days=1))
    protocol.refresh_from_db()
    assert protocol.body == before
    assert again(plan).vote_count == 2
    assert list(broken_seals(west.municipality_id)) == []
    assert list(broken_seals(None)) == []
    now_there = Entry.objects.filter(pk__in=[entry["pk"] for entry in entries]).order_by("pk")
    assert list(now_there.values("pk", "person_id", "action", "details")) == entries


def test_what_is_held_in_another_municipality_goes_too(west: Portal) -> None:
    other = make_portal("oosterpark", code="GM0014")
    person = make_person(west)
    with in_municipality(other.municipality_id):
        plan = make_plan(other, at=NOW)
        cast_vote(actor=actor_of(person, other), public_id=plan.public_id, now=NOW)
    gone(person, west)
    assert set(rows_of(person)) == {"account", "audit", "votes", "erasures"}
    assert again(plan).vote_count == 0


def test_other_people_lose_nothing(west: Portal) -> None:
    plan = make_plan(west, at=NOW)
    stays, leaves = make_votes(plan, 2, at=NOW)
    before = rows_of(Person.objects.get(pk=stays.person_id))
    gone(Person.objects.get(pk=leaves.person_id), west)
    assert rows_of(Person.objects.get(pk=stays.person_id)) == before
    assert again(plan).vote_count == 1


def test_leaving_twice_changes_nothing_more(west: Portal) -> None:
    person = make_person(west)
    gone(person, west)
    entries = Entry.objects.filter(action="identity.person_erased").count()
    gone(person, west, at=NOW + timedelta(hours=1))
    assert Entry.objects.filter(action="identity.person_erased").count() == entries
    person.refresh_from_db()
    assert person.left_at == NOW


def test_nobody_leaves_for_somebody_else(west: Portal) -> None:
    person, assistant = make_person(west), make_person(west, roles=[Role.ASSISTANT])
    helped = Actor(west.municipality_id, west.pk, person.pk, assistant_id=assistant.pk, mandate_id=1)
    for actor in (helped, system_of(west), Actor.visitor(municipality_id=west.municipality_id)):
        with pytest.raises(NotAllowed):
            leave(actor=actor, now=NOW)
    assert not Person.objects.filter(left_at__isnull=False).exists()


# Who else is administrator, and whether somebody who is can leave then.
ADMINISTRATORS = [
    ("nobody", False),
    ("another of the same portal", True),
    ("one of another portal of the municipality", False),
    ("one of another municipality", False),
    ("one whose role ended", False),
    ("one who left", False),
    ("a clerk", False),
]


@pytest.mark.parametrize(("other", "may_leave"), ADMINISTRATORS)
def test_the_last_administrator_stays(west: Portal, other: str, may_leave: bool) -> None:
    person = make_person(west, roles=[Role.ADMINISTRATOR])
    elsewhere = {
        "one of another portal of the municipality": ("noord", "GM0363"),
        "one of another municipality": ("oosterpark", "GM0014"),
    }
    if other == "a clerk":
        make_person(west, roles=[Role.CLERK])
    elif other in elsewhere:
        slug, code = elsewhere[other]
        make_person(make_portal(slug, code=code), roles=[Role.ADMINISTRATOR])
    elif other != "nobody":
        second = make_person(west, roles=[Role.ADMINISTRATOR])
        if other == "one whose role ended":
            RoleAssignment.objects.filter(person=second).update(ends_on=NOW.date() - timedelta(days=1))
        if other == "one who left":
            gone(second, west)
    if may_leave:
        gone(person, west)
    else:
        with pytest.raises(LastAdministrator):
            gone(person, west)
    person.refresh_from_db()
    assert (person.left_at is not None) is may_leave


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_leave_at_once_one_stays() -> None:
    west = make_portal("west")
    actors = [actor_of(make_person(west, roles=[Role.ADMINISTRATOR]), west, at=NOW) for _ in range(2)]
    jobs = [partial(leave, actor=actor, now=NOW) for actor in actors]
    answers = at_once(jobs, threads=2, municipality_id=west.municipality_id)
    assert sorted(type(answer).__name__ for answer in answers) == ["LastAdministrator", "NoneType"]
    assert Person.objects.filter(left_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_voting_and_leaving_at_once_leaves_no_vote_that_counts() -> None:
    west = make_portal("west")
    plans = [make_plan(west, at=NOW, title=f"Plan {number}") for number in range(6)]
    actor = actor_of(make_person(west), west, at=NOW)
    jobs: list[Callable[[], object]] = [
        partial(cast_vote, actor=actor, public_id=plan.public_id, now=NOW) for plan in plans
    ]
    jobs.insert(3, partial(leave, actor=actor, now=NOW + timedelta(seconds=1)))
    answers = at_once(jobs, threads=7, municipality_id=west.municipality_id)
    assert answers[3] is None
    counted = close(round_at(west, NOW)).body["plans"]
    assert [plan["votes"] for plan in counted] == [0] * 6


def test_help_that_was_given_stays_visible_and_help_that_was_had_goes(west: Portal) -> None:
    person, assistant, third = make_person(west), make_person(west), make_person(west)
    hour = timedelta(hours=1)
    common = {"municipality": west.municipality, "portal": west, "channel": HelpChannel.PHONE}
    had = Mandate.objects.create(
        person=assistant, assistant=third, given_at=NOW, ends_at=NOW + hour, **common
    )
    gave = Mandate.objects.create(
        person=person, assistant=assistant, given_at=NOW, ends_at=NOW + hour, **common
    )
    gone(assistant, west)
    assert not Mandate.objects.filter(pk=had.pk).exists()
    gave.refresh_from_db()
    assert gave.ended_at == NOW
    clear(at=NOW + timedelta(days=1))
    assert Person.objects.filter(pk=assistant.pk).exists()
    clear(at=NOW + timedelta(days=731))
    assert not Person.objects.filter(pk=assistant.pk).exists()


def test_every_browser_is_signed_out(west: Portal) -> None:
    person, other = make_person(west), make_person(west)
    phone, laptop, others = client_for(person, west), client_for(person, west), client_for(other, west)
    gone(person, west)
    for browser in (phone, laptop):
        assert browser.get("/mijn/").headers["Location"].startswith("/aanmelden/")
    assert Session.objects.count() == 3
    walk(NOW)
    assert Session.objects.count() == 1
    assert others.get("/mijn/").status_code == 200


def test_mail_that_waited_is_not_sent_any_more(west: Portal) -> None:
    person = make_person(west)
    plan = make_plan(west, at=NOW)
    cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=NOW)
    gone(person, west)
    walk(NOW + timedelta(minutes=1))
    assert [message for message in mail.outbox if person.email in message.to] == []
