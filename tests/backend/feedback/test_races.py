"""Officials, residents and the post at the same moment: everybody is answered once, and nobody is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from backend.core.actor import Actor
from backend.core.errors import DomainError
from backend.core.tenancy import in_municipality
from backend.feedback.errors import NobodyWaits, NothingToWaive
from backend.feedback.models import Answer, Promise, Subject, Waiver
from backend.feedback.services.answers import AnswerText, keep_draft, send_answer
from backend.feedback.services.reminders import remind_of_answer
from backend.feedback.services.waiving import waive_answers
from backend.identity.models import Person
from backend.identity.services.leaving import leave
from backend.identity.states import Role
from backend.notifications.models import Message, PostBatch
from backend.notifications.services.post import say_posted
from backend.notifications.states import Channel, Delivery
from backend.places.models import Portal
from backend.proposals.due import announcements_to_tell, tell_one
from backend.proposals.services.outcomes import record_outcome
from backend.proposals.states import PlanState
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import again, make_winner, new_outcome
from tests.builders.promises import (
    NOW,
    answer,
    arrives,
    make_subject,
    owe,
    people_of,
)
from tests.builders.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = AnswerText(done="Gedaan.", not_done="Niet gedaan.", why="Daarom.")
PEOPLE = 12


def race(portal: Portal, jobs: list[Callable[[], object]]) -> list[object]:
    return list(at_once(jobs, municipality_id=portal.municipality_id))


def sending(actor: Actor, subject: Subject) -> Callable[[], Answer]:
    draft = keep_draft(actor=actor, public_id=subject.public_id, text=TEXT, now=NOW)
    return partial(send_answer, actor=actor, answer_public_id=draft.public_id, edition=draft.edition, now=NOW)


def failures(found: list[object]) -> list[object]:
    return [one for one in found if isinstance(one, Exception) and not isinstance(one, DomainError)]


def test_a_double_click_and_two_tabs_send_once(west: Portal) -> None:
    subject, councillor = make_subject(west, people_of(west, PEOPLE)), make_actor(west, Role.COUNCILLOR)
    found = race(west, [sending(councillor, subject)] * 8)
    assert not [one for one in found if isinstance(one, Exception)]
    assert Answer.objects.get().people == PEOPLE
    assert Message.objects.filter(template="answer").count() == PEOPLE


def test_of_two_officials_at_once_one_answers(west: Portal) -> None:
    subject = make_subject(west, people_of(west, PEOPLE))
    jobs = [sending(make_actor(west, Role.COUNCILLOR), subject) for _ in range(8)]
    found = race(west, jobs)
    assert sum(isinstance(one, NobodyWaits) for one in found) == 7
    assert not failures(found)
    assert Message.objects.filter(template="answer").count() == PEOPLE
    assert set(Promise.objects.values_list("state", flat=True)) == {"answered"}


def test_who_contributes_while_the_answer_goes_out_is_answered_or_waits(west: Portal) -> None:
    subject, late = make_subject(west, people_of(west, PEOPLE)), people_of(west, 7)
    send = sending(make_actor(west, Role.COUNCILLOR), subject)
    jobs: list[Callable[[], object]] = [send, *(partial(owe, subject, [person]) for person in late)]
    assert not failures(race(west, jobs))
    told = set(Message.objects.filter(template="answer").values_list("person_id", flat=True))
    for promise in Promise.objects.all():
        assert (promise.state == "answered") is (promise.person_id in told)
        assert promise.state in {"answered", "open"}
    assert Promise.objects.count() == PEOPLE + 7


def test_a_waiver_and_an_answer_at_once_share_nobody(west: Portal) -> None:
    for _ in range(4):
        subject = make_subject(west, people_of(west, PEOPLE))
        clerk = make_actor(west, Role.CLERK)
        waive = partial(waive_answers, actor=clerk, public_id=subject.public_id, reason="Vervallen.", now=NOW)
        send = sending(make_actor(west, Role.COUNCILLOR), subject)
        found = at_once([waive, send], threads=2, municipality_id=west.municipality_id)
        refused = [one for one in found if isinstance(one, NobodyWaits | NothingToWaive)]
        assert len(refused) == 1
        assert not failures(found)
        states = set(Promise.objects.filter(subject=subject).values_list("state", flat=True))
        assert states in ({"waived"}, {"answered"})
        assert Waiver.objects.filter(subject=subject).count() == int(states == {"waived"})


def test_the_last_answers_arrive_at_once_and_the_plan_is_decided(west: Portal) -> None:
    """Each sees the other still under way: somebody has to see that nobody is left."""
    plan = make_winner(west, at=NOW, votes=7)
    after = NOW + timedelta(days=40)
    councillor = make_actor(west, Role.COUNCILLOR)
    outcome = new_outcome(next_on=after.date())
    record_outcome(actor=councillor, plan_public_id=plan.public_id, new=outcome, now=after)
    for announcement_id in announcements_to_tell(after):
        tell_one(announcement_id, after)
    told = list(Message.objects.filter(template="outcome"))
    assert len(told) == 8
    jobs = [partial(arrives, message, at=after) for message in told]
    assert not failures(race(west, jobs))
    assert again(plan).state == PlanState.DECIDED


def test_the_last_two_leave_while_an_answer_arrives(west: Portal) -> None:
    plan = make_winner(west, at=NOW, votes=1)
    after = NOW + timedelta(days=40)
    outcome = new_outcome(next_on=after.date())
    councillor = make_actor(west, Role.COUNCILLOR)
    record_outcome(actor=councillor, plan_public_id=plan.public_id, new=outcome, now=after)
    for announcement_id in announcements_to_tell(after):
        tell_one(announcement_id, after)
    message, other = Message.objects.filter(template="outcome").order_by("pk")
    leaver = other.person

    def go() -> None:
        leave(actor=actor_of(leaver, west), now=after)

    found = at_once(
        [partial(arrives, message, at=after), go], threads=2, municipality_id=west.municipality_id
    )
    assert not failures(found)
    assert again(plan).state == PlanState.DECIDED
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept", "gone"}


def test_two_workers_remind_once(west: Portal) -> None:
    make_actor(west, Role.COUNCILLOR)
    subject = make_subject(west, [make_person(west).pk], due_on=NOW.date())
    system = Actor.system("an answer is owed", municipality_id=west.municipality_id)

    def remind() -> None:
        with in_municipality(west.municipality_id):
            remind_of_answer(actor=system, subject_id=subject.pk, now=NOW)

    assert not failures(race(west, [remind] * 8))
    assert Message.objects.filter(template="answer_due").count() == 1


def test_people_leave_while_letters_with_several_answers_are_posted(west: Portal) -> None:
    """Who posts and who leaves act on the same subjects and messages: neither waits for ever."""
    organiser, councillor = make_actor(west, Role.ORGANISER), make_actor(west, Role.COUNCILLOR)
    for _ in range(3):
        people = people_of(west, 7)
        subjects = [make_subject(west, people) for _ in range(3)]
        # The answers come in another order than the subjects.
        for subject in reversed(subjects):
            answer(councillor, subject, at=NOW)
        batch = PostBatch.objects.create(
            municipality_id=west.municipality_id, portal=west, asked_at=NOW, printed_at=NOW
        )
        Message.objects.filter(person__in=people).update(
            batch=batch, channel=Channel.LETTER, delivery=Delivery.SENDING
        )
        post = partial(say_posted, actor=organiser, public_id=batch.public_id, now=NOW)
        leavers = [actor_of(Person.objects.get(pk=person), west) for person in people]
        jobs: list[Callable[[], object]] = [post, *(partial(leave, actor=one, now=NOW) for one in leavers)]
        assert not failures(race(west, jobs))
        states = Promise.objects.filter(subject__in=subjects).values_list("state", "person")
        assert set(states) <= {("gone", None), ("kept", None)}
        assert len(states) == 21
