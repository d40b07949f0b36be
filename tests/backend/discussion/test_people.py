"""Discussions and who leaves, who turns out to be one person, and what somebody can read of themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.core import personal_data
from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.discussion.models import Convinced, Post, Revision, Thread, Visit
from backend.discussion.services.arguments import edit_text, mark_convincing, withdraw_text
from backend.discussion.services.facilitation import ask_question, pin
from backend.discussion.services.visits import note_visit
from backend.discussion.states import HeldBecause, PostState
from backend.identity.models import Person
from backend.identity.services.joining import join_to_address
from backend.identity.services.leaving import leave
from backend.identity.services.people import new_person
from backend.identity.states import Origin, Role
from backend.places.models import Portal
from tests.builders.discussions import again, make_argument, make_reply, make_thread
from tests.builders.people import START, actor_of, make_actor, make_person

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
OWN = {"texts", "convictions", "thread_visits", "pins"}


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=NOW)


def held_of(person_id: int) -> dict[str, str]:
    found = {
        held.slug: str([[str(value) for value in row.values()] for row in held.rows(person_id)])
        for held in personal_data.registered()
        if held.slug in OWN
    }
    return {slug: rows for slug, rows in found.items() if rows != "[]"}


def in_state(post: Post, state: PostState) -> Post:
    Post.objects.filter(pk=post.pk).update(state=state, held_because=HeldBecause.LINK)
    return post


def test_everything_somebody_wrote_and_marked_is_theirs_to_read(west: Portal, thread: Thread) -> None:
    person = make_person(west, name="Ingrid", roles=[Role.COUNCILLOR])
    actor = actor_of(person, west, at=NOW)
    post = make_argument(thread, "Eerst", at=NOW, writer=actor)
    edit_text(actor=actor, post_public_id=post.public_id, text="Daarna", now=NOW)
    other = make_argument(thread, "Van een ander", at=NOW)
    mark_convincing(actor=actor, post_public_id=other.public_id, now=NOW)
    pin(actor=actor, post_public_id=other.public_id, now=NOW)
    note_visit(actor=actor, thread_public_id=thread.public_id, version=2, now=NOW)
    found = held_of(person.pk)
    assert set(found) == OWN
    assert "Eerst" in found["texts"]
    assert "Daarna" in found["texts"]
    assert "Van een ander" not in found["texts"]
    assert "Van een ander" in found["convictions"]
    assert held_of(make_person(west).pk) == {}


def test_what_convinced_somebody_is_theirs_to_read_only_as_long_as_it_is_public(
    west: Portal, thread: Thread
) -> None:
    person = make_person(west)
    other = make_argument(thread, "Van een ander", at=NOW)
    mark_convincing(actor=actor_of(person, west, at=NOW), post_public_id=other.public_id, now=NOW)
    for state in (PostState.HELD, PostState.HIDDEN):
        in_state(other, state)
        found = held_of(person.pk)["convictions"]
        assert "Van een ander" not in found
        assert "No longer public" in found


def test_who_leaves_takes_their_name_and_what_nobody_could_read(west: Portal, thread: Thread) -> None:
    person = make_person(west, name="Ingrid", roles=[Role.COUNCILLOR])
    actor = actor_of(person, west, at=NOW)
    shown = make_argument(thread, "Staat er", at=NOW, writer=actor)
    make_reply(shown, "Blijft", at=NOW)
    asked = ask_question(actor=actor, thread_public_id=thread.public_id, text="Vraag", now=NOW)
    waiting = in_state(make_argument(thread, "Wacht", at=NOW, writer=actor), PostState.HELD)
    hidden = make_argument(thread, "Verborgen", at=NOW, writer=actor)
    edit_text(actor=actor, post_public_id=hidden.public_id, text="Verborgen twee", now=NOW)
    in_state(hidden, PostState.HIDDEN)
    withdrawn = make_argument(thread, "Ingetrokken", at=NOW, writer=actor)
    withdraw_text(actor=actor, post_public_id=withdrawn.public_id, now=NOW)
    other = make_argument(thread, "Van een ander", at=NOW)
    for reader in (actor, make_actor(west)):
        mark_convincing(actor=reader, post_public_id=other.public_id, now=NOW)
    pin(actor=actor, post_public_id=other.public_id, now=NOW)
    note_visit(actor=actor, thread_public_id=thread.public_id, version=2, now=NOW)
    before = Thread.objects.get().version
    leave(actor=actor, now=NOW)
    assert held_of(person.pk) == {}
    found = {post.pk: (post.text, post.state) for post in Post.objects.all()}
    assert found[shown.pk] == ("Staat er", "shown")
    assert found[asked.pk] == ("Vraag", "shown")
    assert found[waiting.pk] == ("", "withdrawn")
    assert found[hidden.pk] == ("", "hidden")
    assert found[withdrawn.pk] == ("", "withdrawn")
    assert Revision.objects.count() == Visit.objects.count() == 0
    assert (again(other).convincing_count, Convinced.objects.count()) == (1, 1)
    assert again(other).pinned_at == NOW
    assert Thread.objects.get().version > before
    asked = again(asked)
    assert (asked.author_id, asked.author_name, asked.author_role) == (None, "", "councillor")


def by_letter(portal: Portal) -> Person:
    return new_person(origin=Origin.LETTER, language="nl", now=START)


def join(letter: Person, account: Person, portal: Portal) -> None:
    join_to_address(actor=actor_of(letter, portal, at=NOW), email=account.email or "", now=NOW)


def test_two_accounts_of_one_person_are_convinced_once(west: Portal, thread: Thread) -> None:
    letter, account = by_letter(west), make_person(west)
    first, second = actor_of(letter, west, at=NOW), actor_of(account, west, at=NOW)
    both, one = make_argument(thread, "Beide", at=NOW), make_argument(thread, "Een", at=NOW)
    own = make_argument(thread, "Van de eerste", at=NOW, writer=first)
    other = make_argument(thread, "Van de tweede", at=NOW, writer=second)
    marks: list[tuple[Actor, Post]] = [
        (first, both),
        (second, both),
        (first, one),
        (second, own),
        (first, other),
    ]
    for actor, post in marks:
        mark_convincing(actor=actor, post_public_id=post.public_id, now=NOW)
    note_visit(actor=first, thread_public_id=thread.public_id, version=4, now=NOW)
    note_visit(actor=second, thread_public_id=thread.public_id, version=2, now=NOW)
    with in_municipality(west.municipality_id):
        join(letter, account, west)
    counts = {post.text: post.convincing_count for post in Post.objects.all()}
    assert counts == {"Beide": 1, "Een": 1, "Van de eerste": 0, "Van de tweede": 0}
    assert set(Convinced.objects.values_list("person_id", flat=True)) == {account.pk}
    assert again(own).author_id == again(other).author_id == account.pk
    assert (Visit.objects.get().person_id, Visit.objects.get().version) == (account.pk, 4)
