"""Taking part with help: visible, on record, ended by either, and never more than the person could do."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import partial

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.core.tenancy import in_municipality
from backend.identity.models import Mandate, Person, ResidencyProof, RoleAssignment
from backend.identity.selectors.acting import actor_helped, find_open_mandate, mandates_of
from backend.identity.services.assistance import (
    HELP_LASTS,
    start_helping,
    stop_helping,
    take_back_mandate,
)
from backend.identity.services.people import new_person
from backend.identity.states import HelpChannel, Origin, Role
from backend.notifications.models import Message
from backend.notifications.rendering import words_of
from backend.places.models import Portal
from backend.proposals.models import Vote
from tests.builders.letters import make_letters
from tests.builders.people import DOCUMENT, actor_of, make_actor, make_person
from tests.builders.plans import make_plan
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.threads import at_once
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def help_at(portal: Portal, person: Person, assistant: Person, *, at: datetime = NOW) -> Mandate:
    return start_helping(
        actor=actor_of(assistant, portal, at=at),
        portal=portal,
        card_number=person.card_number.upper(),
        channel=HelpChannel.PHONE,
        now=at,
    )


@pytest.mark.parametrize(
    ("role", "may"), [(role, role in {Role.CLERK, Role.ASSISTANT}) for role in Role] + [(None, False)]
)
def test_who_may_help(west: Portal, role: Role | None, may: bool) -> None:
    person = make_person(west)
    actor = make_actor(west, *([role] if role else []))
    begin = partial(
        start_helping, portal=west, card_number=person.public_id, channel=HelpChannel.COUNTER, now=NOW
    )
    for nobody in (visitor_of(west), system_of(west)):
        with pytest.raises(NotAllowed):
            begin(actor=nobody)
    if may:
        assert begin(actor=actor).person_id == person.pk
    else:
        with pytest.raises(NotAllowed):
            begin(actor=actor)


@pytest.mark.parametrize("number", ["", "zzzzzzzzzz", "../../etc", "\0"])
def test_a_number_of_nobody_is_refused(west: Portal, number: str) -> None:
    with pytest.raises(InvalidInput):
        start_helping(
            actor=make_actor(west, Role.ASSISTANT),
            portal=west,
            card_number=number,
            channel=HelpChannel.COUNTER,
            now=NOW,
        )


def test_nobody_helps_themselves(west: Portal) -> None:
    assistant = make_person(west, roles=[Role.ASSISTANT])
    with pytest.raises(InvalidInput):
        help_at(west, assistant, assistant)


def test_who_helps_acts_as_the_person_and_with_no_role_of_either(west: Portal) -> None:
    helped = make_person(west, roles=[Role.CLERK, Role.ADMINISTRATOR])
    assistant = make_person(west, roles=[Role.ASSISTANT])
    mandate = help_at(west, helped, assistant)
    actor = actor_helped(actor_of(assistant, west, at=NOW), mandate)
    assert (actor.person_id, actor.assistant_id, actor.acting_id) == (
        helped.pk,
        assistant.pk,
        assistant.pk,
    )
    assert actor.roles == frozenset()


def test_help_holds_for_an_hour_here_and_for_this_assistant_alone(west: Portal) -> None:
    elsewhere = make_portal("noord", code="GM0363")
    helped, assistant = make_person(west), make_person(west, roles=[Role.ASSISTANT])
    other = make_person(west, roles=[Role.ASSISTANT])
    mandate = help_at(west, helped, assistant)
    find = partial(find_open_mandate, public_id=mandate.public_id)
    mine = actor_of(assistant, west, at=NOW)
    assert find(mine, now=NOW) == mandate
    assert find(mine, now=NOW + HELP_LASTS) is None
    assert find(actor_of(other, west, at=NOW), now=NOW) is None
    assert find(actor_of(helped, west, at=NOW), now=NOW) is None
    with in_municipality(elsewhere.municipality_id):
        assert find(actor_of(assistant, elsewhere, at=NOW), now=NOW) is None


def test_either_of_the_two_ends_it(west: Portal) -> None:
    helped, assistant = make_person(west), make_person(west, roles=[Role.ASSISTANT])
    first = help_at(west, helped, assistant)
    stop_helping(actor=actor_of(assistant, west, at=NOW), now=NOW + timedelta(minutes=5))
    second = help_at(west, helped, assistant)
    take_back_mandate(actor=actor_of(helped, west), public_id=second.public_id, now=NOW)
    assert Mandate.objects.filter(ended_at=None).count() == 0
    with pytest.raises(NotFound):
        take_back_mandate(actor=make_actor(west), public_id=first.public_id, now=NOW)
    actions = list(Entry.objects.order_by("id").values_list("action", flat=True))
    assert [action for action in actions if "help" in action] == [
        "identity.help_started",
        "identity.help_ended",
        "identity.help_started",
        "identity.help_taken_back",
    ]


def test_helping_somebody_else_lets_the_first_go(west: Portal) -> None:
    assistant = make_person(west, roles=[Role.ASSISTANT])
    for _ in range(2):
        last = help_at(west, make_person(west), assistant)
    assert list(Mandate.objects.filter(ended_at=None)) == [last]


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_begin_one_help(west: Portal) -> None:
    helped, assistant = make_person(west), make_person(west, roles=[Role.ASSISTANT])
    answers = at_once([partial(help_at, west, helped, assistant)] * 8, municipality_id=west.municipality_id)
    assert all(isinstance(answer, Mandate) for answer in answers)
    assert Mandate.objects.filter(ended_at=None).count() == 1


@pytest.fixture
def assistant(west: Portal) -> Person:
    return make_person(west, roles=[Role.ASSISTANT], name="Hanna")


@pytest.fixture
def desk(west: Portal, assistant: Person) -> Client:
    return client_for(assistant, west)


def begin(desk: Client, person: Person) -> None:
    said = {"card_number": person.card_number, "channel": "phone", "asked": "on"}
    assert desk.post(url("help_desk"), said).status_code == 302


def test_an_assistant_votes_for_somebody_without_an_address(
    west: Portal, desk: Client, assistant: Person
) -> None:
    """From the counter to the receipt on paper: the vote is the person's, and the record says who typed."""
    plan = make_plan(west, at=timezone.now())
    answer = desk.post(
        url("desk_counter"), {**DOCUMENT, "document_seen": "on", "lives_here": "on"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == url("help_desk")
    person = Person.objects.get(email=None)
    assert person.public_id in answer.text
    begin(desk, person)
    page = desk.get(url("plan", plan.public_id)).text
    assert f"You are helping {person.card_number}." in page
    desk.post(url("vote", plan.public_id))
    vote = Vote.objects.get(plan=plan)
    assert (vote.person_id, vote.is_counting) == (person.pk, True)
    entry = Entry.objects.get(action="proposals.vote_cast")
    assert entry.person_id == person.pk
    assert entry.details == {"assistant": assistant.pk, "mandate": Mandate.objects.get().pk}
    receipt = desk.get(url("receipt"))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(receipt.content)).pages)
    assert plan.title in text
    assert person.card_number in text
    assert "Hanna helped you" in text
    assert receipt.headers["Cache-Control"] == "private, no-store"
    desk.post(url("stop_helping"))
    assert "You are helping" not in desk.get(url("plan", plan.public_id)).text


