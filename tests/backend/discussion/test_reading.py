"""What somebody finds in a thread: both sides, in order, with what is new, at a fixed price."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from backend.core.actor import Actor
from backend.discussion.models import Post, Thread
from backend.discussion.selectors.posts import changes_after
from backend.discussion.selectors.threads import Text, ThreadPage, thread_page
from backend.discussion.services.arguments import (
    edit_text,
    mark_convincing,
    withdraw_text,
)
from backend.discussion.services.facilitation import ask_question, pin
from backend.discussion.services.visits import note_visit
from backend.discussion.states import HeldBecause, PostState, Side, Sort
from backend.identity.services.leaving import leave
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.moderation import hidden, make_moderator
from tests.builders.people import make_actor
from tests.builders.portals import visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
Queries = Callable[[int], object]


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=NOW)


def read(actor: Actor, thread: Thread, **asked: object) -> ThreadPage:
    thread.refresh_from_db()
    return thread_page(actor=actor, thread=thread, now=NOW, **asked)  # type: ignore[arg-type]


def texts(found: list[Text]) -> list[str]:
    return [text.post.text for text in found]


def hold(post: Post) -> None:
    """As if a rule had held it back before anybody could read it."""
    Post.objects.filter(pk=post.pk).update(
        state=PostState.HELD, held_because=HeldBecause.LINK, version=0, text_version=0
    )


def test_both_sides_stand_beside_each_other_in_the_order_asked_for(west: Portal, thread: Thread) -> None:
    one, two, three = (
        make_argument(thread, text, at=NOW + timedelta(minutes=number))
        for number, text in enumerate(("Een", "Twee", "Drie"))
    )
    against = make_argument(thread, "Tegen", at=NOW, side=Side.AGAINST)
    for _ in range(2):
        mark_convincing(actor=make_actor(west), post_public_id=two.public_id, now=NOW)
    mark_convincing(actor=make_actor(west), post_public_id=three.public_id, now=NOW)
    make_reply(one, at=NOW)
    visitor = visitor_of(west)
    orders = {sort: texts(read(visitor, thread, sort=sort).sides[Side.FOR]) for sort in Sort}
    assert orders == {
        Sort.CONVINCING: ["Twee", "Drie", "Een"],
        Sort.NEW: ["Drie", "Twee", "Een"],
        Sort.REPLIES: ["Een", "Twee", "Drie"],
    }
    page = read(visitor, thread)
    assert [text.post for text in page.sides[Side.AGAINST]] == [against]
    assert (
        page.counted.sides[Side.FOR].shown,
        page.counted.sides[Side.AGAINST].shown,
        page.counted.replies,
    ) == (3, 1, 1)


def test_eight_of_a_side_are_on_a_page_and_too_high_a_number_is_the_last(
    west: Portal, thread: Thread
) -> None:
    writer = make_actor(west)
    for number in range(17):
        make_argument(thread, f"Voor {number}", at=NOW + timedelta(minutes=number), writer=writer)
    make_argument(thread, "Tegen", at=NOW, side=Side.AGAINST)
    pages = [read(visitor_of(west), thread, sort=Sort.NEW, number=number) for number in (1, 2, 3, 99, -1)]
    assert [page.number for page in pages] == [1, 2, 3, 3, 1]
    assert [len(page.sides[Side.FOR]) for page in pages] == [8, 8, 1, 1, 8]
    assert [len(page.sides[Side.AGAINST]) for page in pages] == [1, 0, 0, 0, 1]
    found = [text for page in pages[:3] for text in texts(page.sides[Side.FOR])]
    assert found == [f"Voor {number}" for number in reversed(range(17))]


def test_the_first_three_replies_come_along(west: Portal, thread: Thread) -> None:
    argument = make_argument(thread, at=NOW)
    for number in range(5):
        make_reply(argument, f"Reactie {number}", at=NOW + timedelta(minutes=number))
    (text,) = read(visitor_of(west), thread).sides[Side.FOR]
    assert [answer.text for answer in text.replies] == ["Reactie 0", "Reactie 1", "Reactie 2"]
    assert text.post.reply_count == 5


def test_what_waits_is_seen_by_its_writer_alone(west: Portal, thread: Thread) -> None:
    writer, moderator = make_actor(west), make_actor(west, Role.MODERATOR)
    argument = make_argument(thread, "Staat er", at=NOW)
    hold(make_argument(thread, "Wacht", at=NOW, writer=writer))
    hold(make_reply(argument, "Wacht ook", at=NOW, writer=writer))
    for actor in (visitor_of(west), make_actor(west), moderator, writer):
        page = read(actor, thread)
        assert texts(page.sides[Side.FOR]) == ["Staat er"]
        assert page.sides[Side.FOR][0].replies == []
        assert texts(page.own_held) == (["Wacht ook", "Wacht"] if actor is writer else [])
        assert page.counted.sides[Side.FOR].shown == 1


def test_what_was_withdrawn_before_anybody_read_it_leaves_no_trace(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    waited = make_argument(thread, "Wacht", at=NOW, writer=writer)
    hold(waited)
    stood = make_argument(thread, "Stond er", at=NOW, writer=writer)
    for post in (waited, stood):
        withdraw_text(actor=writer, post_public_id=post.public_id, now=NOW)
    found = read(visitor_of(west), thread).sides[Side.FOR]
    assert [(text.post.pk, text.post.text) for text in found] == [(stood.pk, "")]


def test_pinned_texts_and_questions_stand_on_top_and_nowhere_else(west: Portal, thread: Thread) -> None:
    councillor = make_actor(west, Role.COUNCILLOR, name="Ingrid")
    first, second = make_argument(thread, "Een", at=NOW), make_argument(thread, "Twee", at=NOW)
    ask_question(actor=councillor, thread_public_id=thread.public_id, text="Vraag", now=NOW)
    pin(actor=councillor, post_public_id=first.public_id, now=NOW)
    page = read(visitor_of(west), thread)
    assert texts(page.top) == ["Een", "Vraag"]
    assert [text.post for text in page.sides[Side.FOR]] == [second]
    assert page.counted.sides[Side.FOR].shown == 2


def test_what_is_new_since_the_last_visit(west: Portal, thread: Thread) -> None:
    reader, writer = make_actor(west), make_actor(west)
    old = make_argument(thread, "Oud", at=NOW, writer=writer)
    edited = make_argument(thread, "Wordt anders", at=NOW, writer=writer)
    replied = make_argument(thread, "Krijgt een reactie", at=NOW, writer=writer)
    assert read(reader, thread).standing.seen is None
    thread.refresh_from_db()
    note_visit(actor=reader, thread_public_id=thread.public_id, version=thread.version, now=NOW)
    assert read(reader, thread).standing.new_count == 0
    # Neither of these is a new text of somebody else.
    mark_convincing(actor=make_actor(west), post_public_id=old.public_id, now=NOW)
    make_argument(thread, "Van mijzelf", at=NOW, writer=reader)
    edit_text(actor=writer, post_public_id=edited.public_id, text="Is anders", now=NOW)
    make_reply(replied, "Reactie", at=NOW, writer=writer)
    make_argument(thread, "Nieuw", at=NOW, writer=writer)
    page = read(reader, thread, sort=Sort.NEW)
    assert page.standing.new_count == 3
    new = {text.post.text for text in page.sides[Side.FOR] if page.is_new(text.post)}
    assert new == {"Nieuw", "Is anders", "Van mijzelf"}
    only_new = read(visitor_of(west), thread, since=page.standing.seen)
    assert set(texts(only_new.sides[Side.FOR])) == new | {"Krijgt een reactie"}


def test_ones_own_marks_are_known(west: Portal, thread: Thread) -> None:
    reader, post = make_actor(west), make_argument(thread, "Een", at=NOW)
    make_argument(thread, "Twee", at=NOW)
    mark_convincing(actor=reader, post_public_id=post.public_id, now=NOW)
    for actor, expected in ((reader, {"Een"}), (make_actor(west), set()), (visitor_of(west), set())):
        found = read(actor, thread).sides[Side.FOR]
        assert {text.post.text for text in found if text.is_convinced} == expected


@pytest.mark.parametrize("many", [1, 3, 20])
def test_a_page_costs_the_same_for_one_argument_and_for_many(
    west: Portal, thread: Thread, many: int, django_assert_num_queries: Queries
) -> None:
    writer, reader = make_actor(west), make_actor(west)
    councillor = make_actor(west, Role.COUNCILLOR, name="Ingrid")
    # Slowly enough that none of it waits.
    moments = (NOW + timedelta(minutes=number) for number in count())
    for number in range(many):
        post = make_argument(thread, f"Voor {number}", at=next(moments), writer=writer)
        make_argument(thread, f"Tegen {number}", at=next(moments), writer=writer, side=Side.AGAINST)
        for answer in range(many):
            make_reply(post, f"Reactie {number}.{answer}", at=next(moments), writer=reader)
        mark_convincing(actor=reader, post_public_id=post.public_id, now=next(moments))
        text = f"Vraag {number}"
        ask_question(actor=councillor, thread_public_id=thread.public_id, text=text, now=next(moments))
    note_visit(actor=reader, thread_public_id=thread.public_id, version=1, now=NOW)
    thread.refresh_from_db()
    # The first reader of a version pays for its lists, and nobody after that.
    for actor, number in ((reader, 4), (visitor_of(west), 0), (councillor, 2), (reader, 2)):
        with django_assert_num_queries(number):  # type: ignore[attr-defined]
            thread_page(actor=actor, thread=thread, now=NOW)
    hold(make_argument(thread, "Wacht", at=next(moments), writer=reader))
    with django_assert_num_queries(4):  # type: ignore[attr-defined]
        thread_page(actor=reader, thread=thread, now=NOW)


def test_lists_that_are_kept_are_never_older_than_the_thread(west: Portal, thread: Thread) -> None:
    """Whoever reads after a change sees it, though others read the same lists just before."""
    writer = make_actor(west)
    councillor = make_actor(west, Role.COUNCILLOR, name="Ingrid")
    post = make_argument(thread, "Oud", at=NOW, writer=writer)
    answer = make_reply(post, "Reactie", at=NOW)
    ask_question(actor=councillor, thread_public_id=thread.public_id, text="Vraag", now=NOW)
    visitor, other = visitor_of(west), make_actor(west)

    def seen() -> tuple[list[str], list[str], list[str], list[int]]:
        pages = [read(actor, thread) for actor in (visitor, other)]
        assert [pages[0].top, pages[0].sides] == [pages[1].top, pages[1].sides]
        found = pages[0].sides[Side.FOR]
        return (
            texts(found),
            [reply.state for text in found for reply in text.replies],
            [text.post.author_name for text in pages[0].top],
            [text.post.convincing_count for text in found],
        )

    assert seen() == (["Oud"], ["shown"], ["Ingrid"], [0])
    edit_text(actor=writer, post_public_id=post.public_id, text="Nieuw", now=NOW)
    assert seen() == (["Nieuw"], ["shown"], ["Ingrid"], [0])
    mark_convincing(actor=make_actor(west), post_public_id=post.public_id, now=NOW)
    assert seen() == (["Nieuw"], ["shown"], ["Ingrid"], [1])
    hidden(answer, by=make_moderator(west), at=NOW)
    assert seen() == (["Nieuw"], ["hidden"], ["Ingrid"], [1])
    leave(actor=councillor, now=NOW)
    assert seen() == (["Nieuw"], ["hidden"], [""], [1])


def test_changes_after_a_version_are_what_an_open_page_misses(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    first = make_argument(thread, "Een", at=NOW, writer=writer)
    hold(make_argument(thread, "Nooit te zien", at=NOW, writer=writer))
    thread.refresh_from_db()
    before = thread.version
    second = make_argument(thread, "Twee", at=NOW, writer=writer)
    make_reply(first, "Reactie", at=NOW, writer=writer)
    withdraw_text(actor=writer, post_public_id=second.public_id, now=NOW)
    changed = changes_after(thread_id=thread.pk, version=before)
    assert [(post.text, post.state) for post in changed] == [
        ("Een", "shown"),
        ("Reactie", "shown"),
        ("", "withdrawn"),
    ]
    assert changes_after(thread_id=thread.pk, version=changed[-1].version) == []
    assert again(first).reply_count == 1
