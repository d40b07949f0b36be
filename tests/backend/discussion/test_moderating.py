"""Moderators act on texts, with a rule and a reason, and everybody concerned hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotAllowed
from backend.discussion.conduct import MOST_REPORTS, REPORTS_WITHIN, ConductRule, ReportOutcome
from backend.discussion.errors import AlreadyReported, SomebodyWasFirst, TooManyReports
from backend.discussion.models import ModerationAction, Post, Report, Thread
from backend.discussion.permissions import can_read_text, visible_posts
from backend.discussion.selectors.moderation.items import QueueFilter, get_item, list_waiting
from backend.discussion.services.arguments import edit_text, place_argument, withdraw_text
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.services.moderation.recording import Grounds
from backend.discussion.services.moderation.rephrasing import rephrase
from backend.discussion.services.moderation.reporting import report
from backend.discussion.services.moderation.texts import (
    ask_to_rephrase,
    hide,
    leave_as_it_is,
    release,
    restore,
)
from backend.discussion.states import PostState, Side
from backend.notifications.models import Message
from backend.notifications.rendering import words_of
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.moderation import REASON, grounds_for, hidden, make_moderator, report_of
from tests.builders.people import make_actor
from tests.builders.portals import visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


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
def post(thread: Thread, writer: Actor) -> Post:
    return make_argument(thread, "Jij bent een dief.", at=NOW, writer=writer)


def told(template: str) -> list[tuple[int, str]]:
    """Who was told what, by subject line."""
    messages = Message.objects.filter(template=template).select_related("portal").order_by("pk")
    return [(message.person_id, words_of(message, language="en").subject) for message in messages]


def test_a_hidden_text_is_read_by_its_writer_and_moderators_alone(
    west: Portal, post: Post, writer: Actor, moderator: Actor
) -> None:
    version = post.thread.version
    hidden(post, by=moderator, at=LATER)
    now = again(post)
    assert now.state == PostState.HIDDEN
    assert now.version > version
    assert now.version == now.thread.version
    assert can_read_text(writer, now)
    assert can_read_text(moderator, now)
    assert not can_read_text(visitor_of(west), now)
    assert not can_read_text(make_actor(west), now)
    # That something stood there stays in sight.
    assert visible_posts(visitor_of(west)).filter(pk=post.pk).exists()


def test_the_writer_is_told_what_why_and_how_to_object(
    west: Portal, post: Post, writer: Actor, moderator: Actor
) -> None:
    action = hidden(post, by=moderator, at=LATER)
    message = Message.objects.select_related("portal").get(template="moderated")
    assert message.person_id == writer.person_id
    said = words_of(message, language="en").body
    for part in ("Insult or threat", REASON, "23 February 2027", f"/mijn/modereren/{action.public_id}/"):
        assert part in said


def test_an_act_needs_a_reason(post: Post, moderator: Actor) -> None:
    with pytest.raises(InvalidInput):
        hide(
            actor=moderator,
            post_public_id=post.public_id,
            grounds=grounds_for(post, reason="  "),
            now=LATER,
        )
    action = hidden(post, by=moderator, at=LATER)
    for empty in ({"reason": ""}, {"rule": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModerationAction.objects.filter(pk=action.pk).update(**empty)


def test_a_text_that_was_never_public_leaves_no_trace_when_it_is_hidden(
    west: Portal, thread: Thread, writer: Actor, moderator: Actor
) -> None:
    held = make_argument(thread, "Kijk op https://example.org", at=NOW, writer=writer)
    assert again(held).state == PostState.HELD
    hidden(held, by=moderator, at=LATER)
    assert not visible_posts(visitor_of(west)).filter(pk=held.pk).exists()
    restore(actor=moderator, post_public_id=held.public_id, grounds=grounds_for(held), now=LATER)
    assert visible_posts(visitor_of(west)).get(pk=held.pk).text == held.text


def test_a_held_text_is_let_through_and_new_to_everybody(
    west: Portal, thread: Thread, writer: Actor, moderator: Actor
) -> None:
    argument = make_argument(thread, at=NOW)
    held = make_reply(argument, "Zie www.example.org", at=NOW, writer=writer)
    assert again(argument).reply_count == 0
    release(actor=moderator, post_public_id=held.public_id, grounds=grounds_for(held), now=LATER)
    now = again(held)
    assert (now.state, now.held_because) == (PostState.SHOWN, "")
    assert now.text_version == now.version == now.thread.version
    assert again(argument).reply_count == 1
    assert [person for person, _subject in told("moderated")] == [writer.person_id]
    # Whoever gave the argument hears of the reply now, and not before anybody could read it.
    assert [person for person, _subject in told("reply_placed")] == [argument.author_id]


def test_a_hidden_reply_is_not_counted_until_it_is_shown_again(
    west: Portal, thread: Thread, moderator: Actor
) -> None:
    argument = make_argument(thread, at=NOW)
    answer = make_reply(argument, at=NOW)
    hidden(answer, by=moderator, at=LATER)
    assert again(argument).reply_count == 0
    restore(actor=moderator, post_public_id=answer.public_id, grounds=grounds_for(answer), now=LATER)
    assert again(argument).reply_count == 1


def test_of_two_moderators_with_the_same_text_before_them_the_second_is_told(
    west: Portal, post: Post, moderator: Actor
) -> None:
    report_of(post, at=NOW)
    seen = grounds_for(post)
    leave_as_it_is(actor=moderator, post_public_id=post.public_id, grounds=seen, now=LATER)
    with pytest.raises(SomebodyWasFirst, match="just before you"):
        hide(actor=make_moderator(west), post_public_id=post.public_id, grounds=seen, now=LATER)
    assert ModerationAction.objects.count() == 1
    assert again(post).state == PostState.SHOWN


def test_a_text_that_was_edited_meanwhile_is_not_judged_by_what_it_said(
    west: Portal, post: Post, writer: Actor, moderator: Actor
) -> None:
    seen, soon = grounds_for(post), NOW + timedelta(minutes=5)
    edit_text(actor=writer, post_public_id=post.public_id, text="Neem me niet kwalijk.", now=soon)
    with pytest.raises(SomebodyWasFirst):
        hide(actor=moderator, post_public_id=post.public_id, grounds=seen, now=LATER)


def test_residents_and_other_roles_cannot_act(west: Portal, post: Post, writer: Actor) -> None:
    for actor in (writer, make_actor(west)):
        with pytest.raises(NotAllowed):
            hide(actor=actor, post_public_id=post.public_id, grounds=grounds_for(post), now=LATER)


def test_a_moderator_cannot_act_on_what_they_wrote_or_reported_or_have_an_interest_in(
    west: Portal, thread: Thread, post: Post
) -> None:
    wrote, reported, interested = (make_moderator(west) for _ in range(3))
    own = make_argument(thread, "Mijn eigen woorden.", at=NOW, writer=wrote)
    report_of(post, at=NOW, reporter=reported)
    declare_interest(actor=interested, thread_public_id=thread.public_id, why="Ik woon er.", now=NOW)
    for actor, text in ((wrote, own), (reported, post), (interested, post), (interested, own)):
        with pytest.raises(NotAllowed):
            hide(actor=actor, post_public_id=text.public_id, grounds=grounds_for(text), now=LATER)
    assert not ModerationAction.objects.exists()
    # An interest is in one subject.
    elsewhere = make_argument(make_thread(west, at=NOW), "Elders.", at=NOW)
    hidden(elsewhere, by=interested, at=LATER)


def test_a_report_is_made_once_and_its_outcome_is_told(west: Portal, post: Post, moderator: Actor) -> None:
    reporter, other = make_actor(west), make_actor(west)
    report_of(post, at=NOW, reporter=reporter)
    report_of(post, at=NOW, reporter=other)
    with pytest.raises(AlreadyReported):
        report_of(post, at=LATER, reporter=reporter)
    hidden(post, by=moderator, at=LATER)
    assert set(Report.objects.values_list("outcome", flat=True)) == {ReportOutcome.ACTED}
    assert {person for person, _subject in told("report_answered")} == {
        reporter.person_id,
        other.person_id,
    }


def test_nobody_floods_the_moderators_with_reports(west: Portal, thread: Thread) -> None:
    reporter, writer = make_actor(west), make_actor(west)
    posts = [
        make_argument(thread, f"Tekst {number}", at=NOW + timedelta(minutes=number), writer=writer)
        for number in range(MOST_REPORTS + 1)
    ]
    *most, last = posts
    for post in most:
        report_of(post, at=LATER, reporter=reporter)
    with pytest.raises(TooManyReports):
        report_of(last, at=LATER, reporter=reporter)
    # The same text again is what it always is, and others are not held up.
    with pytest.raises(AlreadyReported):
        report_of(most[0], at=LATER, reporter=reporter)
    report_of(last, at=LATER)
    report_of(last, at=LATER + REPORTS_WITHIN + timedelta(seconds=1), reporter=reporter)
    assert Report.objects.filter(reporter_id=reporter.person_id).count() == MOST_REPORTS + 1


def test_a_text_that_is_left_as_it_was_answers_the_reports_and_bothers_no_writer(
    west: Portal, post: Post, moderator: Actor
) -> None:
    report_of(post, at=NOW)
    leave_as_it_is(actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=LATER)
    assert Report.objects.get().outcome == ReportOutcome.LEFT
    assert not told("moderated")
    assert len(told("report_answered")) == 1
    with pytest.raises(SomebodyWasFirst):
        leave_as_it_is(actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=LATER)


def test_who_reported_hears_that_the_writer_took_the_text_back(
    west: Portal, post: Post, writer: Actor, moderator: Actor
) -> None:
    action = hidden(post, by=moderator, at=LATER)
    restore(actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=LATER)
    report_of(post, at=LATER)
    withdraw_text(actor=writer, post_public_id=post.public_id, now=LATER)
    assert Report.objects.get().outcome == ReportOutcome.WITHDRAWN
    assert len(told("report_answered")) == 1
    # Moderators do not keep words that were taken back.
    action.refresh_from_db()
    assert action.text == ""


def test_one_reports_what_others_wrote_and_everybody_can_read(
    west: Portal, thread: Thread, post: Post, writer: Actor, moderator: Actor
) -> None:
    held = make_argument(thread, "www.example.org", at=NOW)
    for actor, text in ((writer, post), (visitor_of(west), post), (moderator, held)):
        with pytest.raises(NotAllowed):
            report(
                actor=actor,
                post_public_id=text.public_id,
                rule=ConductRule.INSULT,
                note="",
                now=NOW,
            )
    with pytest.raises(InvalidInput):
        report_of(post, at=NOW, rule=ConductRule.FITS)


def test_the_queue_shows_what_waits_longest_first_and_nothing_else(
    west: Portal, thread: Thread, moderator: Actor
) -> None:
    fine, first, second = (make_argument(thread, f"Tekst {number}", at=NOW) for number in range(3))
    report_of(second, at=NOW + timedelta(minutes=3), rule=ConductRule.PRIVACY)
    held = make_argument(thread, "www.example.org", at=NOW + timedelta(minutes=2))
    report_of(first, at=NOW + timedelta(minutes=1))
    report_of(first, at=NOW + timedelta(minutes=9))
    assert list(list_waiting(moderator, QueueFilter())) == [first, held, second]
    assert list(list_waiting(moderator, QueueFilter(what="held"))) == [held]
    assert list(list_waiting(moderator, QueueFilter(what="reported"))) == [first, second]
    assert list(list_waiting(moderator, QueueFilter(rule="privacy"))) == [second]
    hidden(first, by=moderator, at=LATER)
    assert list(list_waiting(moderator, QueueFilter())) == [held, second]
    assert again(fine).state == PostState.SHOWN
    with pytest.raises(NotAllowed):
        list_waiting(make_actor(west), QueueFilter())


def test_a_text_stands_in_its_context(west: Portal, thread: Thread, writer: Actor, moderator: Actor) -> None:
    hidden(make_argument(thread, "Eerder.", at=NOW, writer=writer), by=moderator, at=NOW)
    argument = make_argument(thread, "Het argument.", at=NOW)
    replies = [
        make_reply(argument, f"Antwoord {number}", at=NOW + timedelta(minutes=number), writer=writer)
        for number in range(6)
    ]
    item = get_item(moderator, replies[3].public_id)
    assert item.post.parent == argument
    assert item.before == replies[1:3]
    assert item.after == replies[4:6]
    assert item.acts_before == 1


def test_who_is_asked_to_rephrase_does_so_and_a_moderator_reads_it(
    west: Portal, post: Post, writer: Actor, moderator: Actor
) -> None:
    edit_text(actor=writer, post_public_id=post.public_id, text="Jij bent een schurk.", now=NOW)
    action = ask_to_rephrase(
        actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=LATER
    )
    assert again(post).state == PostState.HIDDEN
    with pytest.raises(InvalidInput):
        rephrase(actor=writer, action_public_id=action.public_id, text="Jij bent een schurk.", now=LATER)
    said = "Ik ben het niet met je eens."
    rephrase(actor=writer, action_public_id=action.public_id, text=said, now=LATER)
    now = again(post)
    assert (now.state, now.text) == (PostState.HELD, said)
    # What was wrong with it does not come back as its history.
    assert not now.revisions.exists()
    assert list(list_waiting(moderator, QueueFilter())) == [post]
    release(actor=moderator, post_public_id=post.public_id, grounds=grounds_for(post), now=LATER)
    assert again(post).state == PostState.SHOWN
    with pytest.raises(NotAllowed):
        rephrase(actor=writer, action_public_id=action.public_id, text="Nog eens.", now=LATER)


def test_nobody_else_rephrases_and_a_hidden_text_is_not_rephrased(
    west: Portal, post: Post, writer: Actor, moderator: Actor
) -> None:
    action = hidden(post, by=moderator, at=LATER)
    with pytest.raises(NotAllowed):
        rephrase(actor=writer, action_public_id=action.public_id, text="Anders.", now=LATER)


def test_first_texts_of_a_new_account_links_and_repeats_wait(west: Portal, thread: Thread) -> None:
    new = make_actor(west, at=NOW)
    at_once = NOW + timedelta(hours=23)

    def placed(actor: Actor, text: str, *, at: datetime) -> str:
        new_post = place_argument(
            actor=actor, thread_public_id=thread.public_id, side=Side.FOR, text=text, now=at
        )
        return new_post.held_because

    assert [placed(new, f"Nieuw {number}", at=at_once) for number in range(3)] == ["new_account"] * 3
    # Taking texts back that nobody read lets no other through. Two that a moderator let through do.
    first, second, third = Post.objects.order_by("pk")
    withdraw_text(actor=new, post_public_id=first.public_id, now=at_once)
    assert placed(new, "Nog een", at=at_once) == "new_account"
    moderator = make_moderator(west)
    for text, then in ((second, "new_account"), (third, "")):
        release(actor=moderator, post_public_id=text.public_id, grounds=grounds_for(text), now=at_once)
        assert placed(new, f"Na {text.text}", at=at_once) == then
    assert placed(make_actor(west, at=NOW), "Een dag later", at=NOW + timedelta(hours=24)) == ""
    old = make_actor(west)
    assert placed(old, "Kijk op voorbeeld.nl", at=NOW) == "link"
    assert placed(make_moderator(west), "Kijk op voorbeeld.nl", at=NOW) == ""
    assert placed(old, "Meer  bomen graag", at=NOW) == ""
    assert placed(old, "meer bomen\nGRAAG", at=NOW + timedelta(days=6)) == "repeat"
    assert placed(make_actor(west), "Meer bomen graag", at=NOW) == ""
    assert placed(old, "Iets anders", at=NOW) == ""
    assert placed(old, "Iets anders", at=NOW + timedelta(days=7, minutes=1)) == ""


def test_many_texts_in_a_short_time_wait(thread: Thread, writer: Actor) -> None:
    texts = [make_argument(thread, f"Tekst {number}", at=NOW, writer=writer) for number in range(11)]
    assert [text.held_because for text in texts] == [""] * 10 + ["many"]
    # Taking one back makes no room, and somebody else is not held back by it.
    withdraw_text(actor=writer, post_public_id=texts[0].public_id, now=NOW)
    assert make_argument(thread, "Nog een", at=NOW, writer=writer).held_because == "many"
    assert make_argument(thread, "Van een ander", at=NOW).held_because == ""
    edit_text(actor=writer, post_public_id=texts[1].public_id, text="Anders", now=NOW)
    assert again(texts[1]).state == PostState.SHOWN
    later = NOW + timedelta(minutes=10)
    assert make_argument(thread, "Rustig aan", at=later, writer=writer).held_because == ""


def test_a_text_that_is_edited_is_no_repeat_of_itself(thread: Thread, writer: Actor) -> None:
    post = make_argument(thread, "Meer bomen", at=NOW, writer=writer)
    edit_text(actor=writer, post_public_id=post.public_id, text="MEER bomen", now=NOW)
    assert again(post).state == PostState.SHOWN
    edit_text(actor=writer, post_public_id=post.public_id, text="Meer bomen.nl", now=NOW)
    assert again(post).state == PostState.HELD


def test_what_stands_in_the_grounds_stays_with_the_act(post: Post, moderator: Actor) -> None:
    grounds = Grounds(
        rule=ConductRule.PRIVACY, reason=" Er staat een adres in. ", seen=grounds_for(post).seen
    )
    action = hide(actor=moderator, post_public_id=post.public_id, grounds=grounds, now=LATER)
    assert (action.rule, action.reason) == (ConductRule.PRIVACY, "Er staat een adres in.")
    assert (action.moderator_id, action.person_id) == (moderator.person_id, post.author_id)
    assert (action.post, action.thread, action.acted_at) == (post, post.thread, LATER)
