"""What people allow: nothing by itself, each thing apart, and taken back at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import NotAllowed
from backend.identity.models import Consent, Person
from backend.identity.selectors.own_data import consents_of
from backend.identity.services.consents import give_consent, withdraw_consent
from backend.identity.services.people import set_profile
from backend.identity.states import ConsentPurpose
from backend.places.models import Portal
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import make_plan
from tests.builders.portals import make_portal, visitor_of
from tests.builders.threads import at_once
from tests.builders.web import client_for

Committing = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
NOW = datetime(2026, 3, 10, 12).astimezone()
NAME = ConsentPurpose.NAME_WITH_PLANS


def test_nothing_is_allowed_by_itself(west: Portal) -> None:
    assert consents_of(make_person(west).pk) == {}


@pytest.mark.parametrize("purpose", list(ConsentPurpose))
def test_each_is_given_and_taken_back_apart(west: Portal, purpose: ConsentPurpose) -> None:
    actor = make_actor(west)
    person_id = actor.require_person()
    give_consent(actor=actor, purpose=purpose, now=NOW)
    give_consent(actor=actor, purpose=purpose, now=NOW + timedelta(hours=1))
    assert consents_of(person_id) == {purpose: NOW}
    withdraw_consent(actor=actor, purpose=purpose, now=NOW + timedelta(hours=2))
    withdraw_consent(actor=actor, purpose=purpose, now=NOW + timedelta(hours=3))
    assert consents_of(person_id) == {}
    row = Consent.objects.get()
    assert (row.version, row.given_at, row.withdrawn_at) == (1, NOW, NOW + timedelta(hours=2))
    give_consent(actor=actor, purpose=purpose, now=NOW + timedelta(hours=4))
    assert Consent.objects.count() == 2


def test_the_record_says_that_somebody_chose_and_not_what(west: Portal) -> None:
    actor = make_actor(west)
    give_consent(actor=actor, purpose=ConsentPurpose.RESEARCH, now=NOW)
    withdraw_consent(actor=actor, purpose=ConsentPurpose.RESEARCH, now=NOW)
    entries = list(Entry.objects.filter(action__startswith="identity.consent"))
    assert [entry.action for entry in entries] == ["identity.consent_given", "identity.consent_withdrawn"]
    assert all("research" not in f"{entry.details}{entry.target_type}" for entry in entries)


def test_a_visitor_allows_nothing(west: Portal) -> None:
    for choose in (give_consent, withdraw_consent):
        with pytest.raises(NotAllowed):
            choose(actor=visitor_of(west), purpose=NAME, now=NOW)


def named(portal: Portal) -> Actor:
    actor = make_actor(portal)
    set_profile(actor=actor, name="Fatima <b>", language="nl", now=NOW)
    return actor


def test_filling_in_a_name_allows_to_show_it(west: Portal) -> None:
    actor = named(west)
    assert set(consents_of(actor.require_person())) == {NAME}


def test_who_took_that_back_and_saves_the_name_again_stays_unnamed(west: Portal) -> None:
    actor = named(west)
    withdraw_consent(actor=actor, purpose=NAME, now=NOW)
    set_profile(actor=actor, name="Fatima", language="en", now=NOW)
    assert consents_of(actor.require_person()) == {}
    page = client_for(Person.objects.get(pk=actor.person_id), west).get("/mijn/instellingen/").text
    assert "Not shown with your plans" in page


def test_a_name_disappears_from_plans_at_once_also_for_visitors(
    west: Portal, django_capture_on_commit_callbacks: Committing
) -> None:
    """At every portal, whose pages are kept for visitors."""
    other = make_portal("noord")
    actor = named(west)
    there = Actor(other.municipality_id, other.pk, actor.person_id)
    places = [
        (portal, make_plan(portal, proposer=who, at=timezone.now()))
        for portal, who in ((west, actor), (other, there))
    ]

    def read() -> list[bool]:
        pages = [client_for(None, portal).get(f"/plannen/{plan.public_id}/") for portal, plan in places]
        assert all(page.status_code == 200 for page in pages)
        return ["Fatima" in page.text for page in pages]

    assert read() == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_consent(actor=actor, purpose=NAME, now=timezone.now())
    assert read() == [False, False]
    with django_capture_on_commit_callbacks(execute=True):
        give_consent(actor=actor, purpose=NAME, now=timezone.now())
    assert read() == [True, True]


def test_one_button_gives_and_one_takes_back(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    assert "You do not allow this." in browser.get("/mijn/toestemmingen/").text
    browser.post("/mijn/toestemmingen/", {"purpose": "research", "wanted": "ja"})
    assert set(consents_of(person.pk)) == {"research"}
    browser.post("/mijn/toestemmingen/", {"purpose": "research", "wanted": "nee"})
    assert consents_of(person.pk) == {}


@pytest.mark.parametrize("sent", [{}, {"purpose": "everything", "wanted": "ja"}, {"purpose": "research"}])
def test_nonsense_allows_nothing(west: Portal, sent: dict[str, str]) -> None:
    person = make_person(west)
    assert client_for(person, west).post("/mijn/toestemmingen/", sent).status_code == 404
    assert consents_of(person.pk) == {}


@pytest.mark.django_db(transaction=True)
def test_allowing_in_eight_tabs_at_once_is_one_consent() -> None:
    west = make_portal("west")
    actor = actor_of(make_person(west), west)
    job = partial(give_consent, actor=actor, purpose=ConsentPurpose.RESEARCH, now=NOW)
    answers = at_once([job] * 8, municipality_id=west.municipality_id)
    assert answers == [None] * 8
    assert Consent.objects.count() == 1
