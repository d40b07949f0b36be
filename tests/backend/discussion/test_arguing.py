"""Arguing, replying, editing, withdrawing and being convinced, as a resident meets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.audit.models import Entry
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.core.events import subscribe
from backend.discussion.errors import DiscussionClosed, TextGone, TooLateToEdit
from backend.discussion.events import PostPlaced, PostWithdrawn
from backend.discussion.models import Convinced, Post, Revision, Thread, Visit
from backend.discussion.services.arguments import (
    edit_text,
    mark_convincing,
    place_argument,
    reply,
    unmark_convincing,
    withdraw_text,
)
from backend.discussion.services.threads import keep_in_step
from backend.discussion.services.visits import note_replies_seen, note_visit
from backend.discussion.states import PostState, Side, ThreadState
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.services import mark_read
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.roles import given

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
heard: list[PostPlaced | PostWithdrawn] = []


@subscribe(PostPlaced)
def _hear_of_placed(event: PostPlaced) -> None:
    heard.append(event)


@subscribe(PostWithdrawn)
def _hear_of_withdrawn(event: PostWithdrawn) -> None:
    heard.append(event)


@pytest.fixture
def thread(west: Portal) -> Thread:
    heard.clear()
    return make_thread(west, at=NOW)


def version_of(thread: Thread) -> int:
    return Thread.objects.get(pk=thread.pk).version


def actions() -> list[str]:
    return [
        action
        for action in Entry.objects.order_by("pk").values_list("action", flat=True)
        if "discussion" in action
    ]


def test_an_argument_stands_at_its_side_and_the_subject_hears_of_it(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    post = make_argument(thread, "  Oude mensen\r\nwillen zitten.\0 ", at=NOW, writer=writer)
    assert (post.side, post.state, post.text) == ("for", "shown", "Oude mensen\nwillen zitten.")
    assert (post.author_id, post.author_role, post.author_name) == (writer.person_id, "", "")
    assert post.version == post.text_version == version_of(thread) == 1
    assert [(type(event), event.post_id, event.person_id) for event in heard] == [
        (PostPlaced, post.pk, writer.person_id)
    ]
    assert actions() == ["discussion.argument_placed"]


@pytest.mark.parametrize("text", ["", "   \n ", "\0"])
def test_an_empty_text_is_refused(west: Portal, thread: Thread, text: str) -> None:
    with pytest.raises(InvalidInput, match="Write your text first"):
        make_argument(thread, text, at=NOW)
    assert version_of(thread) == 0


def test_three_thousand_characters_fit_and_one_more_does_not(west: Portal, thread: Thread) -> None:
    # A browser sends two signs for the end of a line; they count as one.
    assert len(make_argument(thread, "é" * 2998 + "\r\n" + "x", at=NOW).text) == 3000
    with pytest.raises(InvalidInput, match=r"3001 characters\. At most 3000") as refused:
        make_argument(thread, "x" * 3001, at=NOW)
    assert refused.value.field == "text"


@pytest.mark.parametrize("side", ["neither", "", "x"])
def test_an_argument_is_for_or_against(west: Portal, thread: Thread, side: str) -> None:
    with pytest.raises(InvalidInput):
        place_argument(
            actor=make_actor(west), thread_public_id=thread.public_id, side=side, text="Tekst", now=NOW
        )


def test_sent_twice_it_stands_there_once(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    first = make_argument(thread, "Tekst", at=NOW, writer=writer)
    assert make_argument(thread, " Tekst ", at=NOW + timedelta(seconds=59), writer=writer) == first
    assert Post.objects.count() == len(heard) == 1
    others = [
        make_argument(thread, "Tekst", at=NOW, writer=writer, side=Side.AGAINST),
        make_argument(thread, "Tekst", at=NOW),
        make_argument(thread, "Tekst", at=NOW + timedelta(minutes=1), writer=writer),
    ]
    assert len({first.pk, *(other.pk for other in others)}) == 4


def test_a_reply_is_counted_and_its_parent_changes(west: Portal, thread: Thread) -> None:
    argument = make_argument(thread, at=NOW)
    answer = make_reply(argument, at=LATER)
    argument = again(argument)
    assert (answer.parent_id, answer.side, argument.reply_count) == (argument.pk, "neither", 1)
    assert (argument.version, argument.text_version, answer.version) == (2, 1, 2)


def test_nobody_replies_to_a_reply(west: Portal, thread: Thread) -> None:
    answer = make_reply(make_argument(thread, at=NOW), at=NOW)
    with pytest.raises(NotAllowed):
        make_reply(answer, at=LATER)


def test_the_writer_of_an_argument_is_told_once_until_they_have_seen_it(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    argument = make_argument(thread, at=NOW, writer=writer)
    told = Message.objects.filter(person_id=writer.person_id, template="reply_placed")
    make_reply(argument, "Van mijzelf", at=LATER, writer=writer)
    assert told.count() == 0
    for number in range(3):
        make_reply(argument, f"Reactie {number}", at=LATER)
    assert told.count() == 1
    assert (told[0].kind, told[0].context["address"]) == ("discussion", f"/tekst/{argument.public_id}/")
    mark_read(actor=writer, now=LATER)
    make_reply(argument, "Reactie 4", at=LATER)
    make_reply(argument, "Reactie 5", at=LATER)
    assert told.count() == 2
    note_visit(actor=writer, thread_public_id=thread.public_id, version=version_of(thread), now=LATER)
    make_reply(argument, "Reactie 6", at=LATER)
    make_reply(argument, "Reactie 7", at=LATER)
    assert told.count() == 3
    note_replies_seen(actor=writer, post_public_id=argument.public_id, now=LATER)
    make_reply(argument, "Reactie 8", at=LATER)
    assert told.count() == 4
    make_reply(make_argument(thread, "Een ander", at=LATER, writer=writer), at=LATER)
    assert told.count() == 5


def test_somebody_with_a_role_is_shown_with_it_and_it_stays(west: Portal, thread: Thread) -> None:
    person = make_person(west, name="Ingrid")
    assignment = given(west, Role.COUNCILLOR, person=person, affiliation="Buurtlijst", now=NOW)
    post = make_argument(thread, at=NOW, writer=actor_of(person, west, at=NOW))
    type(assignment).objects.filter(pk=assignment.pk).update(affiliation="Een ander", ends_on=NOW.date())
    post = again(post)
    assert (post.author_role, post.author_name, post.affiliation) == ("councillor", "Ingrid", "Buurtlijst")


def test_one_edits_for_half_an_hour_and_what_it_was_stays(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    post = make_argument(thread, "Eerst", at=NOW, writer=writer)
    almost = NOW + timedelta(minutes=29, seconds=59)
    edited = edit_text(actor=writer, post_public_id=post.public_id, text="Daarna", now=almost)
    assert (edited.text, edited.edited_at, edited.version, edited.text_version) == ("Daarna", almost, 2, 2)
    assert [revision.text for revision in Revision.objects.all()] == ["Eerst"]
    edit_text(actor=writer, post_public_id=post.public_id, text=" Daarna ", now=almost)
    assert Revision.objects.count() == 1
    with pytest.raises(TooLateToEdit):
        edit_text(
            actor=writer, post_public_id=post.public_id, text="Nog eens", now=NOW + timedelta(minutes=30)
        )
    assert again(post).text == "Daarna"
    with pytest.raises(NotAllowed):
        edit_text(actor=make_actor(west), post_public_id=post.public_id, text="Van mij", now=NOW)
    with pytest.raises(InvalidInput):
        edit_text(actor=writer, post_public_id=post.public_id, text=" ", now=NOW)


def test_withdrawing_leaves_a_trace_and_nothing_else(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    post = make_argument(thread, "Geheim een", at=NOW, writer=writer)
    edit_text(actor=writer, post_public_id=post.public_id, text="Geheim twee", now=NOW)
    answer = make_reply(post, at=NOW)
    mark_convincing(actor=make_actor(west), post_public_id=post.public_id, now=NOW)
    withdraw_text(actor=writer, post_public_id=post.public_id, now=LATER)
    withdraw_text(actor=writer, post_public_id=post.public_id, now=LATER)
    post = again(post)
    assert (post.state, post.text, post.convincing_count, post.reply_count) == ("withdrawn", "", 0, 1)
    assert Revision.objects.count() == Convinced.objects.count() == 0
    assert again(answer).state == "shown"
    assert [event.is_last for event in heard if isinstance(event, PostWithdrawn)] == [True]
    with pytest.raises(TextGone):
        make_reply(post, at=LATER)
    with pytest.raises(TextGone):
        mark_convincing(actor=make_actor(west), post_public_id=post.public_id, now=LATER)
    with pytest.raises(TextGone):
        edit_text(actor=writer, post_public_id=post.public_id, text="Terug", now=LATER)


def test_withdrawing_a_reply_brings_the_count_back(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    argument = make_argument(thread, at=NOW, writer=writer)
    answer = make_reply(argument, at=NOW, writer=writer)
    withdraw_text(actor=writer, post_public_id=answer.public_id, now=LATER)
    assert again(argument).reply_count == 0
    withdraw_text(actor=writer, post_public_id=argument.public_id, now=LATER)
    assert [event.is_last for event in heard if isinstance(event, PostWithdrawn)] == [False, True]


def test_nobody_withdraws_for_somebody_else(west: Portal, thread: Thread) -> None:
    post = make_argument(thread, at=NOW)
    for other in (make_actor(west), make_actor(west, Role.MODERATOR), make_actor(west, Role.COUNCILLOR)):
        with pytest.raises(NotAllowed):
            withdraw_text(actor=other, post_public_id=post.public_id, now=LATER)


def test_an_argument_convinces_somebody_once(west: Portal, thread: Thread) -> None:
    writer, reader = make_actor(west), make_actor(west)
    post = make_argument(thread, at=NOW, writer=writer)
    for _ in range(2):
        assert mark_convincing(actor=reader, post_public_id=post.public_id, now=LATER).convincing_count == 1
    assert (again(post).version, again(post).text_version, version_of(thread)) == (2, 1, 2)
    mark_convincing(actor=make_actor(west), post_public_id=post.public_id, now=LATER)
    for _ in range(2):
        found = unmark_convincing(actor=reader, post_public_id=post.public_id, now=LATER)
        assert found.convincing_count == 1
    with pytest.raises(NotAllowed):
        mark_convincing(actor=writer, post_public_id=post.public_id, now=LATER)


def test_the_record_does_not_tell_which_argument_convinced(west: Portal, thread: Thread) -> None:
    post = make_argument(thread, at=NOW)
    mark_convincing(actor=make_actor(west), post_public_id=post.public_id, now=LATER + timedelta(seconds=7))
    entry = Entry.objects.get(action="discussion.convincing_marked")
    assert (entry.target_type, entry.target_id, entry.at.second) == ("discussion.thread", thread.pk, 0)


def test_in_a_closed_thread_one_only_withdraws(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    post = make_argument(thread, at=NOW, writer=writer)
    keep_in_step(thread_id=thread.pk, state=ThreadState.CLOSED)
    with pytest.raises(DiscussionClosed):
        make_argument(thread, at=LATER)
    with pytest.raises(DiscussionClosed):
        make_reply(post, at=LATER)
    with pytest.raises(DiscussionClosed):
        mark_convincing(actor=make_actor(west), post_public_id=post.public_id, now=LATER)
    with pytest.raises(DiscussionClosed):
        edit_text(actor=writer, post_public_id=post.public_id, text="Anders", now=LATER)
    withdraw_text(actor=writer, post_public_id=post.public_id, now=LATER)
    assert again(post).state == PostState.WITHDRAWN


def test_of_a_hidden_thread_nothing_is_there(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    post = make_argument(thread, at=NOW, writer=writer)
    keep_in_step(thread_id=thread.pk, state=ThreadState.HIDDEN)
    with pytest.raises(NotFound):
        make_argument(thread, at=LATER)
    with pytest.raises(NotFound):
        reply(actor=make_actor(west), post_public_id=post.public_id, text="Tekst", now=LATER)
    with pytest.raises(NotFound):
        withdraw_text(actor=writer, post_public_id=post.public_id, now=LATER)


def test_a_visit_never_goes_back_nor_ahead(west: Portal, thread: Thread) -> None:
    reader = make_actor(west)
    for number in range(3):
        make_argument(thread, f"Argument {number}", at=NOW)
    for version, seen in ((2, 2), (1, 2), (3, 3), (99, 3), (-1, 3)):
        note_visit(actor=reader, thread_public_id=thread.public_id, version=version, now=NOW)
        assert Visit.objects.get().version == seen
