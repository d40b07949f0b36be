"""An official answers once for many, and nobody is answered before it reached them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.core.events import _subscribers, subscribe
from backend.core.tenancy import in_municipality
from backend.feedback.errors import AlreadyTold, DraftChanged, NobodyWaits
from backend.feedback.events import SubjectAnswered
from backend.feedback.models import Answer, Promise, Subject
from backend.feedback.selectors.owed import list_unreached
from backend.feedback.services.answers import AnswerText, keep_draft, send_answer
from backend.feedback.services.delivering import tell_in_person
from backend.feedback.states import Contribution, Told
from backend.identity.models import Person
from backend.identity.services.leaving import leave
from backend.identity.states import Role
from backend.notifications.models import ContactDetails, Message
from backend.notifications.rendering import words_of
from backend.notifications.services import choose
from backend.notifications.states import Channel, Choice, Kind
from backend.places.models import Portal
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.portals import make_portal
from tests.builders.promises import (
    NOW,
    answer,
    arrives,
    comes_back,
    everything_arrives,
    make_subject,
    owe,
    people_of,
)
from tests.builders.roles import given

LATER = NOW + timedelta(days=3)
TEXT = AnswerText(done="Gedaan.", not_done="Niet gedaan.", why="Daarom.")


@pytest.fixture
def councillor(west: Portal) -> Actor:
    return make_actor(west, Role.COUNCILLOR)


def states(subject: Subject) -> list[str]:
    return list(Promise.objects.filter(subject=subject).order_by("pk").values_list("state", flat=True))


def messages() -> list[Message]:
    return list(Message.objects.filter(template="answer").order_by("pk"))


@pytest.fixture
def answered_subjects() -> Iterator[list[int]]:
    """The subjects about which nothing was owed any more, as apps above heard it."""
    heard: list[int] = []

    @subscribe(SubjectAnswered)
    def hear(event: SubjectAnswered) -> None:
        heard.append(event.subject_id)

    yield heard
    _subscribers[SubjectAnswered].remove(hear)


def test_one_answer_reaches_everybody_who_waits_once(west: Portal, councillor: Actor) -> None:
    one, two = people_of(west, 2)
    subject = make_subject(west, [one, two])
    owe(subject, [one], what=Contribution.ARGUED)
    sent = answer(councillor, subject, at=NOW)
    assert (sent.people, sent.role, sent.written_by_id) == (3, "councillor", councillor.person_id)
    # Who contributed twice gets one message.
    assert [message.person_id for message in messages()] == sorted([one, two])
    assert messages()[0].context["not_done"] == "Er komt geen bankje bij de brug."
    assert states(subject) == ["answered"] * 3
    everything_arrives(at=LATER)
    assert states(subject) == ["kept"] * 3
    assert set(Promise.objects.values_list("told_by", "kept_at")) == {("email", LATER)}


def test_only_delivery_keeps_a_promise(west: Portal, councillor: Actor, answered_subjects: list[int]) -> None:
    subject = make_subject(west, people_of(west, 2))
    answer(councillor, subject, at=NOW)
    first, second = messages()
    arrives(first, at=LATER)
    assert states(subject) == ["kept", "answered"]
    assert answered_subjects == []
    arrives(second, at=LATER)
    assert answered_subjects == [subject.subject_id]


def test_who_chose_their_page_has_the_answer_at_once(west: Portal, councillor: Actor) -> None:
    reader = make_actor(west)
    choose(actor=reader, kind=Kind.ANSWERS, choice=Choice.PAGE, now=NOW)
    subject = make_subject(west, [reader.require_person(), *people_of(west, 1)])
    answer(councillor, subject, at=LATER)
    assert states(subject) == ["kept", "answered"]
    assert Promise.objects.get(state="kept").told_by == Channel.PAGE


def test_a_page_that_nobody_chose_reaches_nobody(west: Portal, councillor: Actor) -> None:
    """Without any address the answer stands on their page, where they may never look."""
    person = make_person(west)
    Person.objects.filter(pk=person.pk).update(email=None)
    subject = make_subject(west, [person.pk])
    answer(councillor, subject, at=LATER)
    assert messages()[0].channel == Channel.PAGE
    assert states(subject) == ["unreachable"]


def test_a_mail_that_bounces_reopens_the_promise_and_goes_out_as_a_letter(
    west: Portal, councillor: Actor, answered_subjects: list[int]
) -> None:
    person = make_person(west)
    ContactDetails.objects.create(
        person=person, name="S. de Vries", street="Kerkstraat 1", postcode="1055 TK", city="Amsterdam"
    )
    subject = make_subject(west, [person.pk])
    answer(councillor, subject, at=NOW)
    (message,) = messages()
    arrives(message, at=NOW)
    assert states(subject) == ["kept"]
    comes_back(message, at=LATER)
    assert states(subject) == ["answered"]
    assert Promise.objects.get().kept_at is None
    message.refresh_from_db()
    assert message.channel == Channel.LETTER
    arrives(message, at=LATER)
    promise = Promise.objects.get()
    assert (promise.state, promise.told_by, promise.kept_at) == ("kept", "letter", LATER)
    assert answered_subjects == [subject.subject_id] * 2


def test_whom_nothing_reaches_stands_on_a_list_until_somebody_tells_them(
    west: Portal, councillor: Actor, answered_subjects: list[int]
) -> None:
    subject = make_subject(west, people_of(west, 1))
    owe(subject, [Promise.objects.get().person_id or 0], what=Contribution.ARGUED)
    answer(councillor, subject, at=NOW)
    comes_back(messages()[0], at=NOW)
    assert states(subject) == ["unreachable"] * 2
    clerk = make_actor(west, Role.CLERK)
    (listed,) = list_unreached(clerk)
    with pytest.raises(NotAllowed):
        tell_in_person(actor=councillor, promise_id=listed.pk, how=Told.PHONE, now=LATER)
    tell_in_person(actor=clerk, promise_id=listed.pk, how=Told.PHONE, now=LATER)
    assert states(subject) == ["kept"] * 2
    assert set(Promise.objects.values_list("told_by", "told_by_person")) == {("phone", clerk.person_id)}
    assert answered_subjects == [subject.subject_id]
    assert not list_unreached(clerk).exists()
    with pytest.raises(AlreadyTold):
        tell_in_person(actor=clerk, promise_id=listed.pk, how=Told.PHONE, now=LATER)


def test_a_selection_is_answered_and_the_others_wait(west: Portal, councillor: Actor) -> None:
    one, two = people_of(west, 2)
    subject = make_subject(west, [one])
    owe(subject, [two], what=Contribution.ARGUED)
    answer(councillor, subject, at=NOW, contributions=("argued",))
    assert states(subject) == ["open", "answered"]
    assert [message.person_id for message in messages()] == [two]
    answer(councillor, subject, at=NOW)
    assert states(subject) == ["answered", "answered"]


@pytest.mark.parametrize("missing", ["done", "not_done", "why"])
def test_an_answer_says_what_was_done_what_was_not_and_why(
    west: Portal, councillor: Actor, missing: str
) -> None:
    subject = make_subject(west, people_of(west, 1))
    text = AnswerText(**{**{"done": "a", "not_done": "b", "why": "c"}, missing: "  "})
    draft = keep_draft(actor=councillor, public_id=subject.public_id, text=text, now=NOW)
    with pytest.raises(InvalidInput) as refusal:
        send_answer(actor=councillor, answer_public_id=draft.public_id, edition=draft.edition, now=NOW)
    assert refusal.value.field == missing
    assert states(subject) == ["open"]
    assert not messages()


def test_a_second_click_sends_nothing_twice(west: Portal, councillor: Actor) -> None:
    subject = make_subject(west, people_of(west, 2))
    sent = answer(councillor, subject, at=NOW)
    again = send_answer(actor=councillor, answer_public_id=sent.public_id, edition=sent.edition, now=LATER)
    assert (again.pk, again.sent_at) == (sent.pk, NOW)
    assert len(messages()) == 2


def test_what_was_not_looked_at_is_not_sent(west: Portal, councillor: Actor) -> None:
    subject = make_subject(west, people_of(west, 1))
    seen = keep_draft(actor=councillor, public_id=subject.public_id, text=TEXT, now=NOW)
    edition = seen.edition
    # The same words again are no change.
    keep_draft(actor=councillor, public_id=subject.public_id, text=TEXT, now=NOW)
    changed = AnswerText(done="Toch niet.", not_done="Niet gedaan.", why="Daarom.")
    newer = keep_draft(actor=councillor, public_id=subject.public_id, text=changed, now=NOW)
    assert (newer.pk, newer.edition) == (seen.pk, edition + 1)
    with pytest.raises(DraftChanged):
        send_answer(actor=councillor, answer_public_id=seen.public_id, edition=edition, now=NOW)
    assert states(subject) == ["open"]


def test_two_officials_answer_and_the_second_is_told_so(west: Portal, councillor: Actor) -> None:
    subject, other = make_subject(west, people_of(west, 1)), make_actor(west, Role.COUNCILLOR)
    theirs = keep_draft(actor=other, public_id=subject.public_id, text=TEXT, now=NOW)
    answer(councillor, subject, at=NOW)
    with pytest.raises(NobodyWaits):
        send_answer(actor=other, answer_public_id=theirs.public_id, edition=theirs.edition, now=NOW)
    assert len(messages()) == 1
    theirs.refresh_from_db()
    assert (theirs.done, theirs.sent_at) == ("Gedaan.", None)


def test_nobody_sees_or_sends_the_draft_of_another(west: Portal, councillor: Actor) -> None:
    subject, other = make_subject(west, people_of(west, 1)), make_actor(west, Role.COUNCILLOR)
    draft = keep_draft(actor=councillor, public_id=subject.public_id, text=TEXT, now=NOW)
    with pytest.raises(NotFound):
        send_answer(actor=other, answer_public_id=draft.public_id, edition=draft.edition, now=NOW)


WHO = [
    ([Role.COUNCILLOR], Role.COUNCILLOR, False, True),
    ([Role.OFFICIAL], Role.OFFICIAL, False, True),
    ([Role.CLERK], Role.CLERK, False, True),
    ([Role.OFFICIAL], Role.COUNCILLOR, False, False),
    ([Role.OFFICIAL], Role.COUNCILLOR, True, True),
    ([Role.ADMINISTRATOR], Role.ADMINISTRATOR, True, False),
    ([Role.MODERATOR], Role.MODERATOR, True, False),
    ([], Role.COUNCILLOR, True, False),
]


@pytest.mark.parametrize(("roles", "owed_by", "is_owner", "may"), WHO)
def test_who_may_answer(west: Portal, roles: list[Role], owed_by: Role, is_owner: bool, may: bool) -> None:
    actor = make_actor(west, *roles)
    subject = make_subject(west, people_of(west, 1), owed_by=owed_by)
    if is_owner:
        Subject.objects.update(owner=actor.person_id)
    try:
        answer(actor, subject, at=NOW)
    except (NotAllowed, NotFound):
        assert not may
    else:
        assert may
    assert states(subject) == ["answered" if may else "open"]


def test_an_official_of_another_municipality_finds_nothing(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 1))
    elsewhere = make_portal("oosterpark", code="GM0014")
    stranger = make_actor(elsewhere, Role.COUNCILLOR)
    with in_municipality(elsewhere.municipality_id), pytest.raises(NotFound):
        answer(stranger, subject, at=NOW)


def test_the_last_who_leaves_leaves_nothing_owed(
    west: Portal, councillor: Actor, answered_subjects: list[int]
) -> None:
    """A plan must not wait for ever for somebody who is not there any more."""
    person = make_person(west)
    subject = make_subject(west, [person.pk])
    answer(councillor, subject, at=NOW)
    leave(actor=actor_of(person, west), now=LATER)
    assert states(subject) == ["gone"]
    assert answered_subjects == [subject.subject_id]


def test_an_answer_is_signed_by_who_gave_it_and_for_what_they_stand(west: Portal) -> None:
    person = make_person(west, name="Ingrid")
    given(west, Role.COUNCILLOR, person=person, affiliation="Buurtlijst", now=NOW)
    actor = actor_of(person, west, at=NOW)
    subject = make_subject(west, people_of(west, 1))
    sent = answer(actor, subject, at=NOW)
    (message,) = messages()
    assert (
        "Daar is de stoep te smal.\n\nIngrid, Buurtlijst\nCouncillor\n\n"
        in words_of(message, language="en").body
    )
    assert sent.signature == "Ingrid, Councillor, Buurtlijst"
    # Whoever left keeps their role and party, and no name.
    leave(actor=actor, now=LATER)
    assert Answer.objects.get(pk=sent.pk).signature == "Councillor, Buurtlijst"


def test_who_wrote_and_leaves_takes_the_drafts_along(west: Portal) -> None:
    person = make_person(west, roles=[Role.COUNCILLOR])
    actor = actor_of(person, west)
    sent_about, draft_about = (make_subject(west, people_of(west, 1)) for _ in range(2))
    answer(actor, sent_about, at=NOW)
    keep_draft(actor=actor, public_id=draft_about.public_id, text=TEXT, now=NOW)
    leave(actor=actor, now=LATER)
    assert [(row.subject_id, row.written_by_id) for row in Answer.objects.all()] == [(sent_about.pk, None)]
