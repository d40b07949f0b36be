"""An open page of a plan hears what is written under it: words that everybody may read, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.template import Template
from django.test.signals import template_rendered
from django.utils import timezone

from backend.core.live.sources import Asking, source_named
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post, Thread
from backend.discussion.services.arguments import edit_text, mark_convincing, withdraw_text
from backend.discussion.services.facilitation import ask_question
from backend.discussion.services.moderation.moving import Place, move
from backend.discussion.services.threads import keep_in_step, next_version, open_thread
from backend.discussion.states import HeldBecause, PostState, Side, ThreadState
from backend.identity.states import Role
from backend.places.models import Portal
from backend.proposals.live import MOST_AT_ONCE
from backend.proposals.models import Plan
from tests.builders.discussions import A_WHILE, make_argument, make_reply
from tests.builders.moderation import grounds_for, make_moderator
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import make_plan
from tests.builders.sockets import OpenSocket, Socket
from tests.builders.web import client_for

SECRET = "Wat niemand lezen mag."


@pytest.fixture
def plan(portal: Portal) -> Plan:
    now = timezone.now()
    plan = make_plan(portal, at=now)
    if plan.thread is None:
        with in_municipality(portal.municipality_id):
            plan.thread = open_thread(portal=portal, title=plan.title, address="/", now=now)
            plan.save(update_fields=["thread"])
    return plan


@pytest.fixture
def thread(plan: Plan) -> Thread:
    assert plan.thread
    return plan.thread


@pytest.fixture
def followed(open_page: OpenSocket, plan: Plan) -> Socket:
    """The page of the plan, open in the browser of a visitor and up to date."""
    return up_to_date(open_page(plan.portal, plan.public_id))


def up_to_date(followed: Socket) -> Socket:
    followed.say({"since": "x"})
    assert followed.update()["reload"]
    return followed


def texts_in(told: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return [part for part in told["parts"] if "<article" in part["html"]]


def test_an_argument_is_new_in_the_list_of_its_side(followed: Socket, thread: Thread) -> None:
    post = make_argument(thread, "Er is te weinig <plek>.", side=Side.AGAINST, at=timezone.now())
    told = followed.update()
    (text,) = texts_in(told)
    assert text["into"] == "lijst-against"
    assert f'id="tekst-{post.public_id}"' in text["html"]
    assert "Er is te weinig &lt;plek&gt;." in text["html"]
    counts = [part["html"] for part in told["parts"] if "aantal-" in part["html"]]
    assert ['id="aantal-for">(0)' in counts[0], 'id="aantal-against">(1)' in counts[1]] == [True, True]


def test_a_reply_is_new_under_its_argument_which_stays_where_it_is(followed: Socket, thread: Thread) -> None:
    post = make_argument(thread, at=timezone.now())
    followed.update()
    answer = make_reply(post, at=timezone.now())
    into = {part["html"].split('id="tekst-')[1][:10]: part["into"] for part in texts_in(followed.update())}
    assert into == {post.public_id: "", answer.public_id: f"reacties-tekst-{post.public_id}"}


def test_a_new_argument_comes_with_room_for_replies_and_before_them(
    followed: Socket, open_page: OpenSocket, thread: Thread
) -> None:
    at = followed.version
    post = make_argument(thread, at=timezone.now())
    answers = [make_reply(post, f"Nee, nummer {n}.", at=timezone.now()) for n in range(2)]
    page = open_page(thread.portal, followed_plan(thread).public_id)
    page.say({"since": at})
    texts = texts_in(page.update())
    room = f"reacties-tekst-{post.public_id}"
    assert [text["into"] for text in texts] == ["lijst-for", room, room]
    assert texts[0]["below"].startswith(f'<ol class="posts posts--replies" id="{room}"')
    assert "Read" not in texts[0]["below"]
    assert [answer.public_id in text["html"] for answer, text in zip(answers, texts[1:], strict=True)] == [
        True,
        True,
    ]


def test_a_text_that_moves_to_the_other_side_says_where_it_stands(followed: Socket, thread: Thread) -> None:
    post = make_argument(thread, side=Side.FOR, at=timezone.now())
    followed.update()
    moved(post, Place(side=Side.AGAINST))
    (text,) = texts_in(followed.update())
    assert text["into"] == "lijst-against"
    assert 'data-live-place="against"' in text["html"]


def test_a_text_that_moves_to_another_discussion_goes_from_one_page_and_comes_on_the_other(
    followed: Socket, open_page: OpenSocket, thread: Thread
) -> None:
    now = timezone.now()
    other = make_plan(thread.portal, at=now)
    if other.thread is None:
        with in_municipality(thread.municipality_id):
            other.thread = open_thread(portal=thread.portal, title="Anders", address="/anders/", now=now)
            other.save(update_fields=["thread"])
    there = up_to_date(open_page(other.portal, other.public_id))
    post = make_argument(thread, at=now)
    answer = make_reply(post, at=now)
    while not any(answer.public_id in part["html"] for part in followed.update()["parts"]):
        pass
    assert other.thread
    moved(post, Place(address=other.thread.address))
    gone = followed.update()
    assert [part["gone"] for part in gone["parts"] if part["gone"]] == [f"tekst-{post.public_id}"]
    assert any('id="aantal-for">(0)' in part["html"] for part in gone["parts"])
    assert [text["into"] for text in texts_in(there.update())] == [
        "lijst-for",
        f"reacties-tekst-{post.public_id}",
    ]
    # Who is up to date is not told again.
    make_argument(thread, "Iets anders.", at=timezone.now())
    assert not any(part["gone"] for part in followed.update()["parts"])


def followed_plan(thread: Thread) -> Plan:
    return Plan.objects.all_municipalities().get(thread=thread)


def moved(post: Post, place: Place) -> None:
    moderator = make_moderator(post.thread.portal, at=timezone.now())
    with in_municipality(post.municipality_id):
        move(
            actor=moderator,
            post_public_id=post.public_id,
            place=place,
            grounds=grounds_for(post),
            now=timezone.now(),
        )


def test_a_question_of_a_councillor_goes_on_top(followed: Socket, thread: Thread) -> None:
    councillor = make_actor(thread.portal, Role.COUNCILLOR, name="Noor Bakker", at=timezone.now() - A_WHILE)
    with in_municipality(thread.municipality_id):
        ask_question(actor=councillor, thread_public_id=thread.public_id, text="Waar?", now=timezone.now())
    (text,) = texts_in(followed.update())
    assert text["into"] == "lijst-top"
    assert "Noor Bakker" in text["html"]


def test_a_text_that_convinces_or_is_edited_changes_in_its_place(followed: Socket, thread: Thread) -> None:
    writer, reader = (make_actor(thread.portal, at=timezone.now() - A_WHILE) for _ in range(2))
    post = make_argument(thread, writer=writer, at=timezone.now())
    followed.update()
    with in_municipality(thread.municipality_id):
        mark_convincing(actor=reader, post_public_id=post.public_id, now=timezone.now())
        (text,) = texts_in(followed.update())
        assert text["into"] == ""
        assert "1 person is convinced" in text["html"]
        edit_text(actor=writer, post_public_id=post.public_id, text="Anders gezegd.", now=timezone.now())
    (text,) = texts_in(followed.update())
    assert "Anders gezegd." in text["html"]


def test_a_text_that_is_withdrawn_leaves_a_trace_without_its_words(followed: Socket, thread: Thread) -> None:
    writer = make_actor(thread.portal, at=timezone.now() - A_WHILE)
    post = make_argument(thread, SECRET, writer=writer, at=timezone.now())
    followed.update()
    with in_municipality(thread.municipality_id):
        withdraw_text(actor=writer, post_public_id=post.public_id, now=timezone.now())
    (text,) = texts_in(followed.update())
    assert "Withdrawn by who wrote it." in text["html"]
    assert SECRET not in text["html"]
    assert text["into"] == ""


@pytest.mark.parametrize("state", [PostState.HELD, PostState.HIDDEN])
@pytest.mark.parametrize("who", ["visitor", "writer", "moderator"])
def test_no_socket_tells_what_is_held_or_hidden(
    open_page: OpenSocket, plan: Plan, thread: Thread, state: PostState, who: str
) -> None:
    """Not even to those who may read it on their own page: what goes over sockets is the same for all."""
    people = {
        "visitor": None,
        "writer": make_person(plan.portal, at=timezone.now() - A_WHILE),
        "moderator": make_person(plan.portal, roles=[Role.MODERATOR], at=timezone.now()),
    }
    person = people[who]
    followed = up_to_date(
        open_page(plan.portal, plan.public_id, client=client_for(person, plan.portal) if person else None)
    )
    writer = people["writer"]
    assert writer
    post = make_argument(thread, SECRET, writer=actor_of(writer, plan.portal), at=timezone.now())
    assert SECRET in texts_in(followed.update())[0]["html"]
    because = HeldBecause.LINK if state == PostState.HELD else ""
    with in_municipality(thread.municipality_id), transaction.atomic():
        version = next_version(thread.pk)
        Post.objects.filter(pk=post.pk).update(state=state, held_because=because, version=version)
    (text,) = texts_in(followed.update())
    assert SECRET not in text["html"]
    assert text["into"] == ""
    # Who comes back after a gap gets no more than who stayed.
    again = open_page(plan.portal, plan.public_id)
    again.say({"since": f"{followed.version.rsplit('.', 1)[0]}.0"})
    assert SECRET not in str(again.update())


def test_who_is_signed_in_gets_buttons_and_visitors_get_links(
    open_page: OpenSocket, plan: Plan, thread: Thread, followed: Socket
) -> None:
    client = client_for(make_person(plan.portal, at=timezone.now() - A_WHILE), plan.portal)
    theirs = up_to_date(open_page(plan.portal, plan.public_id, client=client))
    make_argument(thread, at=timezone.now())
    assert "<button" not in texts_in(followed.update())[0]["html"]
    assert "<button" in texts_in(theirs.update())[0]["html"]


def test_who_missed_too_much_is_led_to_the_page_itself(
    open_page: OpenSocket, plan: Plan, thread: Thread
) -> None:
    followed = up_to_date(open_page(plan.portal, plan.public_id))
    # Many texts at once of one person would wait for a moderator.
    writers = [make_actor(plan.portal, at=timezone.now() - A_WHILE) for _ in range(10)]
    before = followed.version
    followed.line.close()
    for number in range(MOST_AT_ONCE + 1):
        make_argument(thread, f"Argument {number}.", writer=writers[number % 10], at=timezone.now())
    back = open_page(plan.portal, plan.public_id)
    back.say({"since": before})
    told = back.update()
    assert (told["reload"], told["parts"]) == (True, [])


def test_a_discussion_that_closes_is_shown_anew(followed: Socket, thread: Thread) -> None:
    with in_municipality(thread.municipality_id):
        keep_in_step(thread_id=thread.pk, state=ThreadState.CLOSED)
    assert followed.update()["reload"] is True


def test_a_discussion_that_is_hidden_tells_nothing(open_page: OpenSocket, plan: Plan, thread: Thread) -> None:
    followed = up_to_date(open_page(plan.portal, plan.public_id))
    make_argument(thread, SECRET, at=timezone.now())
    followed.update()
    with in_municipality(thread.municipality_id):
        keep_in_step(thread_id=thread.pk, state=ThreadState.HIDDEN)
    assert followed.update()["parts"] == []
    back = open_page(plan.portal, plan.public_id)
    back.say({"since": f"{followed.version.rsplit('.', 1)[0]}.0"})
    assert back.update()["parts"] == []


@contextmanager
def templates_made() -> Iterator[list[str]]:
    """The templates that are rendered meanwhile."""
    made: list[str] = []

    def note(template: Template, **kwargs: object) -> None:
        made.append(template.name or "")

    template_rendered.connect(note)
    try:
        yield made
    finally:
        template_rendered.disconnect(note)


@pytest.mark.parametrize(("texts", "since"), [(MOST_AT_ONCE + 1, 0), (1, 2_000_000)])
def test_nothing_is_made_for_who_reads_the_page_anew(
    plan: Plan, thread: Thread, texts: int, since: int
) -> None:
    """Who missed too much, and who says to have a version that is still to come."""
    now = timezone.now()
    for number in range(texts):
        make_argument(thread, f"Tekst {number}.", at=now)
    source = source_named("plan")
    rest = source.versions([plan.pk], now)[plan.pk].rsplit(".", 1)[0]
    asking = Asking(id=plan.pk, since=f"{rest}.{since}", language="en", for_visitors=True)
    with templates_made() as made:
        update = source.render(asking, now)
    assert (update.reload, update.parts, made) == (True, (), [])
