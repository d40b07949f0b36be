"""Moderation with something in every state, as some weeks of use would have left it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from backend.core.tenancy import in_municipality
from backend.discussion.conduct import ObjectionOutcome
from backend.discussion.models import Post
from backend.discussion.services.moderation.closing import close_discussion
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.services.moderation.objecting import decide_objection
from backend.discussion.services.moderation.texts import ask_to_rephrase
from backend.identity.demo import demo_person
from backend.identity.models import Person
from backend.places.models import Portal
from tests.builders.discussions import make_argument, make_reply, make_thread
from tests.builders.moderation import grounds_for, hidden, objection_to, paused, report_of
from tests.builders.people import actor_of, make_actor

LONG_WORD = "hemelwaterafvoerbestendigheidsonderzoek"
MORE_THAN_A_PAGE = 21


def moderation_in_every_state(portal: Portal) -> dict[str, str]:
    """The public id or number of each. Fatima is who moderators act on, apart from somebody who is paused."""
    now = timezone.now()
    long_ago, yesterday = now - timedelta(days=60), now - timedelta(days=2)
    with in_municipality(portal.municipality_id):
        first = actor_of(demo_person("moderator"), portal)
        second = actor_of(demo_person("tweede-moderator"), portal)
        fatima = actor_of(demo_person("fatima"), portal)
        # Not a new account, whose first texts would wait.
        Person.objects.filter(pk=fatima.person_id).update(joined_at=long_ago)
        thread = make_thread(portal, at=long_ago, title=f"Een {LONG_WORD} langs de kade")

        def said(text: str) -> Post:
            return make_argument(thread, text, at=yesterday, writer=fatima)

        for number in range(MORE_THAN_A_PAGE):
            held = make_argument(thread, f"www.example.org/{LONG_WORD * 3}/{number}", at=yesterday)
        answer = make_reply(said("Een gewoon argument."), f"Jij {LONG_WORD * 2}!", at=yesterday)
        report_of(answer, at=yesterday, note="Dit gaat te ver.")
        interested = make_thread(portal, at=long_ago, title="Waar een moderator woont")
        left = make_argument(interested, "Van een ander.", at=yesterday)
        declare_interest(actor=first, thread_public_id=interested.public_id, why="Ik woon ernaast.", now=now)
        hid = hidden(said("Jij bent een dief."), by=first, at=yesterday)
        too_late = hidden(said("Jij bent een schurk."), by=second, at=long_ago)
        objected = hidden(said("Jij bent een boef."), by=first, at=yesterday)
        waiting = objection_to(objected, by=fatima, at=yesterday)
        answered = hidden(said("Jij bent een bandiet."), by=first, at=yesterday)
        decided = objection_to(answered, by=fatima, at=yesterday)
        decide_objection(
            actor=second,
            objection_id=decided.pk,
            outcome=ObjectionOutcome.UPHELD,
            reason="Nagekeken.",
            now=now,
        )
        bad = said("Jij bent niet wijs.")
        asked = ask_to_rephrase(
            actor=first, post_public_id=bad.public_id, grounds=grounds_for(bad), now=yesterday
        )
        by_paused = make_argument(
            thread, "Nog een.", at=yesterday, writer=make_actor(portal, name=f"Sam {LONG_WORD}")
        )
        pause = paused(by_paused, by=first, at=now)
        closed = make_thread(portal, at=long_ago, title="Door een moderator gesloten")
        make_argument(closed, "Ruzie.", at=yesterday)
        close_discussion(actor=first, thread_public_id=closed.public_id, grounds=grounds_for(None), now=now)
    return {
        "moderated": thread.public_id,
        "held_text": held.public_id,
        "reported": answer.public_id,
        "left_to_others": left.public_id,
        "hidden_text": hid.post.public_id if hid.post else "",
        "hid": hid.public_id,
        "too_late": too_late.public_id,
        "objected": objected.public_id,
        "answered": answered.public_id,
        "asked_again": asked.public_id,
        "objection": str(waiting.pk),
        "objection_decided": str(decided.pk),
        "pause": pause.public_id,
        "closed_by_moderator": closed.public_id,
    }
