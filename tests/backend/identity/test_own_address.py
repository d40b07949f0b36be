"""Somebody changes their own address, takes none of somebody else, and learns nothing about anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from backend.audit.models import Entry
from backend.identity.errors import AddressInUse
from backend.identity.models import Erasure, Person
from backend.identity.services.people import person_for_address
from backend.identity.services.sign_in import change_address
from backend.identity.states import Origin
from backend.places.models import Portal
from tests.builders.people import actor_of, make_person
from tests.builders.portals import make_portal
from tests.builders.threads import at_once
from tests.builders.web import client_for, url

pytestmark = pytest.mark.django_db
Committing = Callable[..., object]


def is_in(browser: Client) -> bool:
    return browser.get(url("my_page")).status_code == 200


def ask_for_address(browser: Client, email: str) -> object:
    return browser.post(url("change_address"), {"email": email})


def last_code() -> str:
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_somebody_changes_their_address_with_a_code_to_the_new_one(
    west: Portal, django_capture_on_commit_callbacks: Committing
) -> None:
    person = make_person(west, email="oud@example.org", language="en")
    browser, elsewhere = client_for(person, west), client_for(person, west)
    asked = browser.post(url("change_address"), {"email": "Nieuw@Example.org"})
    assert asked.headers["Location"] == url("confirm_address")
    assert mail.outbox[-1].to == ["nieuw@example.org"]
    person.refresh_from_db()
    assert person.email == "oud@example.org"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        browser.post(url("confirm_address"), {"code": last_code()})
    person.refresh_from_db()
    assert person.email == "nieuw@example.org"
    addresses = EmailAddress.objects.filter(user=person).values_list("email", "verified", "primary")
    assert list(addresses) == [("nieuw@example.org", True, True)]
    # The former address hears of it, and what was open elsewhere is closed.
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["oud@example.org"],
        "Your e-mail address was changed",
    )
    assert is_in(browser)
    assert not is_in(elsewhere)


def test_nobody_learns_whether_an_address_is_in_use(west: Portal) -> None:
    make_person(west, email="bekend@example.org")
    pages = []
    for email in ("bekend@example.org", "nieuw@example.org"):
        browser = client_for(make_person(west), west)
        answer = browser.post(url("change_address"), {"email": email}, follow=True)
        text = re.sub(r'value="\w{64}"', "", answer.text).replace(email, "")
        text = re.sub(r"bewoner\d+@example.org", "", text)
        pages.append((answer.redirect_chain, text, mail.outbox[-1].subject, mail.outbox[-1].to == [email]))
    assert pages[0] == pages[1]


def test_an_address_of_somebody_else_is_not_taken_from_them(west: Portal) -> None:
    other = make_person(west, email="bekend@example.org")
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west)
    ask_for_address(browser, "bekend@example.org")
    answer = browser.post(url("confirm_address"), {"code": last_code()})
    assert answer.status_code == 409
    assert "another account with this address" in answer.text
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.email, other.email) == ("sam@example.org", "bekend@example.org")


def test_an_account_that_nobody_ever_signed_in_to_makes_place(west: Portal) -> None:
    """Such as one that came from trying to sign in with the new address first."""
    person_for_address(email="nieuw@example.org", language="nl", now=timezone.now())
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west)
    ask_for_address(browser, "nieuw@example.org")
    browser.post(url("confirm_address"), {"code": last_code()})
    assert Person.objects.get(email="nieuw@example.org").pk == person.pk


@pytest.mark.django_db(transaction=True)
def test_two_people_who_take_one_address_at_once_do_not_share_it() -> None:
    west = make_portal("west")
    people = [make_person(west) for _ in range(4)]
    now = timezone.now()
    answers = at_once(
        [
            partial(change_address, actor=actor_of(person, west), email="nieuw@example.org", now=now)
            for person in people
        ],
        threads=4,
        municipality_id=west.municipality_id,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["AddressInUse"] * 3 + ["str"]
    assert Person.objects.filter(email="nieuw@example.org").count() == 1
    assert EmailAddress.objects.filter(email="nieuw@example.org").count() == 1


def test_an_account_that_nobody_used_makes_place_as_at_night(west: Portal) -> None:
    """It stands on the list of who was erased, and on record."""
    unused = person_for_address(email="nieuw@example.org", language="nl", now=timezone.now())
    person = make_person(west, email="sam@example.org")
    change_address(actor=actor_of(person, west), email="nieuw@example.org", now=timezone.now())
    assert Person.objects.get(email="nieuw@example.org").pk == person.pk
    assert not Person.objects.filter(pk=unused.pk).exists()
    assert Erasure.objects.get().person_id == unused.pk
    assert Entry.objects.filter(action="identity.unused_account_forgotten").count() == 1


@pytest.mark.parametrize("origin", [origin for origin in Origin if origin != Origin.SIGNED_IN])
def test_who_came_another_way_makes_no_place(west: Portal, origin: Origin) -> None:
    other = person_for_address(email="nieuw@example.org", language="nl", now=timezone.now())
    Person.objects.filter(pk=other.pk).update(origin=origin)
    person = make_person(west, email="sam@example.org")
    with pytest.raises(AddressInUse):
        change_address(actor=actor_of(person, west), email="nieuw@example.org", now=timezone.now())
    assert Person.objects.get(email="nieuw@example.org").pk == other.pk


def test_a_code_for_an_address_is_guessed_five_times_at_most(west: Portal) -> None:
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west)
    ask_for_address(browser, "nieuw@example.org")
    right = last_code()
    statuses = [browser.post(url("confirm_address"), {"code": "BCDF"}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 302]
    browser.post(url("confirm_address"), {"code": right})
    person.refresh_from_db()
    assert person.email == "sam@example.org"


def test_a_code_for_one_thing_does_not_work_for_another(west: Portal) -> None:
    person = make_person(west, email="sam@example.org")
    browser = client_for(person, west, seconds_ago=3600)
    browser.post(url("reauthenticate_by_code"), {"action": "send"})
    code = last_code()
    assert browser.post(url("confirm_address"), {"code": code}).status_code == 302
    assert browser.get(url("my_password")).status_code == 302
    actor_of(person, west)
    assert Person.objects.get(pk=person.pk).email == "sam@example.org"


def test_somebody_without_an_address_can_give_one(west: Portal) -> None:
    person = Person.objects.create(joined_at=timezone.now(), password="!")
    browser = client_for(person, west)
    assert "You have no e-mail address here." in browser.get(url("my_sign_in")).text
    ask_for_address(browser, "nieuw@example.org")
    browser.post(url("confirm_address"), {"code": last_code()})
    person.refresh_from_db()
    assert person.email == "nieuw@example.org"
