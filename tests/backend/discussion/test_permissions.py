"""Who may do what with a text in which state, as a table, tried through the services themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from backend.core.actor import Actor
from backend.core.errors import DomainError, NotAllowed, NotFound, require
from backend.core.tenancy import in_municipality
from backend.discussion.errors import DiscussionClosed, TextGone
from backend.discussion.models import Post, Thread
from backend.discussion.permissions import can_read_text
from backend.discussion.selectors.posts import get_post
from backend.discussion.services.arguments import (
    edit_text,
    mark_convincing,
    place_argument,
    reply,
    unmark_convincing,
    withdraw_text,
)
from backend.discussion.services.facilitation import ask_question, pin, summarise, unpin
from backend.discussion.services.threads import keep_in_step
from backend.discussion.services.visits import note_visit
from backend.discussion.states import HeldBecause, PostState, ThreadState
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.discussions import make_argument, make_thread
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.portals import make_portal, visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)

STATES = ["shown", "held", "hidden", "withdrawn", "closed", "not_public"]
# One letter for each state of the text in an open thread, and for a public text in a thread that is closed or
# not public. + it is done; - not allowed, because of who asks; . there is no such text for them, hidden or
# absent; x it is too late for it, whoever asks.
TABLE = """
actor       action      shown held hidden withdrawn closed not_public
visitor     see           +    .     +       +        +        .
visitor     read          +    .     -       -        +        .
visitor     argue         -    -     -       -        -        .
visitor     reply         -    .     -       -        -        .
visitor     edit          -    .     -       -        -        .
visitor     withdraw      -    .     -       -        -        .
visitor     mark          -    .     -       -        -        .
visitor     unmark        -    .     -       -        -        .
visitor     pin           -    .     -       -        -        .
visitor     ask           -    -     -       -        -        .
visitor     visit         -    -     -       -        -        .
resident    see           +    .     +       +        +        .
resident    read          +    .     -       -        +        .
resident    argue         +    +     +       +        x        .
resident    reply         +    .     x       x        x        .
resident    edit          -    .     -       -        -        .
resident    withdraw      -    .     -       -        -        .
resident    mark          +    .     x       x        x        .
resident    unmark        +    .     x       x        x        .
resident    pin           -    .     -       -        x        .
resident    unpin         -    .     -       -        x        .
resident    ask           -    -     -       -        x        .
resident    summarise     -    -     -       -        x        .
resident    visit         +    +     +       +        +        .
writer      see           +    +     +       +        +        .
writer      read          +    +     +       -        +        .
writer      argue         +    +     +       +        x        .
writer      reply         +    x     x       x        x        .
writer      edit          +    +     x       x        x        .
writer      withdraw      +    +     +       +        +        .
writer      mark          -    x     x       x        x        .
writer      unmark        -    x     x       x        x        .
writer      pin           -    -     -       -        x        .
councillor  see           +    .     +       +        +        .
councillor  read          +    .     -       -        +        .
councillor  argue         +    +     +       +        x        .
councillor  reply         +    .     x       x        x        .
councillor  edit          -    .     -       -        -        .
councillor  withdraw      -    .     -       -        -        .
councillor  mark          +    .     x       x        x        .
councillor  pin           +    .     x       x        x        .
councillor  unpin         +    .     x       x        x        .
councillor  ask           +    +     +       +        x        .
councillor  summarise     +    +     +       +        x        .
moderator   see           +    +     +       +        +        .
moderator   read          +    +     +       -        +        .
moderator   reply         +    x     x       x        x        .
moderator   edit          -    -     -       -        -        .
moderator   withdraw      -    -     -       -        -        .
moderator   pin           -    -     -       -        x        .
moderator   ask           -    -     -       -        x        .
clerk       see           +    .     +       +        +        .
clerk       read          +    .     -       -        +        .
clerk       edit          -    .     -       -        -        .
clerk       withdraw      -    .     -       -        -        .
clerk       pin           -    .     -       -        x        .
clerk       ask           -    -     -       -        x        .
neighbour   see           .    .     .       .        .        .
neighbour   argue         .    .     .       .        .        .
neighbour   reply         .    .     .       .        .        .
neighbour   edit          .    .     .       .        .        .
neighbour   withdraw      .    .     .       .        .        .
neighbour   mark          .    .     .       .        .        .
neighbour   pin           .    .     .       .        .        .
neighbour   ask           .    .     .       .        .        .
neighbour   visit         .    .     .       .        .        .
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
Do = Callable[[Actor, Post], object]


