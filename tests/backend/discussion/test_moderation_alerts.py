"""What waits too long is told to moderators, once a day, and to administrators when it lasts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from backend.core.due import walk
from backend.discussion.models import Thread, WaitingAlert
from backend.discussion.services.moderation.texts import release
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.rendering import words_of
from backend.places.models import Portal
from tests.builders.discussions import make_argument, make_thread
from tests.builders.moderation import (
    grounds_for,
    hidden,
    make_moderator,
    objection_to,
    report_of,
)
from tests.builders.people import make_actor

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=NOW)


def told(template: str) -> Counter[int]:
    return Counter(Message.objects.filter(template=template).values_list("person_id", flat=True))


def test_a_text_that_waits_for_a_day_is_told_once_a_day_until_somebody_looks(
    west: Portal, thread: Thread
) -> None:
    moderators = [make_moderator(west) for _ in range(2)]
    administrator = make_actor(west, Role.ADMINISTRATOR)
    held = make_argument(thread, "www.example.org", at=NOW)
    walk(NOW + DAY - HOUR)
    assert not told("text_waits")
    for at in (NOW + DAY, NOW + DAY + HOUR, NOW + DAY + 2 * HOUR):
        walk(at)
    assert told("text_waits") == {person.person_id: 1 for person in moderators}
    message = Message.objects.filter(template="text_waits").select_related("portal").first()
    assert message is not None
    assert words_of(message, language="en").subject == "A text has waited for a moderator for 24 hours"
    assert f"/werk/modereren/tekst/{held.public_id}/" in words_of(message, language="en").body
    walk(NOW + 2 * DAY)
    assert told("text_waits") == {
        **{person.person_id: 2 for person in moderators},
        administrator.person_id: 1,
    }
    assert WaitingAlert.objects.count() == 2
    release(
        actor=moderators[0],
        post_public_id=held.public_id,
        grounds=grounds_for(held),
        now=NOW + 2 * DAY,
    )
    walk(NOW + 3 * DAY)
    assert WaitingAlert.objects.count() == 2


def test_a_reported_text_waits_from_its_first_report(west: Portal, thread: Thread) -> None:
    moderator = make_moderator(west)
    post = make_argument(thread, "Jij bent een dief.", at=NOW - 9 * DAY)
    report_of(post, at=NOW)
    report_of(post, at=NOW + 20 * HOUR)
    walk(NOW + DAY - HOUR)
    assert not told("text_waits")
    walk(NOW + DAY)
    assert told("text_waits") == {moderator.person_id: 1}


def test_without_moderators_administrators_hear_of_it_at_once(west: Portal, thread: Thread) -> None:
    administrator = make_actor(west, Role.ADMINISTRATOR)
    make_argument(thread, "www.example.org", at=NOW)
    walk(NOW + DAY)
    assert told("text_waits") == {administrator.person_id: 1}


def test_what_belongs_to_a_hidden_subject_waits_for_nobody(west: Portal, thread: Thread) -> None:
    make_moderator(west)
    make_argument(thread, "www.example.org", at=NOW)
    Thread.objects.filter(pk=thread.pk).update(state="hidden")
    walk(NOW + 9 * DAY)
    assert not told("text_waits")


def test_an_objection_that_waits_for_a_week_is_told_to_the_others(west: Portal, thread: Thread) -> None:
    first, second = make_moderator(west), make_moderator(west)
    administrator = make_actor(west, Role.ADMINISTRATOR)
    writer = make_actor(west)
    post = make_argument(thread, "Jij bent een dief.", at=NOW, writer=writer)
    objection_to(hidden(post, by=first, at=NOW), by=writer, at=NOW)
    walk(NOW + 7 * DAY - HOUR)
    assert not told("objection_waits")
    walk(NOW + 7 * DAY)
    walk(NOW + 7 * DAY + HOUR)
    assert told("objection_waits") == {second.person_id: 1}
    walk(NOW + 14 * DAY)
    assert told("objection_waits") == {second.person_id: 2, administrator.person_id: 1}
