"""What is cleared away by itself, and what stays."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from backend.identity.due import clear_sessions, ended_sessions, forget_one, unused_accounts
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import START, make_person

LATER = START + timedelta(days=31)


def test_an_account_nobody_signed_in_to_is_forgotten(west: Portal) -> None:
    unused = make_person(west, verified=False)
    make_person(west)
    make_person(west, verified=False, roles=[Role.CLERK])
    used = make_person(west, verified=False)
    Person.objects.filter(pk=used.pk).update(last_login=START)
    assert unused_accounts(START + timedelta(days=29)) == []
    assert unused_accounts(LATER) == [unused.pk]
    forget_one(unused.pk, LATER)
    assert unused_accounts(LATER) == []
    assert Person.objects.count() == 3


def test_somebody_who_signs_in_meanwhile_stays(west: Portal) -> None:
    person = make_person(west, verified=False)
    Person.objects.filter(pk=person.pk).update(last_login=LATER)
    forget_one(person.pk, LATER)
    assert Person.objects.filter(pk=person.pk).exists()


def test_sessions_that_ended_are_cleared(db: None) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=START)
    Session.objects.create(session_key="new", session_data="", expire_date=LATER)
    assert ended_sessions(START + timedelta(days=1)) == [0]
    clear_sessions(0, START + timedelta(days=1))
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
