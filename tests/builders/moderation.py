"""Moderators and what they do, by the same services that people use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.core.actor import Actor
from backend.core.tenancy import in_municipality
from backend.discussion.conduct import ConductRule, PauseDays
from backend.discussion.models import ModerationAction, Objection, Post, Report
from backend.discussion.selectors.moderation.items import seen_of
from backend.discussion.services.moderation.objecting import object_to
from backend.discussion.services.moderation.pausing import pause_writer
from backend.discussion.services.moderation.recording import Grounds
from backend.discussion.services.moderation.reporting import report
from backend.discussion.services.moderation.texts import hide
from backend.identity.states import Role
from backend.places.models import Portal

from .discussions import again, make_argument, make_thread
from .people import START, make_actor

REASON = "Je noemt iemand een dief."


def make_moderator(portal: Portal, *, at: datetime = START) -> Actor:
    return make_actor(portal, Role.MODERATOR, at=at)


def grounds_for(
    post: Post | None, rule: ConductRule = ConductRule.INSULT, *, reason: str = REASON
) -> Grounds:
    """What a moderator fills in with a text before them as it stands now."""
    return Grounds(rule=rule, reason=reason, seen=seen_of(again(post)) if post is not None else "")


def report_of(
    post: Post,
    *,
    at: datetime,
    reporter: Actor | None = None,
    rule: ConductRule = ConductRule.INSULT,
    note: str = "",
) -> Report:
    with in_municipality(post.municipality_id):
        actor = reporter or make_actor(post.thread.portal, at=at)
        return report(actor=actor, post_public_id=post.public_id, rule=rule, note=note, now=at)


def hidden(post: Post, *, by: Actor, at: datetime) -> ModerationAction:
    with in_municipality(post.municipality_id):
        return hide(actor=by, post_public_id=post.public_id, grounds=grounds_for(post), now=at)


def paused(post: Post, *, by: Actor, at: datetime, days: PauseDays = PauseDays.SEVEN) -> ModerationAction:
    """The writer of a text, paused because of it."""
    with in_municipality(post.municipality_id):
        return pause_writer(
            actor=by, post_public_id=post.public_id, days=days, grounds=grounds_for(post), now=at
        )


def objection_to(action: ModerationAction, *, by: Actor, at: datetime) -> Objection:
    with in_municipality(action.municipality_id):
        return object_to(actor=by, action_public_id=action.public_id, text="Dat klopt niet.", now=at)


def moderated(portal: Portal, *, at: datetime) -> dict[str, list[Any]]:
    """Something behind every address of moderation, by the name that tables of addresses have for it."""
    moderator, writer = make_moderator(portal), make_actor(portal)
    thread = make_thread(portal, at=at)
    held = make_argument(thread, "Kijk op www.example.org", at=at)
    reported = make_argument(thread, "Jij bent een dief.", at=at)
    report_of(reported, at=at)
    bad = make_argument(thread, "Jij bent een schurk.", at=at, writer=writer)
    pause = paused(bad, by=moderator, at=at)
    action = hidden(bad, by=moderator, at=at)
    objection = objection_to(action, by=writer, at=at)
    return {
        "thread": [thread.public_id],
        "held_text": [held.public_id],
        "reported": [reported.public_id],
        "hidden_text": [bad.public_id],
        "pause": [pause.public_id],
        "action": [action.public_id],
        "objection": [objection.pk],
    }
