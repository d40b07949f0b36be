"""A letter first and an account later, or the other way: one person, and never a vote more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core import mail
from django.test import Client
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.errors import NotAllowed, NotFound
from backend.feedback.models import Promise
from backend.identity.models import IdentityKey, Mandate, Person, ResidencyProof
from backend.identity.rules import home_claim, resident_claim
from backend.identity.services.assistance import start_helping
from backend.identity.services.joining import join_to_address
from backend.identity.services.people import new_person
from backend.identity.services.residency import NewProof, prove_residency
from backend.identity.states import HelpChannel, Origin, ProofKind, Role
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.errors import RoundClosed
from backend.proposals.models import Vote
from backend.proposals.services.votes import cast_vote
from tests.builders.letters import make_letters
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import again, close, make_plan, round_at
from tests.builders.portals import system_of, visitor_of
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
HOME = home_claim(postcode="1055 TK", house_number="12")


def by_letter(portal: Portal, *, at: datetime = NOW, surname: str = "Vos") -> Person:
    """Somebody without an address whose votes count."""
    person = new_person(origin=Origin.LETTER, language="nl", now=at)
    name = resident_claim(surname=surname, given_name="Noor", birth_date=date(1991, 2, 3))
    new = NewProof(person_id=person.pk, portal=portal, kind=ProofKind.LETTER, age=16, claims=[name, HOME])
    prove_residency(actor=system_of(portal), new=new, now=at)
    return person


def join(letter: Person, account: Person, portal: Portal, *, at: datetime = NOW) -> None:
    join_to_address(actor=actor_of(letter, portal, at=at), email=account.email or "", now=at)


def vote(person: Person, portal: Portal, public_id: str, *, at: datetime = NOW) -> None:
    cast_vote(actor=actor_of(person, portal, at=at), public_id=public_id, now=at)


def test_votes_and_proofs_come_along_and_count_once(west: Portal) -> None:
    both, letter_only, account_only = (make_plan(west, at=NOW, title=title) for title in ("A", "B", "C"))
    letter, account = by_letter(west), make_person(west, verified=False)
    for plan, person in ((both, letter), (both, account), (letter_only, letter), (account_only, account)):
        vote(person, west, plan.public_id)
    assert [again(plan).vote_count for plan in (both, letter_only, account_only)] == [1, 1, 0]
    join(letter, account, west, at=NOW + timedelta(hours=1))
    assert not Person.objects.filter(pk=letter.pk).exists()
    assert [again(plan).vote_count for plan in (both, letter_only, account_only)] == [1, 1, 1]
    assert set(Vote.objects.values_list("person_id", flat=True)) == {account.pk}
    assert ResidencyProof.objects.get(kind=ProofKind.LETTER).person_id == account.pk
    assert IdentityKey.objects.filter(person=account, kind__in=["resident", "home"]).count() == 2
    assert Promise.objects.filter(person=account, contribution="voted").count() == 3
    assert Message.objects.filter(person=account, template="vote_received").count() >= 2
    assert Entry.objects.get(action="identity.people_joined").target_id == letter.pk
    close(round_at(west, NOW))
    assert [again(plan).vote_count for plan in (both, letter_only, account_only)] == [1, 1, 1]


def test_only_who_cannot_sign_in_by_themselves_is_joined(west: Portal) -> None:
    one, other = make_person(west), make_person(west)
    with pytest.raises(NotAllowed):
        join(one, other, west)
    gone = by_letter(west)
    Person.objects.filter(pk=gone.pk).update(left_at=NOW, is_active=False)
    with pytest.raises(NotAllowed):
        join(gone, other, west)
    with pytest.raises(NotAllowed):
        join_to_address(actor=visitor_of(west), email=other.email or "", now=NOW)
    with pytest.raises(NotFound):
        join_to_address(actor=actor_of(by_letter(west, surname="Kat"), west), email="niemand@a.nl", now=NOW)


def test_help_that_goes_on_does_not_come_along_into_the_account(west: Portal) -> None:
    letter, account = by_letter(west), make_person(west, verified=False)
    assistant = make_actor(west, Role.ASSISTANT)
    start_helping(
        actor=assistant, portal=west, card_number=letter.card_number, channel=HelpChannel.PHONE, now=NOW
    )
    join(letter, account, west)
    assert Mandate.objects.get(person=account).ended_at == NOW


def test_nothing_is_joined_while_a_month_waits_for_its_count(west: Portal) -> None:
    plan = make_plan(west, at=NOW)
    letter, account = by_letter(west), make_person(west, verified=False)
    vote(letter, west, plan.public_id)
    after = round_at(west, NOW).closes_at + timedelta(minutes=1)
    with pytest.raises(RoundClosed):
        join(letter, account, west, at=after)
    assert Person.objects.filter(pk=letter.pk).exists()


@pytest.mark.parametrize("is_known", [True, False], ids=["known address", "new address"])
def test_from_a_letter_to_an_address_in_the_browser(west: Portal, is_known: bool) -> None:
    """The session of the letter goes on until the address is shown by a code; nothing can be lost before."""
    plan = make_plan(west, at=timezone.now())
    _run, (code, *_more) = make_letters(west, 2, at=timezone.now())
    browser = client_for(None, west)
    browser.post(url("redeem_code"), {"code": code})
    browser.post(url("vote", plan.public_id))
    person = Vote.objects.get().person
    account = make_person(west, email="sam@example.org", verified=False) if is_known else None
    if account is not None:
        Person.objects.filter(pk=account.pk).update(last_login=NOW)
    assert url("change_address") in browser.get(url("join_account")).text
    browser.post(url("change_address"), {"email": "sam@example.org"})
    assert plan.title in browser.get(url("my_votes")).text
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    answer = browser.post(url("confirm_address"), {"code": found[1]}, follow=True)
    assert "From now on you sign in with sam@example.org." in answer.text
    owner = Person.objects.get(email="sam@example.org")
    assert Vote.objects.get().person_id == owner.pk
    assert again(plan).vote_count == 1
    assert (owner.pk == person.pk) is not is_known
    assert Person.objects.filter(pk=person.pk).exists() is not is_known


def test_who_came_with_a_letter_long_ago_can_still_add_an_address_and_is_never_sent_out(west: Portal) -> None:
    _run, (code, *_more) = make_letters(west, 2, at=timezone.now())
    browser = client_for(None, west)
    browser.post(url("redeem_code"), {"code": code})
    assert browser.get(url("leave")).status_code == 200
    make_stale(browser)
    page = browser.get(url("leave"), follow=True)
    assert "Join to your e-mail address" in page.text
    assert "sign out and sign in again" not in page.text
    assert browser.get(url("change_address")).status_code == 200
    assert browser.get(url("my_password")).status_code == 302


def make_stale(browser: Client) -> None:
    session = browser.session
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**record, "at": 0} for record in records]
    session.save()


def test_an_assistant_joins_nothing_for_somebody_else(west: Portal) -> None:
    letter, account = by_letter(west), make_person(west)
    helped = actor_of(letter, west)
    by_hands = replace(helped, assistant_id=make_person(west).pk, mandate_id=1)
    with pytest.raises(NotAllowed):
        join_to_address(actor=by_hands, email=account.email or "", now=NOW)
