"""Whatever somebody types in a discussion comes out as text: on pages, in mail, and as a piece of a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from backend.core.due import walk
from backend.discussion.models import Post, Revision, Thread
from backend.discussion.selectors.posts import changes_after
from backend.discussion.services.arguments import edit_text
from backend.discussion.services.facilitation import ask_question, pin, summarise
from backend.discussion.services.threads import keep_in_step
from backend.discussion.states import HeldBecause, PostState, Side, ThreadState
from backend.discussion.web.fragments import render_posts
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from tests.backend.proposals.test_hostile_text import HOSTILE, LONG_HOSTILE, SCRIPT, Findings, assert_harmless
from tests.builders.discussions import make_argument, make_reply, make_thread
from tests.builders.people import actor_of, make_person
from tests.builders.roles import given
from tests.builders.web import client_for, url

NOW = timezone.now()


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=NOW, title=" ".join(HOSTILE.split()))


def councillor_of(portal: Portal) -> Person:
    person = make_person(portal, name=HOSTILE[:80])
    given(portal, Role.COUNCILLOR, person=person, affiliation=HOSTILE[:80], now=NOW)
    return person


def fill(thread: Thread, writer: Person, councillor: Person) -> Post:
    """Hostile text in every kind of text. No rule holds it back: a moderator let it through."""
    portal, public_id = thread.portal, thread.public_id
    resident, facilitator = actor_of(writer, portal), actor_of(councillor, portal)
    post = make_argument(thread, "Eerst", at=NOW, writer=resident)
    edit_text(actor=resident, post_public_id=post.public_id, text="Daarna", now=NOW)
    pin(actor=facilitator, post_public_id=post.public_id, now=NOW)
    long = [
        make_argument(thread, "Tegen", at=NOW, writer=facilitator, side=Side.AGAINST),
        make_reply(post, "Een lange reactie", at=NOW, writer=resident),
    ]
    make_reply(post, "Een reactie", at=NOW, writer=facilitator)
    ask_question(actor=facilitator, thread_public_id=public_id, text="Vraag", now=NOW)
    summarise(actor=facilitator, thread_public_id=public_id, text="Dit neem ik mee", now=NOW)
    held = make_argument(thread, "Wacht", at=NOW, writer=resident)
    Post.objects.update(text=LONG_HOSTILE)
    Post.objects.filter(pk__in=[one.pk for one in long]).update(text=LONG_HOSTILE * 8)
    Post.objects.filter(pk=held.pk).update(
        text=f"{LONG_HOSTILE} wacht", state=PostState.HELD, held_because=HeldBecause.LINK
    )
    Revision.objects.update(text=LONG_HOSTILE)
    return post


def test_text_comes_out_as_text_on_every_page(west: Portal, thread: Thread) -> None:
    writer, councillor = make_person(west, name=HOSTILE[:80]), councillor_of(west)
    post = fill(thread, writer, councillor)
    public = [
        thread.address,
        f"{thread.address}?volgorde=nieuw",
        f"{thread.address}?sinds=0",
        url("council_texts", thread.public_id),
        url("post", post.public_id),
        url("history", post.public_id),
    ]
    for path in public:
        assert_harmless(client_for(None, west), path, shows=True)
    mine = [url(name, post.public_id) for name in ("edit_text", "withdraw_text", "reply")]
    for path in [*public, *mine, url("argue_for", thread.public_id)]:
        assert_harmless(client_for(writer, west), path, shows=True)
    facilitating = [url(name, thread.public_id) for name in ("ask_question", "summarise")]
    for path in [*public, *facilitating, url("convincing", post.public_id)]:
        assert_harmless(client_for(councillor, west), path, shows=True)
    odd = {"volgorde": HOSTILE, "pagina": HOSTILE, "sinds": HOSTILE, HOSTILE: HOSTILE}
    for who in (None, writer):
        page = client_for(who, west).get(thread.address, odd).text
        assert SCRIPT not in page
    Thread.objects.update(state=ThreadState.CLOSED, closed_because=LONG_HOSTILE)
    assert_harmless(client_for(writer, west), thread.address, shows=True)


def test_what_came_back_from_a_form_is_text_too(west: Portal, thread: Thread) -> None:
    post = make_argument(thread, at=NOW)
    browser = client_for(make_person(west), west)
    for path in (url("argue_for", thread.public_id), url("reply", post.public_id)):
        answer = browser.post(path, {"text": f"</textarea>{SCRIPT}" + "x" * 3000})
        assert answer.status_code == 422
        findings = Findings()
        findings.feed(answer.text)
        assert findings.wrong == []


def test_pieces_for_open_pages_are_harmless_and_the_same_for_all(west: Portal, thread: Thread) -> None:
    writer, councillor = make_person(west), councillor_of(west)
    fill(thread, writer, councillor)
    for language in ("nl", "en"):
        for for_visitors in (True, False):
            pieces = render_posts(
                changes_after(thread_id=thread.pk, version=0),
                language=language,
                for_visitors=for_visitors,
                now=NOW,
            )
            assert len(pieces) == 7
            html = "".join(str(piece["html"]) for piece in pieces)
            findings = Findings()
            findings.feed(html)
            assert findings.wrong == []
            assert "csrf" not in html
            # What went back to waiting is a trace for everybody, also for who wrote it.
            assert "omgekeerd wacht" not in html
            assert ("<button" in html) is not for_visitors
            assert ("Edit</a>" in html) is False


def test_mail_about_a_reply_has_the_title_and_no_words_of_others(west: Portal, thread: Thread) -> None:
    post = make_argument(thread, at=NOW)
    make_reply(post, "Een reactie die later weg kan", at=NOW)
    walk(NOW + timedelta(seconds=1))
    (message,) = (message for message in mail.outbox if post.public_id in str(message.body))
    assert message.message().get_content_type() == "text/plain"
    assert "\n" not in message.subject
    assert SCRIPT in message.subject
    assert "weg kan" not in str(message.body)


def test_a_thread_that_is_not_public_has_no_pieces(west: Portal, thread: Thread) -> None:
    make_argument(thread, at=NOW)
    assert len(changes_after(thread_id=thread.pk, version=0)) == 1
    keep_in_step(thread_id=thread.pk, state=ThreadState.HIDDEN)
    assert changes_after(thread_id=thread.pk, version=0) == []