def test_an_assistant_uses_the_code_that_somebody_reads_out(
    west: Portal, desk: Client, assistant: Person
) -> None:
    """The code is used once, and opens the voice of whoever got the letter."""
    plan = make_plan(west, at=timezone.now())
    _run, (code, *_more) = make_letters(west, 2, at=timezone.now())
    said = {"letter_code": code.lower(), "channel": "phone", "asked": "on"}
    assert desk.post(url("help_desk"), said).status_code == 302
    person = Person.objects.get(origin=Origin.LETTER)
    assert person.pk != assistant.pk
    desk.post(url("vote", plan.public_id))
    vote = Vote.objects.get(plan=plan)
    assert (vote.person_id, vote.is_counting) == (person.pk, True)
    redeemed = Entry.objects.get(action="identity.letter_redeemed")
    assert (redeemed.person_id, redeemed.details["assistant"]) == (person.pk, assistant.pk)
    assert ResidencyProof.objects.get(person=person).recorded_by_id == assistant.pk
    desk.post(url("stop_helping"))
    again = desk.post(url("help_desk"), said)
    assert again.status_code == 422
    assert "This code was used already." in again.text


@pytest.mark.parametrize(
    "said", [{}, {"card_number": "x", "letter_code": "y"}, {"letter_code": "nonsense"}, {"card_number": "\0"}]
)
def test_without_one_number_or_code_nobody_is_helped(
    west: Portal, desk: Client, said: dict[str, str]
) -> None:
    assert desk.post(url("help_desk"), {**said, "channel": "phone", "asked": "on"}).status_code == 422
    assert not Mandate.objects.exists()


# What belongs to the assistant's own account, to a role, or to the person alone.
@pytest.mark.parametrize(
    "name",
    ["desk", "help_desk", "desk_counter", "my_settings", "my_sign_in", "my_data", "leave", "join_account"],
)
def test_while_helping_everything_else_is_closed(west: Portal, desk: Client, name: str) -> None:
    begin(desk, make_person(west, roles=[Role.CLERK]))
    answer = desk.get(url(name))
    assert answer.status_code == 403
    assert "Stop helping first." in answer.text
    assert desk.post(url(name)).status_code == 403


def test_the_person_hears_at_once_that_somebody_acts_in_their_name(west: Portal, desk: Client) -> None:
    person = make_person(west)
    begin(desk, person)
    notice = Message.objects.get(person=person, template="help_started")
    assert "/mijn/hulp/" in words_of(notice, language="en").body


def test_the_person_sees_who_helped_and_ends_it(west: Portal, desk: Client) -> None:
    person = make_person(west)
    begin(desk, person)
    plan = make_plan(west, at=timezone.now())
    own = client_for(person, west)
    page = own.get(url("my_help")).text
    assert "Hanna helped you. How: By phone." in page
    mandate = mandates_of(actor_of(person, west))[0]
    assert own.post(url("take_back_mandate", mandate.public_id)).status_code == 302
    # The assistant's next click no longer acts for anybody but the assistant.
    desk.post(url("vote", plan.public_id))
    assert not Vote.objects.filter(person=person).exists()
    assert "This help has ended." in own.get(url("my_help")).text


def test_an_assistant_who_lost_the_role_helps_nobody(west: Portal, desk: Client, assistant: Person) -> None:
    person = make_person(west)
    begin(desk, person)
    yesterday = (timezone.now() - timedelta(days=1)).date()
    RoleAssignment.objects.filter(person=assistant).update(starts_on=yesterday, ends_on=yesterday)
    assert "You are helping" not in desk.get(url("plans")).text


def test_somebody_without_an_address_exists_only_for_who_knows_the_number(west: Portal, desk: Client) -> None:
    person = new_person(origin=Origin.COUNTER, language="nl", now=NOW)
    page = desk.post(url("help_desk"), {"card_number": "bbbbb 22222", "channel": "phone", "asked": "on"})
    assert page.status_code == 422
    assert person.public_id not in page.text
