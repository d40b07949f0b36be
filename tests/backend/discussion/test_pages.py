"""Discussions on pages: what visitors and residents see, and what a form does."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.discussion.models import Post, Thread, Visit
from backend.discussion.services.arguments import edit_text, mark_convincing, withdraw_text
from backend.discussion.services.facilitation import ask_question
from backend.discussion.services.threads import keep_in_step
from backend.discussion.states import HeldBecause, PostState, Side, ThreadState
from backend.discussion.web.acting import MARKS
from backend.identity.states import Role
from backend.identity.web.limits import take_turn
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import argue, make_plan
from tests.builders.roles import given
from tests.builders.web import client_for, url

NOW = timezone.now()


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=NOW)


def article(page: str, post: Post) -> str:
    """One text on a page, as words with single spaces between them."""
    found = re.search(rf'<article[^>]*id="tekst-{post.public_id}".*?</article>', page, re.DOTALL)
    assert found, page
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def buttons(page: str, post: Post) -> str:
    found = re.search(rf'<article[^>]*id="tekst-{post.public_id}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def test_both_sides_are_told_in_words(west: Portal, thread: Thread) -> None:
    argument = make_argument(thread, "Zitten is fijn", at=NOW)
    against = make_argument(thread, "Het kost geld", at=NOW, side=Side.AGAINST)
    answer = make_reply(argument, at=NOW)
    page = client_for(None, west).get(thread.address).text
    assert article(page, argument).startswith("For A resident")
    assert article(page, against).startswith("Against A resident")
    assert article(page, answer).startswith("Reply A resident")
    assert "Give an argument for" in page
    dutch = client_for(None, west, language="nl").get(thread.address).text
    assert 'lang="nl"' in dutch


def test_visitors_get_one_page_without_forms_from_the_store(west: Portal, thread: Thread) -> None:
    argument = make_argument(thread, at=NOW)
    browser = client_for(None, west)
    first = browser.get(thread.address).text
    assert "<form" not in first
    assert "csrf" not in first
    assert f'href="/tekst/{argument.public_id}/overtuigend/"' in first
    assert browser.get(thread.address).text == first


@pytest.mark.django_db(transaction=True)
def test_the_stored_page_goes_with_every_change(west: Portal) -> None:
    thread, writer, reader = make_thread(west, at=NOW), make_actor(west), make_actor(west)
    browser = client_for(None, west)
    seen = [browser.get(thread.address).text]

    def changed() -> str:
        page = browser.get(thread.address).text
        assert page != seen[-1]
        seen.append(page)
        return page

    post = make_argument(thread, "Eerste woorden", at=NOW, writer=writer)
    assert "Eerste woorden" in changed()
    answer = make_reply(post, "Een reactie", at=NOW, writer=reader)
    assert "Een reactie" in changed()
    mark_convincing(actor=reader, post_public_id=post.public_id, now=NOW)
    assert "1 person is convinced" in changed()
    edit_text(actor=writer, post_public_id=post.public_id, text="Andere woorden", now=NOW)
    assert "Eerste woorden" not in changed()
    withdraw_text(actor=writer, post_public_id=post.public_id, now=NOW)
    assert "Andere woorden" not in changed()
    withdraw_text(actor=reader, post_public_id=answer.public_id, now=NOW)
    assert "Een reactie" not in changed()


def test_withdrawn_words_are_nowhere(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    writer, browser = actor_of(person, west), client_for(person, west)
    post = make_argument(thread, "Geheim een", at=NOW, writer=writer)
    edit_text(actor=writer, post_public_id=post.public_id, text="Geheim twee", now=NOW)
    answer = make_reply(post, "Blijft staan", at=NOW)
    assert browser.post(url("withdraw_text", post.public_id), follow=True).status_code == 200
    moderator = client_for(make_person(west, roles=[Role.MODERATOR]), west)
    for who in (client_for(None, west), browser, moderator):
        for path in (thread.address, url("post", post.public_id), url("council_texts", thread.public_id)):
            page = who.get(path).text
            assert "Geheim" not in page
        page = who.get(thread.address).text
        assert "Withdrawn by who wrote it." in article(page, post)
        assert "Blijft staan" in article(page, answer)
        assert who.get(url("history", post.public_id)).status_code == 404
    for path in ("edit_text", "reply", "convincing"):
        assert "Geheim" not in browser.get(url(path, post.public_id)).text


def test_somebody_gives_an_argument_and_finds_it(west: Portal, thread: Thread) -> None:
    browser = client_for(make_person(west), west)
    assert "Your argument against" in browser.get(url("argue_against", thread.public_id)).text
    answer = browser.post(url("argue_against", thread.public_id), {"text": "Het kost geld"}, follow=True)
    post = Post.objects.get()
    assert answer.redirect_chain[-1][0] == f"{thread.address}?volgorde=nieuw#tekst-{post.public_id}"
    assert "Your text stands there." in answer.text
    assert article(answer.text, post).startswith("Against You")
    assert "Edit" in article(answer.text, post)
    browser.post(url("argue_against", thread.public_id), {"text": "Het kost geld"})
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "Write your text first."), ("x" * 3001, "This is too long: 3001 characters."), ("x\0y", "Null")],
)
def test_a_text_that_does_not_fit_comes_back_whole(
    west: Portal, thread: Thread, text: str, message: str
) -> None:
    browser = client_for(make_person(west), west)
    post = make_argument(thread, at=NOW)
    for path in (url("argue_for", thread.public_id), url("reply", post.public_id)):
        answer = browser.post(path, {"text": text})
        assert answer.status_code == 422
        assert message in answer.text
        assert "Nothing was lost" in answer.text
        assert text.replace("\0", "") in answer.text.replace("\0", "")
    assert Post.objects.count() == 1


def test_a_thread_that_closed_meanwhile_gives_the_text_back(west: Portal, thread: Thread) -> None:
    browser = client_for(make_person(west), west)
    keep_in_step(thread_id=thread.pk, state=ThreadState.CLOSED)
    answer = browser.post(url("argue_for", thread.public_id), {"text": "Lang getypt"})
    assert answer.status_code == 409
    assert "Lang getypt" in answer.text
    assert "This discussion is closed" in answer.text
    page = browser.get(thread.address).text
    assert "This discussion is closed" in page
    assert "Give an argument" not in page


def test_a_visitor_is_asked_to_sign_in_and_then_sees_one_button(west: Portal, thread: Thread) -> None:
    post = make_argument(thread, at=NOW)
    for path in (
        url("argue_for", thread.public_id),
        url("reply", post.public_id),
        url("convincing", post.public_id),
    ):
        answer = client_for(None, west).get(path)
        assert answer.headers["Location"].startswith("/aanmelden/?next=")
    browser = client_for(make_person(west), west)
    assert "Do you find this convincing?" in browser.get(url("convincing", post.public_id)).text


def test_a_mark_is_set_and_taken_back_on_the_page_one_was_on(west: Portal, thread: Thread) -> None:
    browser, post = client_for(make_person(west), west), make_argument(thread, at=NOW)
    back = f"{thread.address}?volgorde=nieuw&pagina=1"
    on, off = {"doe": "aan", "terug": back}, {"doe": "uit", "terug": back}
    for said, marks in ((on, 1), (on, 1), (off, 0), (off, 0)):
        answer = browser.post(url("convincing", post.public_id), said)
        assert answer.headers["Location"] == f"{back}#tekst-{post.public_id}"
        assert again(post).convincing_count == marks
    browser.post(url("convincing", post.public_id), on)
    assert 'value="uit" aria-pressed="true"' in buttons(browser.get(thread.address).text, post)


@pytest.mark.parametrize(
    "elsewhere", ["https://elders.example/", "//elders.example", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_elsewhere(west: Portal, thread: Thread, elsewhere: str) -> None:
    browser, post = client_for(make_person(west), west), make_argument(thread, at=NOW)
    answer = browser.post(url("convincing", post.public_id), {"terug": elsewhere})
    assert answer.headers["Location"] == f"/tekst/{post.public_id}/#tekst-{post.public_id}"


def test_all_replies_stand_with_the_argument_and_each_has_an_address(west: Portal, thread: Thread) -> None:
    writer, post = make_actor(west), make_argument(thread, at=NOW)
    replies = [
        make_reply(post, f"Reactie {n}", at=NOW + timedelta(minutes=n), writer=writer) for n in range(23)
    ]
    visitor = client_for(None, west)
    listed = visitor.get(thread.address).text
    assert "Read all 23 replies" in listed
    assert "Reactie 3" not in listed
    last = visitor.get(url("post", replies[-1].public_id))
    assert last.headers["Location"] == (f"/tekst/{post.public_id}/?pagina=2#tekst-{replies[-1].public_id}")
    assert "Reactie 22" in visitor.get(last.headers["Location"]).text
    first = visitor.get(url("post", replies[0].public_id))
    assert first.headers["Location"] == f"/tekst/{post.public_id}/#tekst-{replies[0].public_id}"


def test_a_long_text_is_cut_in_the_list_and_whole_on_its_page(west: Portal, thread: Thread) -> None:
    post = make_argument(thread, "woord " * 400 + "einde", at=NOW)
    visitor = client_for(None, west)
    listed = visitor.get(thread.address).text
    assert "einde" not in listed
    assert "Read the whole text" in article(listed, post)
    assert "einde" in visitor.get(url("post", post.public_id)).text


def test_what_it_said_before_can_be_read_by_all(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    post = make_argument(thread, "Eerst", at=NOW, writer=actor_of(person, west))
    browser = client_for(person, west)
    assert "Eerst" in browser.get(url("edit_text", post.public_id)).text
    answer = browser.post(url("edit_text", post.public_id), {"text": "Daarna"}, follow=True)
    assert "Your text was changed." in answer.text
    again_the_same = browser.post(url("edit_text", post.public_id), {"text": " Daarna "}, follow=True)
    assert "Nothing was changed." in again_the_same.text
    assert "Your text was changed." not in again_the_same.text
    assert "Daarna" in article(answer.text, post)
    assert "What it said before" in article(answer.text, post)
    history = client_for(None, west).get(url("history", post.public_id)).text
    assert history.index("Daarna") < history.index("Eerst")


def test_the_time_to_edit_ends(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    post = make_argument(thread, "Oud", at=NOW - timedelta(minutes=31), writer=actor_of(person, west))
    browser = client_for(person, west)
    assert "Edit" not in article(browser.get(thread.address).text, post).split()
    for answer in (
        browser.get(url("edit_text", post.public_id)),
        browser.post(url("edit_text", post.public_id), {"text": "Nieuw"}),
    ):
        assert answer.status_code == 409
        assert "half an hour" in answer.text
    assert again(post).text == "Oud"


def test_who_has_a_role_is_shown_with_name_role_and_party(west: Portal, thread: Thread) -> None:
    person = make_person(west, name="Ingrid")
    given(west, Role.COUNCILLOR, person=person, affiliation="Buurtlijst", now=NOW)
    browser = client_for(person, west, second_factor=False)
    browser.post(url("ask_question", thread.public_id), {"text": "Waar dan?"})
    browser.post(url("argue_for", thread.public_id), {"text": "Goed idee"})
    browser.post(url("summarise", thread.public_id), {"text": "Ik neem dit mee"})
    page = client_for(None, west).get(thread.address).text
    for post, tag in zip(Post.objects.order_by("pk"), ("Question", "For", "What I take along"), strict=True):
        assert article(page, post).startswith(f"{tag} Ingrid , Councillor, Buurtlijst")


def test_a_councillor_without_a_name_is_asked_for_it(west: Portal, thread: Thread) -> None:
    browser = client_for(make_person(west, roles=[Role.COUNCILLOR]), west)
    answer = browser.post(url("ask_question", thread.public_id), {"text": "Waar dan?"})
    assert answer.status_code == 409
    assert "Waar dan?" in answer.text
    assert "yours is not filled in" in answer.text


def test_a_councillor_pins_three_at_most(west: Portal, thread: Thread) -> None:
    person = make_person(west, name="Ingrid", roles=[Role.COUNCILLOR])
    browser, writer = client_for(person, west), make_actor(west)
    posts = [make_argument(thread, f"Argument {n}", at=NOW, writer=writer) for n in range(4)]
    answers = [browser.post(url("pin", post.public_id), {"doe": "aan"}).status_code for post in posts]
    assert answers == [302, 302, 302, 409]
    browser.post(url("pin", posts[0].public_id), {"doe": "uit"})
    assert browser.post(url("pin", posts[3].public_id), {"doe": "aan"}).status_code == 302
    assert article(client_for(None, west).get(thread.address).text, posts[3]).startswith("For Pinned")


def test_what_is_new_is_marked_until_it_was_seen(west: Portal, thread: Thread) -> None:
    person, writer = make_person(west), make_actor(west)
    browser = client_for(person, west)
    old = make_argument(thread, "Oud", at=NOW, writer=writer)
    assert "since your last visit" not in browser.get(thread.address).text
    answer = browser.post(url("thread_seen", thread.public_id), {"versie": "1"})
    # The receipt stands at the top, so that is where it leads to.
    assert answer.headers["Location"] == thread.address
    assert "Next time you see here what is new." in browser.get(thread.address).text
    new = make_argument(thread, "Nieuw", at=NOW, writer=writer)
    page = browser.get(thread.address).text
    assert "1 new text since your last visit" in page
    assert article(page, new).startswith("For New A resident")
    assert article(page, old).startswith("For A resident")
    only_new = browser.get(f"{thread.address}?sinds=1").text
    assert "Nieuw" in only_new
    assert f"tekst-{old.public_id}" not in only_new
    assert "I have seen it all" in page
    by_script = browser.post(
        url("thread_seen", thread.public_id), {"versie": "2"}, headers={"X-Requested-With": "fetch"}
    )
    assert by_script.status_code == 204
    page = browser.get(thread.address).text
    # What a script does by itself nobody asked for, so it has no receipt.
    assert "Next time you see here what is new." not in page
    assert "since your last visit" not in page


def test_who_has_seen_the_replies_reads_that_it_was_noted(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    post = make_argument(thread, at=NOW, writer=actor_of(person, west))
    answer = client_for(person, west).post(url("replies_seen", post.public_id), follow=True)
    assert "You have seen these replies." in answer.text


def test_an_edit_that_has_to_wait_is_told_so(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    post = make_argument(thread, "Eerst", at=NOW, writer=actor_of(person, west))
    address = url("edit_text", post.public_id)
    answer = client_for(person, west).post(address, {"text": "Kijk op www.example.org"}, follow=True)
    assert "A moderator reads it first." in answer.text
    assert "Your text was changed." not in answer.text


@pytest.mark.parametrize("said", ["", "-1", "abc", "²", "9" * 400, "1.5"])
def test_a_version_that_is_none_is_zero(west: Portal, thread: Thread, said: str) -> None:
    browser = client_for(make_person(west), west)
    browser.post(url("thread_seen", thread.public_id), {"versie": said})
    assert Visit.objects.get().version == 0
    for name in ("sinds", "pagina", "volgorde"):
        assert browser.get(thread.address, {name: said}).status_code == 200


def test_what_waits_is_seen_by_its_writer_with_the_rule(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    post = make_argument(thread, "Wacht nog", at=NOW, writer=actor_of(person, west))
    Post.objects.filter(pk=post.pk).update(
        state=PostState.HELD, held_because=HeldBecause.LINK, version=0, text_version=0
    )
    mine = client_for(person, west)
    page = mine.get(thread.address).text
    assert "It waits for a moderator, because of a rule: It has a web address in it." in article(page, post)
    assert mine.get(url("post", post.public_id)).status_code == 200
    for who in (client_for(None, west), client_for(make_person(west), west)):
        assert "Wacht nog" not in who.get(thread.address).text
        assert who.get(url("post", post.public_id)).status_code == 404
        assert who.get(url("history", post.public_id)).status_code == 404


def test_hidden_words_are_read_by_their_writer_and_moderators_alone(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    post = make_argument(thread, "Verborgen woorden", at=NOW, writer=actor_of(person, west))
    Post.objects.filter(pk=post.pk).update(state=PostState.HIDDEN)
    moderator = client_for(make_person(west, roles=[Role.MODERATOR]), west)
    everybody: dict[bool, list[Client]] = {
        True: [client_for(person, west), moderator],
        False: [client_for(None, west), client_for(make_person(west, roles=[Role.COUNCILLOR]), west)],
    }
    for reads, browsers in everybody.items():
        for browser in browsers:
            for path in (thread.address, url("post", post.public_id)):
                words = article(browser.get(path).text, post)
                assert "Hidden by a moderator." in words
                assert ("Verborgen woorden" in words) is reads


def test_of_a_hidden_thread_no_page_exists(west: Portal, thread: Thread) -> None:
    person = make_person(west)
    post = make_argument(thread, at=NOW, writer=actor_of(person, west))
    keep_in_step(thread_id=thread.pk, state=ThreadState.HIDDEN)
    for browser in (client_for(None, west), client_for(person, west)):
        for path in (thread.address, url("post", post.public_id)):
            assert browser.get(path).status_code == 404


def test_every_id_stands_once_and_every_button_has_its_form(west: Portal, thread: Thread) -> None:
    person = make_person(west, name="Ingrid", roles=[Role.COUNCILLOR])
    writer = actor_of(person, west)
    post = make_argument(thread, at=NOW)
    make_argument(thread, at=NOW, side=Side.AGAINST, writer=writer)
    make_reply(post, at=NOW)
    ask_question(actor=writer, thread_public_id=thread.public_id, text="Waar dan?", now=NOW)
    browser = client_for(person, west)
    paths = (thread.address, url("post", post.public_id), url("council_texts", thread.public_id))
    for path in paths:
        page = browser.get(path).text
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path
        assert set(re.findall(r'\sform="([^"]+)"', page)) == {"gesprek-doen"}
        assert "gesprek-doen" in ids
        described = re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page)
        assert {name for names in described for name in names.split()} <= set(ids)


@pytest.mark.parametrize("many", [1, 3])
def test_the_pages_cost_the_same_for_one_and_for_three(west: Portal, thread: Thread, many: int) -> None:
    person, writer = make_person(west), make_actor(west)
    councillor = make_actor(west, Role.COUNCILLOR, name="Ingrid")
    # Slowly enough that none of it waits.
    moments = (NOW + timedelta(minutes=number) for number in count())
    for number in range(many):
        post = make_argument(thread, f"Voor {number}", at=next(moments), writer=writer)
        make_argument(thread, f"Tegen {number}", at=next(moments), writer=writer, side=Side.AGAINST)
        for answer in range(many):
            make_reply(post, f"Reactie {number}.{answer}", at=next(moments), writer=writer)
        text = f"Vraag {number}"
        ask_question(actor=councillor, thread_public_id=thread.public_id, text=text, now=next(moments))
    mine, visitor = client_for(person, west), client_for(None, west)
    for browser, path, number in (
        # Session, person and roles; the thread, how they stand in it, and what convinces them.
        (mine, thread.address, 6),
        # An address that is not kept, so that it is made each time, of lists that were read before.
        (visitor, f"{thread.address}?volgorde=nieuw", 1),
        (mine, url("post", post.public_id), 7),
        (mine, url("council_texts", thread.public_id), 7),
    ):
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        assert len(asked) == number, "\n".join(query["sql"][:120] for query in asked)


def test_the_buttons_on_the_page_of_a_plan_carry_its_token(west: Portal) -> None:
    now = timezone.now()
    plan = make_plan(west, at=now)
    post = argue(plan, at=now)
    browser = client_for(make_person(west), west)
    browser.handler.enforce_csrf_checks = True
    page = browser.get(url("plan", plan.public_id)).text
    form = re.search(r'<form id="gesprek-doen".*?</form>', page, re.DOTALL)
    assert form
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form[0])
    assert token
    pressed = {"doe": "aan", "csrfmiddlewaretoken": token[1]}
    assert browser.post(url("convincing", post.public_id), pressed).status_code == 302
    assert again(post).convincing_count == 1


def test_who_changes_marks_without_end_waits_and_nobody_else_does(west: Portal, thread: Thread) -> None:
    post = make_argument(thread, at=NOW)
    restless, other = make_person(west), make_person(west)
    # As if all but one mark of these ten minutes were spent.
    for _ in range(MARKS.tries - 1):
        take_turn(purse=MARKS, action="convincing", person_id=restless.pk, now=timezone.now())
    browser, address = client_for(restless, west), url("convincing", post.public_id)
    assert browser.post(address, {"doe": "aan"}).status_code == 302
    refused = browser.post(address, {"doe": "uit"})
    assert refused.status_code == 429
    assert "Wait a few minutes" in refused.text
    assert again(post).convincing_count == 1
    assert client_for(other, west).post(address, {"doe": "aan"}).status_code == 302
