"""A letter first and an account later, or the other way: one person, and never a vote more."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.errors import NotAllowed
from backend.feedback.models import Promise
from backend.identity.models import IdentityKey, Person, ResidencyProof
from backend.identity.rules import home_claim, resident_claim
from backend.identity.services.joining import join_people
from backend.identity.services.people import new_person
from backend.identity.services.residency import NewProof, prove_residency
from backend.identity.states import Origin, ProofKind
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.errors import RoundClosed
from backend.proposals.models import Vote
from backend.proposals.services.votes import cast_vote
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import again, close, make_plan, round_at
from tests.builders.portals import system_of, visitor_of
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
NOOR = resident_claim(surname="Vos", given_name="Noor", birth_date=date(1991, 2, 3))
HOME = home_claim(postcode="1055 TK", house_number="12")


def by_letter(portal: Portal, *, at: datetime = NOW) -> Person:
    """Somebody without an address whose votes count."""
    person = new_person(origin=Origin.LETTER, language="nl", now=at)
    new = NewProof(person_id=person.pk, portal=portal, kind=ProofKind.LETTER, age=16, claims=[NOOR, HOME])
    prove_residency(actor=system_of(portal), new=new, now=at)
    return person


def vote(person: Person, portal: Portal, public_id: str, *, at: datetime = NOW) -> None:
    cast_vote(actor=actor_of(person, portal, at=at), public_id=public_id, now=at)


def test_votes_and_proofs_come_along_and_count_once(west: Portal) -> None:
    both, letter_only, account_only = (make_plan(west, at=NOW, title=title) for title in ("A", "B", "C"))
    letter, account = by_letter(west), make_person(west, verified=False)
    for plan, person in ((both, letter), (both, account), (letter_only, letter), (account_only, account)):
        vote(person, west, plan.public_id)
    assert [again(plan).vote_count for plan in (both, letter_only, account_only)] == [1, 1, 0]
    join_people(actor=actor_of(account, west), from_id=letter.pk, now=NOW + timedelta(hours=1))
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


def test_joining_twice_or_with_oneself_changes_nothing(west: Portal) -> None:
    letter, account = by_letter(west), make_person(west, verified=False)
    join_people(actor=actor_of(letter, west), from_id=letter.pk, now=NOW)
    join_people(actor=actor_of(account, west), from_id=letter.pk, now=NOW)
    with pytest.raises(NotAllowed):
        join_people(actor=actor_of(account, west), from_id=letter.pk, now=NOW)


def test_nobody_takes_over_an_account_that_signs_in_by_itself(west: Portal) -> None:
    victim, attacker = make_person(west), make_person(west)
    with pytest.raises(NotAllowed):
        join_people(actor=actor_of(attacker, west), from_id=victim.pk, now=NOW)
    with pytest.raises(NotAllowed):
        join_people(actor=visitor_of(west), from_id=by_letter(west).pk, now=NOW)


def test_nothing_is_joined_while_a_month_waits_for_its_count(west: Portal) -> None:
    plan = make_plan(west, at=NOW)
    letter, account = by_letter(west), make_person(west, verified=False)
    vote(letter, west, plan.public_id)
    after = round_at(west, NOW).closes_at + timedelta(minutes=1)
    with pytest.raises(RoundClosed):
        join_people(actor=actor_of(account, west), from_id=letter.pk, now=after)
    assert Person.objects.filter(pk=letter.pk).exists()


def test_from_a_letter_to_an_account_in_the_browser(west: Portal) -> None:
    letter = by_letter(west, at=timezone.now())
    plan = make_plan(west, at=timezone.now())
    browser = client_for(letter, west)
    browser.post(url("vote", plan.public_id))
    assert url("join_account") in browser.get(url("my_page")).text
    answer = browser.post(url("join_account"))
    assert answer.headers["Location"] == f"{url('account_request_login_code')}?next={url('finish_joining')}"
    assert browser.get(url("my_page")).status_code == 302
    # Who has second thoughts, or no mail at hand, is again who they were.
    assert "join nothing" in browser.get(url("account_request_login_code")).text
    browser.post(url("give_up_joining"))
    assert plan.title in browser.get(url("my_votes")).text
    browser.post(url("join_account"))
    account = make_person(west, verified=False)
    _sign_in_by_code(browser, account)
    assert "Should what you did" in browser.get(url("finish_joining")).text
    assert browser.post(url("finish_joining")).headers["Location"] == url("my_votes")
    assert Vote.objects.get().person_id == account.pk
    assert "nothing waiting" in browser.get(url("finish_joining")).text


def _sign_in_by_code(browser: Client, person: Person) -> None:
    browser.post(url("account_request_login_code"), {"email": person.email})
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    browser.post(url("account_confirm_login_code"), {"code": found[1]})


def test_an_assistant_joins_nothing_for_somebody_else(west: Portal) -> None:
    helped = make_actor(west)
    by_hands = type(helped)(
        municipality_id=helped.municipality_id,
        portal_id=helped.portal_id,
        person_id=helped.person_id,
        assistant_id=make_person(west).pk,
    )
    with pytest.raises(NotAllowed):
        join_people(actor=by_hands, from_id=by_letter(west).pk, now=NOW)
