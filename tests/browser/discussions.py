"""A discussion with a text in every state, as months of use would have left it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from backend.core.tenancy import in_municipality
from backend.discussion.models import Post, Thread
from backend.discussion.services.arguments import edit_text, mark_convincing, withdraw_text
from backend.discussion.services.facilitation import ask_question, pin, summarise
from backend.discussion.services.visits import note_visit
from backend.discussion.states import HeldBecause, PostState, Side, ThreadState
from backend.identity.demo import demo_person
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.discussions import make_argument, make_reply, make_thread
from tests.builders.people import actor_of, make_actor

LONG_WORD = "hemelwaterafvoerbestendigheidsonderzoek"
LONG_TEXT = f"{LONG_WORD * 3} " + "Er is in onze straat nergens een plek om te zitten. " * 30


def discussion_in_every_state(portal: Portal) -> dict[str, str]:
    """The public id of each."""
    with in_municipality(portal.municipality_id):
        thread = make_thread(portal, at=timezone.now(), title="Bankjes langs de kade")
        posts = _fill(thread)
        closed = make_thread(portal, at=timezone.now(), title="Een gesloten gesprek")
        make_argument(closed, at=timezone.now())
        Thread.objects.filter(pk=closed.pk).update(
            state=ThreadState.CLOSED, closed_because="Het is besloten."
        )
        empty = make_thread(portal, at=timezone.now(), title="Een gesprek zonder argumenten")
    threads = {"talk": thread.public_id, "closed_talk": closed.public_id, "quiet_talk": empty.public_id}
    return threads | {name: post.public_id for name, post in posts.items()}


def _fill(thread: Thread) -> dict[str, Post]:
    portal, now = thread.portal, timezone.now()
    writer, reader = make_actor(portal), make_actor(portal)
    councillor = make_actor(portal, Role.COUNCILLOR, name=f"Ingrid {LONG_WORD}")
    for number in range(10):
        at = now - timedelta(days=1, minutes=2 * number)
        make_argument(thread, f"Reden {number} om het te doen.", at=at, writer=writer)
    said = make_argument(thread, LONG_TEXT, at=now - timedelta(days=1), writer=writer)
    for number in range(23):
        at = now - timedelta(minutes=2 * (23 - number))
        make_reply(said, f"Reactie {number}: {LONG_WORD}", at=at, writer=reader)
    mark_convincing(actor=reader, post_public_id=said.public_id, now=now)
    against = make_argument(thread, "Het kost geld.", at=now, writer=writer, side=Side.AGAINST)
    withdrawn = make_argument(thread, "Toch niet.", at=now, writer=reader, side=Side.AGAINST)
    withdraw_text(actor=reader, post_public_id=withdrawn.public_id, now=now)
    note_visit(
        actor=actor_of(demo_person("fatima"), portal, at=now),
        thread_public_id=thread.public_id,
        version=5,
        now=now,
    )
    asked = ask_question(actor=councillor, thread_public_id=thread.public_id, text="Waar dan?", now=now)
    summarise(actor=councillor, thread_public_id=thread.public_id, text="Ik neem dit mee.", now=now)
    pin(actor=councillor, post_public_id=against.public_id, now=now)
    own = make_argument(thread, "Van Fatima zelf.", at=now, writer=reader, side=Side.AGAINST)
    own = edit_text(actor=reader, post_public_id=own.public_id, text="Van Fatima, beter gezegd.", now=now)
    held = make_argument(thread, "Kijk op een site.", at=now, writer=reader)
    hidden = make_argument(thread, "Iets lelijks.", at=now, writer=reader, side=Side.AGAINST)
    Post.objects.filter(pk=hidden.pk).update(state=PostState.HIDDEN)
    Post.objects.filter(pk=held.pk).update(state=PostState.HELD, held_because=HeldBecause.LINK)
    mine = [own.pk, held.pk]
    Post.objects.filter(pk__in=mine).update(author=demo_person("fatima"))
    return {"said": said, "asked": asked, "own": own, "held": held, "taken_back": withdrawn}
