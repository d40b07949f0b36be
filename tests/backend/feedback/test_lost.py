"""Answers whose message is gone: whoever waits for one is told in person, and the subject can still close."""

from __future__ import annotations

from datetime import timedelta

from backend.audit.models import Entry
from backend.core.due import walk
from backend.feedback.models import Promise
from backend.feedback.services.lost import LOST_AFTER, answers_to_look_for
from backend.feedback.services.waiving import waive_answers
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.states import Delivery
from backend.places.models import Portal
from tests.builders.people import make_actor
from tests.builders.promises import NOW, answer, make_subject, people_of

SOON, LATER = NOW + timedelta(minutes=5), NOW + LOST_AFTER + timedelta(minutes=1)


def states() -> dict[int | None, str]:
    return dict(Promise.objects.values_list("person_id", "state"))


def test_only_whose_message_is_gone_is_told_in_person(west: Portal) -> None:
    gone, waits, uncertain, failed = people_of(west, 4)
    subject = make_subject(west, [gone, waits, uncertain, failed])
    answer(make_actor(west, Role.COUNCILLOR), subject, at=NOW)
    Message.objects.filter(person=gone).delete()
    # None of these goes out by itself now.
    Message.objects.filter(person=waits).update(next_attempt_at=None)
    Message.objects.filter(person=uncertain).update(delivery=Delivery.UNCERTAIN)
    Message.objects.filter(person=failed).update(delivery=Delivery.FAILED)
    walk(SOON)
    assert set(states().values()) == {"answered"}
    walk(LATER)
    assert states() == {gone: "unreachable", waits: "answered", uncertain: "answered", failed: "answered"}
    assert Entry.objects.filter(action="feedback.answers_lost").count() == 1
    assert answers_to_look_for(LATER) == []


def test_what_nobody_can_get_any_more_can_be_waived(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 2))
    answer(make_actor(west, Role.COUNCILLOR), subject, at=NOW)
    Message.objects.filter(template="answer").delete()
    walk(LATER)
    waiver = waive_answers(
        actor=make_actor(west, Role.CLERK), public_id=subject.public_id, reason="Adressen weg.", now=LATER
    )
    assert waiver.promises == 2
    assert set(states().values()) == {"waived"}