def read_words(actor: Actor, post: Post) -> None:
    """The words themselves, and not only that something stands there."""
    require(can_read_text(actor, get_post(actor=actor, public_id=post.public_id)))


ACTIONS: dict[str, Do] = {
    "see": lambda actor, post: get_post(actor=actor, public_id=post.public_id),
    "read": read_words,
    "argue": lambda actor, post: place_argument(
        actor=actor, thread_public_id=post.thread.public_id, side="for", text="Tekst", now=LATER
    ),
    "reply": lambda actor, post: reply(actor=actor, post_public_id=post.public_id, text="Reactie", now=LATER),
    "edit": lambda actor, post: edit_text(
        actor=actor, post_public_id=post.public_id, text="Anders", now=LATER
    ),
    "withdraw": lambda actor, post: withdraw_text(actor=actor, post_public_id=post.public_id, now=LATER),
    "mark": lambda actor, post: mark_convincing(actor=actor, post_public_id=post.public_id, now=LATER),
    "unmark": lambda actor, post: unmark_convincing(actor=actor, post_public_id=post.public_id, now=LATER),
    "pin": lambda actor, post: pin(actor=actor, post_public_id=post.public_id, now=LATER),
    "unpin": lambda actor, post: unpin(actor=actor, post_public_id=post.public_id, now=LATER),
    "ask": lambda actor, post: ask_question(
        actor=actor, thread_public_id=post.thread.public_id, text="Vraag", now=LATER
    ),
    "summarise": lambda actor, post: summarise(
        actor=actor, thread_public_id=post.thread.public_id, text="Ik neem mee", now=LATER
    ),
    "visit": lambda actor, post: note_visit(
        actor=actor, thread_public_id=post.thread.public_id, version=1, now=LATER
    ),
}


def acting(who: str, portal: Portal, writer: Actor) -> tuple[Actor, Portal]:
    """The one who tries it, and the portal they are at."""
    if who == "visitor":
        return visitor_of(portal), portal
    if who == "writer":
        return writer, portal
    if who == "neighbour":
        # Somebody with every role, at a portal of another municipality.
        other = make_portal("oosterpark", code="GM0014")
        return actor_of(make_person(other, name="Bo", roles=list(Role)), other), other
    roles = [] if who == "resident" else [Role(who)]
    return make_actor(portal, *roles, name="Ingrid" if roles else ""), portal


def text_in(state: str, thread: Thread, writer: Actor) -> Post:
    post = make_argument(thread, at=NOW, writer=writer)
    if state == "held":
        changes = {"held_because": HeldBecause.LINK, "version": 0, "text_version": 0}
        Post.objects.filter(pk=post.pk).update(state=PostState.HELD, **changes)
    elif state == "hidden":
        Post.objects.filter(pk=post.pk).update(state=PostState.HIDDEN)
    elif state == "withdrawn":
        withdraw_text(actor=writer, post_public_id=post.public_id, now=NOW)
    elif state == "closed":
        keep_in_step(thread_id=thread.pk, state=ThreadState.CLOSED)
    elif state == "not_public":
        keep_in_step(thread_id=thread.pk, state=ThreadState.HIDDEN)
    return post


@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what_with_a_text(west: Portal, state: str) -> None:
    writer = make_actor(west)
    post = text_in(state, make_thread(west, at=NOW), writer)
    people = {who: acting(who, west, writer) for who in dict.fromkeys(row[0] for row in ROWS)}
    wrong = []
    for row in ROWS:
        who, action, letter = row[0], row[1], row[2 + STATES.index(state)]
        found = outcome_of(ACTIONS[action], *people[who], post)
        if found != letter:
            wrong.append(f"{who} {action} {state}: {found}, not {letter}")
    assert not wrong


def outcome_of(do: Do, actor: Actor, portal: Portal, post: Post) -> str:
    """The letter of the table. What was done is undone, for the next one to try."""

    class Undo(Exception):
        pass

    try:
        with transaction.atomic(), in_municipality(portal.municipality_id):
            do(actor, post)
            raise Undo
    except Undo:
        return "+"
    except NotFound:
        return "."
    except NotAllowed:
        return "-"
    except (DiscussionClosed, TextGone):
        return "x"
    except DomainError as error:
        return error.code
