"""The pages of moderation, as moderators, writers, people who report and visitors see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backend.discussion.models import Interest, ModerationAction, Objection, Post, Report, Thread
from backend.discussion.services.arguments import edit_text
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.states import PostState, Side, ThreadState
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.rendering import words_of
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.moderation import hidden, make_moderator, objection_to, paused, report_of
from tests.builders.people import actor_of, make_person
from tests.builders.web import client_for, url

NOW = timezone.now()
BEFORE = NOW - timedelta(hours=3)


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=BEFORE, title="Bankjes")


@pytest.fixture
def moderator(west: Portal) -> Person:
    return make_person(west, roles=[Role.MODERATOR], name="Samira")


@pytest.fixture
def writer(west: Portal) -> Person:
    return make_person(west)


@pytest.fixture
def post(west: Portal, thread: Thread, writer: Person) -> Post:
    return make_argument(thread, "Jij bent een dief.", at=BEFORE, writer=actor_of(writer, west))


def send(browser: Client, address: str, **filled: str) -> str:
    """Open a form, fill it in on top of what stands in it, and send it. What the page after it says."""
    form = browser.get(address).context["form"]
    kept = {name: form[name].value() or "" for name in form.fields}
    response = browser.post(address, {**kept, **filled}, follow=True)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_queue_costs_the_same_for_one_text_and_three(
    west: Portal,
    thread: Thread,
    moderator: Person,
    many: int,
    django_assert_num_queries: object,
) -> None:
    for number in range(many):
        argument = make_argument(thread, f"Argument {number}", at=BEFORE)
        answer = make_reply(argument, f"Gemeld antwoord {number}", at=BEFORE)
        report_of(answer, at=BEFORE)
        make_argument(thread, f"www.example.org/{number}", at=BEFORE)
    browser = client_for(moderator, west)
    browser.get(url("moderation_queue"))
    with django_assert_num_queries(7):  # type: ignore[operator]  # pytest-django's fixture
        page = browser.get(url("moderation_queue")).content.decode()
    assert page.count("moderation-item") == 2 * many
    assert f"{2 * many} texts wait" in page


@pytest.mark.parametrize("many", [1, 3])
def test_lists_of_work_cost_the_same_for_one_and_three(
    west: Portal,
    thread: Thread,
    moderator: Person,
    many: int,
    django_assert_num_queries: object,
) -> None:
    for number in range(many):
        writer = actor_of(make_person(west), west)
        text = make_argument(thread, f"Tekst {number}", at=BEFORE, writer=writer)
        other = actor_of(make_person(west, roles=[Role.MODERATOR]), west)
        paused(text, by=other, at=BEFORE)
        objection_to(hidden(text, by=other, at=BEFORE), by=writer, at=BEFORE)
    browser = client_for(moderator, west)
    browser.get(url("moderation_done"))
    for name in ("moderation_done", "moderation_objections", "moderation_pauses"):
        with django_assert_num_queries(5):  # type: ignore[operator]  # pytest-django's fixture
            page = browser.get(url(name)).content.decode()
        assert page.count("panel stack") >= many


def test_a_moderator_hides_a_reported_text_and_everybody_hears_of_it(
    west: Portal, thread: Thread, post: Post, writer: Person, moderator: Person
) -> None:
    reporter = make_person(west)
    resident = client_for(reporter, west)
    assert url("report_post", post.public_id) in resident.get(thread.address).content.decode()
    said = send(resident, url("report_post", post.public_id), rule="insult", note="Dit ben ik.")
    assert "A moderator looks at it" in said
    again_sent = resident.post(url("report_post", post.public_id), {"rule": "insult"})
    assert again_sent.status_code == 409
    assert "You reported this text before" in again_sent.content.decode()
    desk = client_for(moderator, west)
    assert "Dit ben ik." in desk.get(url("moderation_item", post.public_id)).content.decode()
    said = send(desk, url("act_hide", post.public_id), reason="Je noemt iemand een dief.")
    assert "The text is hidden" in said
    # The rule of the report was filled in already.
    action = ModerationAction.objects.get()
    assert action.rule == "insult"
    visitor = client_for(None, west)
    page = visitor.get(thread.address).content.decode()
    assert "Hidden by a moderator" in page
    assert "Jij bent een dief." not in page
    own = client_for(writer, west).get(url("my_moderation", action.public_id)).content.decode()
    for part in ("Jij bent een dief.", "Insult or threat", "Je noemt iemand een dief.", "object"):
        assert part in own
    assert client_for(reporter, west).get(url("my_moderation", action.public_id)).status_code == 404
    messages = resident.get(url("my_messages")).content.decode()
    assert "What came of your report" in messages


def test_a_moderator_removes_what_a_text_said_before(
    west: Portal, thread: Thread, writer: Person, moderator: Person
) -> None:
    own = actor_of(writer, west)
    post = make_argument(thread, "Piet woont op nummer 12.", at=BEFORE, writer=own)
    edit_text(actor=own, post_public_id=post.public_id, text="Iemand woont daar.", now=BEFORE)
    visitor, history = client_for(None, west), url("history", post.public_id)
    assert "nummer 12" in visitor.get(history).text
    desk, item = client_for(moderator, west), url("moderation_item", post.public_id)
    assert "nummer 12" in desk.get(item).text
    address = url("act_forget", post.public_id)
    assert address in desk.get(item).text
    said = send(desk, address, rule="privacy", reason="Er stond een adres in.")
    assert "The former texts are gone" in said
    action = ModerationAction.objects.get()
    assert (action.act, action.rule, action.text) == ("forget", "privacy", "")
    page = visitor.get(history).text
    assert "nummer 12" not in page
    assert "is not public" in page
    assert again(post).state == PostState.SHOWN
    assert address not in desk.get(item).text
    assert "not possible" in desk.get(address).text
    told = client_for(writer, west).get(url("my_moderation", action.public_id)).text
    assert "A moderator removed what your text said before" in told
    assert "Er stond een adres in." in told
    assert "So nobody can object to it." in told
    assert "Send the objection" not in told
    words = words_of(Message.objects.get(template="moderated"), language="en")
    assert "said before is gone" in words.subject
    assert "you cannot object to it" in words.body
    rules = visitor.get(url("discussion_rules")).text
    assert "There is one exception: you cannot object when a moderator removed" in rules


def test_the_writer_objects_and_another_moderator_decides(
    west: Portal, post: Post, writer: Person, moderator: Person
) -> None:
    action = hidden(post, by=actor_of(moderator, west), at=BEFORE)
    own = client_for(writer, west)
    send(own, url("my_moderation", action.public_id), text="Het is waar.")
    page = own.get(url("my_moderation", action.public_id)).content.decode()
    assert "Your objection" in page
    assert "Send the objection" not in page
    number = Objection.objects.get().pk
    address = url("moderation_objection", number)
    first = client_for(moderator, west)
    assert "Another moderator decides" in first.get(address).content.decode()
    assert first.post(address, {"outcome": "granted", "reason": "Toch wel."}).status_code == 403
    second = client_for(make_person(west, roles=[Role.MODERATOR]), west)
    asked = second.get(address).content.decode()
    assert "Het is waar." in asked
    # What is gone for good is nothing to decide about.
    assert "everything is undone" not in asked
    assert "was removed for good does not come back" in asked
    said = send(second, address, outcome="granted", reason="Er stond een feit.")
    assert "The person gets your answer" in said
    assert again(post).state == PostState.SHOWN
    assert "Er stond een feit." in own.get(url("my_moderation", action.public_id)).content.decode()


def test_a_writer_rephrases_and_the_text_comes_back_to_the_queue(
    west: Portal, post: Post, writer: Person, moderator: Person
) -> None:
    desk, own = client_for(moderator, west), client_for(writer, west)
    send(desk, url("act_rephrase", post.public_id), rule="insult", reason="Zonder dief.")
    action = ModerationAction.objects.get()
    page = own.get(url("my_moderation", action.public_id)).content.decode()
    assert url("my_rephrasing", action.public_id) in page
    same = own.post(url("my_rephrasing", action.public_id), {"text": post.text})
    assert same.status_code == 422
    send(own, url("my_rephrasing", action.public_id), text="Ik mis mijn fiets.")
    assert "Ik mis mijn fiets." in desk.get(url("moderation_queue")).content.decode()
    send(desk, url("act_release", post.public_id), reason="Zo kan het.")
    assert again(post).state == PostState.SHOWN


def test_two_moderators_with_the_same_form_open(west: Portal, post: Post, moderator: Person) -> None:
    first = client_for(moderator, west)
    second = client_for(make_person(west, roles=[Role.MODERATOR]), west)
    address = url("act_hide", post.public_id)
    seen = second.get(address).context["form"]["seen"].value()
    send(first, address, rule="insult", reason="Eerst.")
    late = second.post(address, {"seen": seen, "rule": "privacy", "reason": "Daarna."})
    assert late.status_code == 409
    assert "Somebody else was just before you" in late.content.decode()
    assert ModerationAction.objects.get().reason == "Eerst."


def test_an_act_asks_for_a_rule_and_a_reason(west: Portal, post: Post, moderator: Person) -> None:
    empty = client_for(moderator, west).post(url("act_hide", post.public_id), {})
    assert empty.status_code == 422
    page = empty.content.decode()
    assert "Choose a rule" in page
    assert "Write down why" in page


def test_an_interest_closes_the_forms_and_says_why(
    west: Portal, thread: Thread, post: Post, moderator: Person
) -> None:
    desk = client_for(moderator, west)
    send(desk, url("declare_interest", thread.public_id), why="Ik woon ernaast.")
    assert "Ik woon ernaast." in desk.get(url("moderation_interests")).content.decode()
    page = desk.get(url("moderation_item", post.public_id)).content.decode()
    assert "You have something to do with this subject" in page
    assert url("act_hide", post.public_id) not in page
    assert desk.get(url("act_hide", post.public_id)).status_code == 403
    assert desk.get(url("close_discussion", thread.public_id)).status_code == 403


def test_a_moderator_moves_pauses_closes_and_opens_again(
    west: Portal, thread: Thread, post: Post, writer: Person, moderator: Person
) -> None:
    desk, own = client_for(moderator, west), client_for(writer, west)
    send(desk, url("act_move", post.public_id), side="against", rule="off_topic", reason="Tegen.")
    assert again(post).side == Side.AGAINST
    send(desk, url("act_pause", post.public_id), days="7", rule="insult", reason="Even rustig.")
    section = own.get(thread.address).content.decode()
    assert "You cannot write here until" in section
    refused = own.get(url("argue_for", thread.public_id))
    assert refused.status_code == 409
    assert "Your messages say why" in refused.content.decode()
    pause = ModerationAction.objects.get(act="pause")
    send(desk, url("end_pause", pause.public_id), reason="Genoeg.")
    assert "You cannot write here until" not in own.get(thread.address).content.decode()
    send(desk, url("close_discussion", thread.public_id), rule="insult", reason="Het loopt hoog op.")
    assert "Het loopt hoog op." in client_for(None, west).get(thread.address).content.decode()
    send(desk, url("reopen_discussion", thread.public_id), reason="Het is rustig.")
    thread.refresh_from_db()
    assert thread.state == ThreadState.OPEN


def test_everybody_sees_how_often_moderators_acted_and_nothing_more(
    west: Portal,
    post: Post,
    writer: Person,
    moderator: Person,
    django_capture_on_commit_callbacks: Any,
) -> None:
    visitor = client_for(None, west)
    address = url("moderation_figures")
    assert "have not had to act" in visitor.get(address).content.decode()
    # The page is ready for visitors, and made again as soon as something is done.
    with django_capture_on_commit_callbacks(execute=True):
        action = hidden(post, by=actor_of(moderator, west), at=BEFORE)
        objection_to(action, by=actor_of(writer, west), at=BEFORE)
    page = visitor.get(address).content.decode()
    assert "Insult or threat" in page
    for secret in (post.text, action.reason, "Samira", "Dat klopt niet."):
        assert secret not in page


def test_filters_and_counts_stand_in_the_address(
    west: Portal, thread: Thread, post: Post, moderator: Person
) -> None:
    report_of(post, at=BEFORE)
    make_argument(thread, "www.example.org", at=BEFORE)
    desk = client_for(moderator, west)
    assert "2 texts wait" in desk.get(url("moderation_queue")).content.decode()
    assert "1 text waits" in desk.get(url("moderation_queue"), {"wat": "held"}).content.decode()
    assert "1 text waits" in desk.get(url("moderation_queue"), {"regel": "insult"}).content.decode()
    nothing = desk.get(url("moderation_queue"), {"regel": "privacy"}).content.decode()
    assert "Nothing that waits fits" in nothing
    assert "2 texts wait" in desk.get(url("moderation_queue"), {"wat": "x", "pagina": "z"}).content.decode()
    assert Report.objects.count() == 1


def test_a_declared_interest_is_tried_again_without_harm(
    west: Portal, thread: Thread, moderator: Person
) -> None:
    for _ in range(2):
        declare_interest(
            actor=actor_of(moderator, west), thread_public_id=thread.public_id, why="Buurt", now=NOW
        )
    assert Interest.objects.filter(thread=thread, moderator=moderator).count() == 1


def test_a_hidden_text_leads_its_writer_to_the_reason_and_nobody_else(west: Portal) -> None:
    writer = make_person(west)
    post = make_argument(make_thread(west, at=NOW), writer=actor_of(writer, west), at=NOW)
    action = hidden(post, by=make_moderator(west), at=NOW)
    path = url("post", post.public_id)
    assert url("my_moderation", action.public_id) in client_for(writer, west).get(path).text
    for who in (None, make_person(west)):
        assert "/mijn/modereren/" not in client_for(who, west).get(path).text
