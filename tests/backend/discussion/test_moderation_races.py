"""Moderators and residents at the same moment: one act, one report, one objection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.discussion.conduct import Act, ConductRule, ObjectionOutcome, PauseDays
from backend.discussion.errors import (
    AlreadyObjected,
    AlreadyPaused,
    AlreadyReported,
    SomebodyWasFirst,
    TextGone,
)
from backend.discussion.models import ModerationAction, Objection, Post, Report
from backend.discussion.services.arguments import edit_text, place_argument, reply
from backend.discussion.services.moderation.moving import Place, move
from backend.discussion.services.moderation.objecting import decide_objection, object_to
from backend.discussion.services.moderation.pausing import pause_writer
from backend.discussion.services.moderation.reporting import report
from backend.discussion.services.moderation.texts import ask_to_rephrase, hide, leave_as_it_is
from backend.discussion.states import PostState, Side
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_thread
from tests.builders.moderation import grounds_for, hidden, make_moderator, report_of
from tests.builders.people import make_actor
from tests.builders.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def race(west: Portal, jobs: list[Callable[[], object]], *, threads: int = 8) -> list[object]:
    return list(at_once(jobs, threads=threads, municipality_id=west.municipality_id))


def failures(answers: list[object]) -> list[type]:
    return [type(answer) for answer in answers if isinstance(answer, Exception)]


def test_of_eight_moderators_one_acts(west: Portal) -> None:
    post = make_argument(make_thread(west, at=NOW), "Jij bent een dief.", at=NOW)
    report_of(post, at=NOW)
    grounds = grounds_for(post)
    acts: list[Callable[..., object]] = [hide, ask_to_rephrase, leave_as_it_is, hide]
    jobs: list[Callable[[], object]] = [
        partial(
            acts[number % 4],
            actor=make_moderator(west),
            post_public_id=post.public_id,
            grounds=grounds,
            now=LATER,
        )
        for number in range(8)
    ]
    assert failures(race(west, jobs)) == [SomebodyWasFirst] * 7
    done = ModerationAction.objects.get()
    expected = PostState.SHOWN if done.act == Act.LEAVE else PostState.HIDDEN
    assert again(post).state == expected


def test_one_person_reports_once_and_is_paused_once(west: Portal) -> None:
    thread = make_thread(west, at=NOW)
    writer = make_actor(west)
    posts = [make_argument(thread, f"Slecht {number}", at=NOW, writer=writer) for number in range(8)]
    reporter = make_actor(west)
    reports: list[Callable[[], object]] = [
        partial(
            report,
            actor=reporter,
            post_public_id=posts[0].public_id,
            rule=ConductRule.INSULT,
            note="",
            now=NOW,
        )
        for _ in range(8)
    ]
    assert failures(race(west, reports)) == [AlreadyReported] * 7
    assert Report.objects.count() == 1
    moderators = [make_moderator(west) for _ in range(8)]
    pauses: list[Callable[[], object]] = [
        partial(
            pause_writer,
            actor=moderator,
            post_public_id=post.public_id,
            days=PauseDays.ONE,
            grounds=grounds_for(post),
            now=LATER,
        )
        for moderator, post in zip(moderators, posts, strict=True)
    ]
    assert failures(race(west, pauses)) == [AlreadyPaused] * 7
    assert ModerationAction.objects.count() == 1


def test_one_objection_and_one_decision(west: Portal) -> None:
    writer, moderator = make_actor(west), make_moderator(west)
    post = make_argument(make_thread(west, at=NOW), "Jij bent een dief.", at=NOW, writer=writer)
    action = hidden(post, by=moderator, at=NOW)
    objecting: list[Callable[[], object]] = [
        partial(object_to, actor=writer, action_public_id=action.public_id, text="Nee", now=LATER)
        for _ in range(8)
    ]
    assert failures(race(west, objecting)) == [AlreadyObjected] * 7
    deciding: list[Callable[[], object]] = [
        partial(
            decide_objection,
            actor=make_moderator(west),
            objection_id=Objection.objects.get().pk,
            outcome=list(ObjectionOutcome)[number % 2],
            reason="Nagekeken.",
            now=LATER,
        )
        for number in range(8)
    ]
    assert failures(race(west, deciding)) == [SomebodyWasFirst] * 7
    is_granted = Objection.objects.get().outcome == ObjectionOutcome.GRANTED
    assert again(post).state == (PostState.SHOWN if is_granted else PostState.HIDDEN)
    assert ModerationAction.objects.filter(act=Act.RESTORE).count() == is_granted


@pytest.mark.parametrize("turn", range(3))
def test_texts_move_both_ways_while_people_reply_and_edit(west: Portal, turn: int) -> None:
    """Nobody waits for each other for ever, and every reply ends where its argument is."""
    here, there = make_thread(west, at=NOW), make_thread(west, at=NOW)
    writer = make_actor(west)
    one = make_argument(here, "Hier geschreven", at=NOW, writer=writer)
    two = make_argument(there, "Daar geschreven", at=NOW, writer=writer)

    def moving(post: Post, address: str) -> Callable[[], object]:
        return partial(
            move,
            actor=make_moderator(west),
            post_public_id=post.public_id,
            place=Place(address=address),
            grounds=grounds_for(post),
            now=LATER,
        )

    def replying(post: Post) -> Callable[[], object]:
        return partial(reply, actor=make_actor(west), post_public_id=post.public_id, text="Ja", now=LATER)

    def editing(post: Post) -> Callable[[], object]:
        return partial(edit_text, actor=writer, post_public_id=post.public_id, text="Anders", now=NOW)

    jobs = [replying(one), replying(two), editing(one), editing(two), replying(one), replying(two)]
    jobs.insert(turn, moving(one, there.address))
    jobs.insert(turn + 2, moving(two, here.address))
    wrong = set(failures(race(west, jobs))) - {SomebodyWasFirst, NotFound, TextGone}
    assert not wrong
    for post in Post.objects.exclude(parent=None).select_related("parent"):
        assert post.parent is not None
        assert post.thread_id == post.parent.thread_id


def test_the_same_text_at_the_same_moment_is_a_repeat_all_but_once(west: Portal) -> None:
    threads = [make_thread(west, at=NOW) for _ in range(8)]
    writer: Actor = make_actor(west)
    jobs: list[Callable[[], object]] = [
        partial(
            place_argument,
            actor=writer,
            thread_public_id=thread.public_id,
            side=Side.FOR,
            text="Meer bomen",
            now=NOW,
        )
        for thread in threads
    ]
    assert not failures(race(west, jobs))
    assert Post.objects.filter(state=PostState.SHOWN).count() == 1
    assert Post.objects.filter(state=PostState.HELD, held_because="repeat").count() == 7
