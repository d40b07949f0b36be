"""What made-up moderators find on their desk: a text that waits, one that was reported, and an objection."""

from __future__ import annotations

from datetime import datetime

from backend.discussion.conduct import ConductRule
from backend.discussion.selectors.moderation.items import seen_of
from backend.discussion.services.arguments import place_argument
from backend.discussion.services.moderation.objecting import object_to
from backend.discussion.services.moderation.recording import Grounds
from backend.discussion.services.moderation.reporting import report
from backend.discussion.services.moderation.texts import hide
from backend.discussion.states import Side
from backend.places.models import Portal

from .demo_discussions import acting_as
from .models import Plan

PLAN = "Muziek op het plein"
# It has a web address in it, so it waits by rule.
WAITS = "Zo doen ze het in een andere stad, met een vast podium: https://podium.example.org/plein"
REPORTED = "Wat een onzin. Wie dit bedenkt, heeft zelf geen oren."
HIDDEN = "Wie wil mijn oude drumstel kopen? Het staat nog op zolder."
TEXTS = (
    ("nieuw", Side.FOR, WAITS),
    ("nieuw", Side.AGAINST, REPORTED),
    ("fatima", Side.FOR, HIDDEN),
)
WHY_HIDDEN = "Dit gaat over iets verkopen, en niet over het podium."
OBJECTION = "Ik wil het weggeven aan wie op het podium speelt. Zo had ik het moeten schrijven."


def moderate(portal: Portal, *, now: datetime) -> None:
    """Three texts about one plan, each of which asks something else of a moderator."""
    thread = Plan.objects.values_list("thread__public_id", flat=True).get(portal=portal, title=PLAN)
    _waits, rude, beside_it = (
        place_argument(
            actor=acting_as(portal, slug, now), thread_public_id=thread, side=side, text=text, now=now
        )
        for slug, side, text in TEXTS
    )
    report(
        actor=acting_as(portal, "joop", now),
        post_public_id=rude.public_id,
        rule=ConductRule.INSULT,
        note="",
        now=now,
    )
    hidden = hide(
        actor=acting_as(portal, "moderator", now),
        post_public_id=beside_it.public_id,
        grounds=Grounds(rule=ConductRule.OFF_TOPIC, reason=WHY_HIDDEN, seen=seen_of(beside_it)),
        now=now,
    )
    object_to(
        actor=acting_as(portal, "fatima", now), action_public_id=hidden.public_id, text=OBJECTION, now=now
    )
