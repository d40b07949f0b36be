"""Whoever moderators took something from can object, and another moderator decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.discussion.conduct import TIME_TO_OBJECT, Act, ObjectionOutcome
from backend.discussion.errors import (
    AlreadyObjected,
    AlreadyPaused,
    SomebodyWasFirst,
    TooLateToObject,
    WritingPaused,
)
from backend.discussion.models import ModerationAction, Objection, Post, Thread
from backend.discussion.services.arguments import edit_text, mark_convincing, place_argument, reply
from backend.discussion.services.moderation.closing import close_discussion, reopen_discussion
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.services.moderation.moving import Place, move
from backend.discussion.services.moderation.objecting import decide_objection
from backend.discussion.services.moderation.pausing import end_pause
from backend.discussion.services.moderation.recording import Grounds
from backend.discussion.services.moderation.rephrasing import rephrase
from backend.discussion.services.moderation.texts import ask_to_rephrase, release, restore
from backend.discussion.services.threads import close_threads
from backend.discussion.states import PostState, Side, ThreadState
from backend.notifications.models import Message
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.moderation import (
    grounds_for,
    hidden,
    make_moderator,
    objection_to,
    paused,
    report_of,
)
from tests.builders.people import make_actor
from tests.builders.portals import make_portal, visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
GRANTED, UPHELD = ObjectionOutcome.GRANTED, ObjectionOutcome.UPHELD


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=NOW)


@pytest.fixture
def writer(west: Portal) -> Actor:
    return make_actor(west)


@pytest.fixture
def moderator(west: Portal) -> Actor:
    return make_moderator(west)


@pytest.fixture
def second(west: Portal) -> Actor:
    return make_moderator(west)


@pytest.fixture
def post(thread: Thread, writer: Actor) -> Post:
    return make_argument(thread, "Jij bent een dief.", at=NOW, writer=writer)


def decide(
    objection: Objection, *, by: Actor, outcome: ObjectionOutcome, reason: str = "Nagekeken."
) -> Objection:
    return decide_objection(actor=by, objection_id=objection.pk, outcome=outcome, reason=reason, now=LATER)


def people_told(template: str) -> set[int]:
    return set(Message.objects.filter(template=template).values_list("person_id", flat=True))


def test_a_granted_objection_shows_the_text_again_and_tells_the_writer(
    post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    action = hidden(post, by=moderator, at=NOW)
    objection = objection_to(action, by=writer, at=LATER)
    assert people_told("objection_made") == {second.person_id}
    decide(objection, by=second, outcome=GRANTED)
    assert again(post).state == PostState.SHOWN
    action.refresh_from_db()
    assert action.ended_at == LATER
    undoing = ModerationAction.objects.get(act=Act.RESTORE)
    assert (undoing.undoes, undoing.moderator_id) == (action, second.person_id)
    assert people_told("objection_decided") == {writer.person_id}


def test_an_objection_that_is_not_right_changes_nothing(
    post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    objection = objection_to(hidden(post, by=moderator, at=NOW), by=writer, at=LATER)
    decide(objection, by=second, outcome=UPHELD)
    assert again(post).state == PostState.HIDDEN
    assert people_told("objection_decided") == {writer.person_id}
    with pytest.raises(SomebodyWasFirst):
        decide(objection, by=second, outcome=GRANTED)


def test_nobody_judges_their_own_act(
    west: Portal, thread: Thread, post: Post, writer: Actor, moderator: Actor
) -> None:
    reported, interested = make_moderator(west), make_moderator(west)
    report_of(post, at=NOW, reporter=reported)
    objection = objection_to(hidden(post, by=moderator, at=NOW), by=writer, at=LATER)
    declare_interest(actor=interested, thread_public_id=thread.public_id, why="Buurman", now=NOW)
    for actor in (moderator, reported, interested):
        with pytest.raises(NotAllowed):
            decide(objection, by=actor, outcome=UPHELD)
    with pytest.raises(NotAllowed):
        decide(objection, by=make_actor(west), outcome=UPHELD)
    # Whatever the code does: the database refuses it too.
    for person in (moderator.person_id, writer.person_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            Objection.objects.update(
                decided_by=person, outcome=UPHELD, reason="Zelf gedaan", decided_at=LATER
            )


def test_a_moderator_whose_text_was_hidden_does_not_decide_about_it(
    west: Portal, thread: Thread, moderator: Actor
) -> None:
    colleague = make_moderator(west)
    post = make_argument(thread, "Van een moderator.", at=NOW, writer=colleague)
    objection = objection_to(hidden(post, by=moderator, at=NOW), by=colleague, at=LATER)
    with pytest.raises(NotAllowed):
        decide(objection, by=colleague, outcome=GRANTED)


def test_one_objects_once_within_six_weeks_and_only_to_what_was_taken_from_oneself(
    west: Portal, post: Post, writer: Actor, moderator: Actor
) -> None:
    action = hidden(post, by=moderator, at=NOW)
    for stranger in (make_actor(west), visitor_of(west), moderator):
        with pytest.raises(NotFound):
            objection_to(action, by=stranger, at=LATER)
    with pytest.raises(TooLateToObject):
        objection_to(action, by=writer, at=NOW + TIME_TO_OBJECT + timedelta(seconds=1))
    objection_to(action, by=writer, at=NOW + TIME_TO_OBJECT)
    with pytest.raises(AlreadyObjected):
        objection_to(action, by=writer, at=LATER)
    given = restore(actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=LATER)
    with pytest.raises(NotAllowed):
        objection_to(given, by=writer, at=LATER)


def test_a_text_that_was_rephrased_is_shown_as_it_is_now_when_the_objection_is_right(
    post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    action = ask_to_rephrase(
        actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=NOW
    )
    objection = objection_to(action, by=writer, at=LATER)
    rephrase(actor=writer, action_public_id=action.public_id, text="Anders gezegd.", now=LATER)
    decide(objection, by=second, outcome=GRANTED)
    assert (again(post).state, again(post).text) == (PostState.SHOWN, "Anders gezegd.")


def test_a_text_that_waits_for_another_reason_keeps_waiting_when_the_objection_is_right(
    post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    action = ask_to_rephrase(
        actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=NOW
    )
    objection = objection_to(action, by=writer, at=NOW)
    rephrase(actor=writer, action_public_id=action.public_id, text="Anders gezegd.", now=NOW)
    release(actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=NOW)
    edit_text(actor=writer, post_public_id=post.public_id, text="Kijk op www.example.org", now=NOW)
    decide(objection, by=second, outcome=GRANTED)
    assert (again(post).state, again(post).held_because) == (PostState.HELD, "link")


def test_what_a_later_act_hid_stays_hidden(
    west: Portal, post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    first = hidden(post, by=moderator, at=NOW)
    restore(actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=NOW)
    hidden(post, by=moderator, at=NOW)
    decide(objection_to(first, by=writer, at=LATER), by=second, outcome=GRANTED)
    assert again(post).state == PostState.HIDDEN


def test_who_is_paused_writes_nothing_but_reads_reports_and_is_convinced(
    west: Portal, thread: Thread, post: Post, writer: Actor, moderator: Actor
) -> None:
    other = make_argument(thread, "Van een ander.", at=NOW)
    pause = paused(post, by=moderator, at=NOW)
    assert pause.until == NOW + timedelta(days=7)
    with pytest.raises(WritingPaused, match="until 19 January 2027, 10:30"):
        place_argument(
            actor=writer, thread_public_id=thread.public_id, side=Side.FOR, text="Nog iets", now=LATER
        )
    with pytest.raises(WritingPaused):
        reply(actor=writer, post_public_id=other.public_id, text="Nee", now=LATER)
    with pytest.raises(WritingPaused):
        edit_text(actor=writer, post_public_id=post.public_id, text="Anders", now=NOW)
    report_of(other, at=LATER, reporter=writer)
    mark_convincing(actor=writer, post_public_id=other.public_id, now=LATER)
    assert Message.objects.get(template="moderated").person_id == writer.person_id
    over = NOW + timedelta(days=7)
    make_argument(thread, "Weer terug.", at=over, writer=writer)


def test_a_pause_is_of_one_portal_and_ends_early_or_by_objection(
    west: Portal, thread: Thread, post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    pause = paused(post, by=moderator, at=NOW)
    with pytest.raises(AlreadyPaused):
        paused(post, by=second, at=NOW)
    end_pause(actor=second, action_public_id=pause.public_id, grounds=Grounds(reason="Genoeg."), now=LATER)
    make_argument(thread, "Weer terug.", at=LATER, writer=writer)
    with pytest.raises(SomebodyWasFirst):
        end_pause(actor=second, action_public_id=pause.public_id, grounds=Grounds(reason="."), now=LATER)
    again_paused = paused(post, by=moderator, at=LATER)
    decide(objection_to(again_paused, by=writer, at=LATER), by=second, outcome=GRANTED)
    make_argument(thread, "Alweer terug.", at=LATER, writer=writer)
    # A pause that is over by itself stands in the way of no other.
    paused(post, by=moderator, at=LATER)
    much_later = LATER + timedelta(days=8)
    paused(post, by=moderator, at=much_later)


def test_nobody_ends_their_own_pause(west: Portal, thread: Thread, moderator: Actor) -> None:
    colleague = make_moderator(west)
    pause = paused(
        make_argument(thread, "Van een moderator.", at=NOW, writer=colleague), by=moderator, at=NOW
    )
    with pytest.raises(NotAllowed):
        end_pause(
            actor=colleague,
            action_public_id=pause.public_id,
            grounds=Grounds(reason="Genoeg."),
            now=LATER,
        )


def test_a_closed_discussion_tells_everybody_in_it_and_each_can_object(
    west: Portal, thread: Thread, post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    other = make_actor(west)
    make_reply(post, at=NOW, writer=other)
    action = close_discussion(
        actor=moderator, thread_public_id=thread.public_id, grounds=grounds_for(None), now=NOW
    )
    thread.refresh_from_db()
    assert (thread.state, thread.closed_because) == (ThreadState.CLOSED, action.reason)
    assert people_told("moderated") == {writer.person_id, other.person_id}
    with pytest.raises(SomebodyWasFirst):
        close_discussion(actor=second, thread_public_id=thread.public_id, grounds=grounds_for(None), now=NOW)
    with pytest.raises(NotFound):
        objection_to(action, by=make_actor(west), at=LATER)
    one, two = (objection_to(action, by=person, at=LATER) for person in (writer, other))
    decide(one, by=second, outcome=GRANTED)
    thread.refresh_from_db()
    assert (thread.state, thread.closed_because) == (ThreadState.OPEN, "")
    # The others are right too.
    two.refresh_from_db()
    assert two.outcome == GRANTED
    assert people_told("objection_decided") == {writer.person_id, other.person_id}


def test_a_moderator_opens_again_what_a_moderator_closed_and_nothing_else(
    west: Portal, thread: Thread, post: Post, moderator: Actor
) -> None:
    about = {"actor": moderator, "thread_public_id": thread.public_id, "now": LATER}
    with pytest.raises(SomebodyWasFirst):
        reopen_discussion(grounds=Grounds(reason="Het is rustig."), **about)
    close_discussion(grounds=grounds_for(None), **about)
    reopen_discussion(grounds=Grounds(reason="Het is rustig."), **about)
    make_argument(thread, "Weer open.", at=LATER)
    # Its subject is decided after a moderator closed it: nobody argues about that any more.
    close_discussion(grounds=grounds_for(None), **about)
    close_threads(thread_ids=Thread.objects.filter(pk=thread.pk).values("pk"))
    with pytest.raises(SomebodyWasFirst):
        reopen_discussion(grounds=Grounds(reason="Het is rustig."), **about)


def test_a_text_moves_to_the_other_side_and_back(
    post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    version = again(post).thread.version
    action = move(
        actor=moderator,
        post_public_id=post.public_id,
        place=Place(side=Side.AGAINST),
        grounds=grounds_for(post),
        now=NOW,
    )
    moved = again(post)
    assert moved.side == Side.AGAINST
    assert moved.version == moved.thread.version > version
    decide(objection_to(action, by=writer, at=LATER), by=second, outcome=GRANTED)
    assert again(post).side == Side.FOR
    assert ModerationAction.objects.filter(act=Act.MOVE_BACK, undoes=action).exists()


def test_a_text_moves_to_another_discussion_with_its_replies_and_back(
    west: Portal, thread: Thread, post: Post, writer: Actor, moderator: Actor, second: Actor
) -> None:
    elsewhere = make_thread(west, at=NOW, title="Bomen")
    answer = make_reply(post, at=NOW)
    action = move(
        actor=moderator,
        post_public_id=post.public_id,
        place=Place(address=elsewhere.address),
        grounds=grounds_for(post),
        now=NOW,
    )
    assert again(post).thread == again(answer).thread == elsewhere
    assert again(post).reply_count == 1
    assert again(post).version == again(post).thread.version
    decide(objection_to(action, by=writer, at=LATER), by=second, outcome=GRANTED)
    assert again(post).thread == again(answer).thread == thread


def test_a_text_moves_only_where_it_can_stand(
    west: Portal, thread: Thread, post: Post, moderator: Actor
) -> None:
    groningen = make_portal("groningen", code="GM0014")
    far = make_thread(groningen, at=NOW)
    gone = make_thread(west, at=NOW)
    Thread.objects.filter(pk=gone.pk).update(state=ThreadState.HIDDEN)
    interested = make_thread(west, at=NOW)
    declare_interest(actor=moderator, thread_public_id=interested.public_id, why="Mijn straat", now=NOW)

    def moved(text: Post, place: Place) -> None:
        move(
            actor=moderator,
            post_public_id=text.public_id,
            place=place,
            grounds=grounds_for(text),
            now=NOW,
        )

    for place in (Place(side=Side.FOR), Place(address=far.address), Place(address=gone.address)):
        with pytest.raises(InvalidInput):
            moved(post, place)
    with pytest.raises(InvalidInput):
        moved(make_reply(post, at=NOW), Place(side=Side.AGAINST))
    with pytest.raises(NotAllowed):
        moved(post, Place(address=interested.address))
    assert again(post).thread == thread
