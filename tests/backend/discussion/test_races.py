"""Many people at the same moment: nothing stands there twice, and every count is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from backend.discussion.errors import TextGone, TooManyPinned
from backend.discussion.models import Convinced, Post, Revision, Thread, Visit
from backend.discussion.services.arguments import (
    edit_text,
    mark_convincing,
    place_argument,
    reply,
    unmark_convincing,
    withdraw_text,
)
from backend.discussion.services.facilitation import pin
from backend.discussion.services.visits import note_visit
from backend.discussion.states import PostState
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.people import make_actor
from tests.builders.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
Job = Callable[[], object]


def race(portal: Portal, jobs: list[Job]) -> list[object]:
    return list(at_once(jobs, municipality_id=portal.municipality_id))


def failures(answers: list[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_one_form_sent_eight_times_stands_there_once(west: Portal) -> None:
    thread, writer = make_thread(west, at=NOW), make_actor(west)
    placing = partial(
        place_argument, actor=writer, thread_public_id=thread.public_id, side="for", text="Tekst", now=NOW
    )
    answers = race(west, [placing] * 8)
    assert failures(answers) == []
    assert Post.objects.count() == 1
    assert set(answers) == {Post.objects.get()}


def test_forty_texts_get_forty_versions_in_order(west: Portal) -> None:
    thread, writers = make_thread(west, at=NOW), [make_actor(west) for _ in range(8)]
    argument = make_argument(thread, at=NOW, writer=writers[0])
    jobs: list[Job] = [
        partial(
            reply,
            actor=writers[number % 8],
            post_public_id=argument.public_id,
            text=f"Reactie {number}",
            now=NOW,
        )
        for number in range(40)
    ]
    assert failures(race(west, jobs)) == []
    replies = list(Post.objects.filter(parent=argument).order_by("version").values_list("pk", "version"))
    assert [version for _pk, version in replies] == list(range(2, 42))
    assert [pk for pk, _version in replies] == sorted(pk for pk, _version in replies)
    assert (again(argument).reply_count, again(argument).version) == (40, 41)
    assert Thread.objects.get().version == 41
    # Whoever wrote the argument replied to themselves as well, and hears of the others once.
    assert Message.objects.filter(template="reply_placed").count() == 1


def test_one_person_in_eight_threads_is_convinced_once(west: Portal) -> None:
    post, reader = make_argument(make_thread(west, at=NOW), at=NOW), make_actor(west)
    marking = partial(mark_convincing, actor=reader, post_public_id=post.public_id, now=NOW)
    assert failures(race(west, [marking] * 8)) == []
    assert (again(post).convincing_count, Convinced.objects.count()) == (1, 1)


@pytest.mark.parametrize("turn", range(2))
def test_marks_that_come_and_go_are_counted_right(west: Portal, turn: int) -> None:
    post = make_argument(make_thread(west, at=NOW), at=NOW)
    readers = [make_actor(west) for _ in range(5)]
    jobs: list[Job] = [
        partial(
            mark_convincing if (number + turn) % 3 else unmark_convincing,
            actor=readers[number % 5],
            post_public_id=post.public_id,
            now=NOW,
        )
        for number in range(40)
    ]
    assert failures(race(west, jobs)) == []
    assert again(post).convincing_count == Convinced.objects.count()


def test_what_is_withdrawn_while_others_reply_and_are_convinced_keeps_right_counts(west: Portal) -> None:
    writer, others = make_actor(west), [make_actor(west) for _ in range(6)]
    post = make_argument(make_thread(west, at=NOW), at=NOW, writer=writer)
    jobs: list[Job] = [
        partial(reply, actor=other, post_public_id=post.public_id, text="Reactie", now=NOW)
        for other in others
    ]
    jobs += [
        partial(mark_convincing, actor=other, post_public_id=post.public_id, now=NOW) for other in others
    ]
    jobs.insert(5, partial(withdraw_text, actor=writer, post_public_id=post.public_id, now=NOW))
    jobs.insert(7, partial(edit_text, actor=writer, post_public_id=post.public_id, text="Anders", now=NOW))
    assert {type(failure) for failure in failures(race(west, jobs))} <= {TextGone}
    post = again(post)
    assert (post.state, post.text, post.convincing_count) == (PostState.WITHDRAWN, "", 0)
    assert Convinced.objects.count() == Revision.objects.count() == 0
    assert post.reply_count == Post.objects.filter(parent=post).count()


def test_a_text_that_is_edited_in_two_tabs_keeps_all_it_said(west: Portal) -> None:
    writer = make_actor(west)
    post = make_argument(make_thread(west, at=NOW), "Eerst", at=NOW, writer=writer)
    jobs: list[Job] = [
        partial(edit_text, actor=writer, post_public_id=post.public_id, text=f"Versie {number}", now=LATER)
        for number in range(8)
    ]
    assert failures(race(west, jobs)) == []
    said = Counter([again(post).text, *Revision.objects.values_list("text", flat=True)])
    assert said == Counter(["Eerst", *(f"Versie {number}" for number in range(8))])


def test_two_councillors_pin_three_texts_at_most(west: Portal) -> None:
    thread, writer = make_thread(west, at=NOW), make_actor(west)
    councillors = [make_actor(west, Role.COUNCILLOR, name="Ingrid") for _ in range(2)]
    posts = [make_argument(thread, f"Argument {number}", at=NOW, writer=writer) for number in range(8)]
    answers = race(
        west,
        [
            partial(pin, actor=councillors[number % 2], post_public_id=post.public_id, now=NOW)
            for number, post in enumerate(posts)
        ],
    )
    assert [type(failure) for failure in failures(answers)] == [TooManyPinned] * 5
    assert Post.objects.exclude(pinned_at=None).count() == 3


def test_the_last_of_a_persons_texts_is_the_last_once(west: Portal) -> None:
    """Two tabs that withdraw two texts: one of them is told that nothing is left."""
    writer, thread = make_actor(west), make_thread(west, at=NOW)
    argument = make_argument(thread, at=NOW, writer=writer)
    posts = [argument, make_reply(argument, at=NOW, writer=writer)]
    jobs: list[Job] = [
        partial(withdraw_text, actor=writer, post_public_id=post.public_id, now=NOW)
        for post in posts
        for _ in range(4)
    ]
    assert failures(race(west, jobs)) == []
    assert again(argument).reply_count == 0
    assert Post.objects.filter(state=PostState.WITHDRAWN).count() == 2


def test_two_tabs_remember_the_furthest_version(west: Portal) -> None:
    thread, reader = make_thread(west, at=NOW), make_actor(west)
    Thread.objects.update(version=8)
    versions = [3, 8, 1, 5, 2, 7, 4, 6]
    jobs: list[Job] = [
        partial(note_visit, actor=reader, thread_public_id=thread.public_id, version=version, now=NOW)
        for version in versions
    ]
    assert failures(race(west, jobs)) == []
    assert Visit.objects.get().version == 8
