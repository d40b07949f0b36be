"""What moderators did, pauses that run, objections and interests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from backend.core.actor import Actor
from backend.core.errors import require, require_found

from ...conduct import Act
from ...models import Interest, ModerationAction, Objection
from ...permissions import can_moderate, own_actions, visible_actions, visible_objections


@dataclass(frozen=True, kw_only=True)
class ActionFilter:
    """What a moderator looks for in what was done."""

    act: str = ""
    rule: str = ""


def find_pause(actor: Actor, *, now: datetime) -> ModerationAction | None:
    """The pause of the acting person at this portal, as long as it lasts."""
    if actor.person_id is None or actor.portal_id is None:
        return None
    return running_pauses(actor, now=now).first()


def running_pauses(actor: Actor, *, now: datetime) -> QuerySet[ModerationAction]:
    """The same as a condition within another query."""
    mine = ModerationAction.objects.filter(portal_id=actor.require_portal(), person_id=actor.require_person())
    return mine.filter(act=Act.PAUSE, ended_at=None, until__gt=now)


def list_actions(actor: Actor, chosen: ActionFilter) -> QuerySet[ModerationAction]:
    """Everything that moderators did at a portal, latest first."""
    rows = visible_actions(actor).select_related("thread", "post", "moderator", "person")
    if chosen.act:
        rows = rows.filter(act=chosen.act)
    if chosen.rule:
        rows = rows.filter(rule=chosen.rule)
    return rows.order_by("-acted_at", "-pk")


def list_pauses(actor: Actor, *, now: datetime) -> QuerySet[ModerationAction]:
    """Who cannot write at a portal now. The pause that ends first comes first."""
    running = visible_actions(actor).filter(act=Act.PAUSE, ended_at=None, until__gt=now)
    return running.select_related("person", "thread", "moderator").order_by("until", "pk")


def get_own_action(actor: Actor, public_id: str) -> ModerationAction:
    """What a moderator did to the acting person. NotFound for everybody else."""
    rows = own_actions(actor).select_related("post", "thread", "portal")
    return require_found(rows.filter(public_id=public_id).first())


def get_pause(actor: Actor, public_id: str) -> ModerationAction:
    """A pause, for moderators."""
    rows = visible_actions(actor).select_related("thread", "person").filter(act=Act.PAUSE)
    return require_found(rows.filter(public_id=public_id).first())


def find_own_objection(actor: Actor, action: ModerationAction) -> Objection | None:
    return Objection.objects.filter(action=action, person_id=actor.require_person()).first()


def list_objections(actor: Actor) -> QuerySet[Objection]:
    """Objections that nobody decided yet, the oldest first."""
    rows = visible_objections(actor).filter(outcome="")
    return rows.select_related("action__thread", "action__post", "action__moderator").order_by(
        "made_at", "pk"
    )


def get_objection(actor: Actor, objection_id: int) -> Objection:
    rows = visible_objections(actor).select_related(
        "action__thread", "action__post__thread", "action__moderator", "person"
    )
    return require_found(rows.filter(pk=objection_id).first())


def list_interests(actor: Actor) -> QuerySet[Interest]:
    """The subjects that the acting moderator leaves to others."""
    require(can_moderate(actor))
    mine = Interest.objects.filter(
        moderator_id=actor.require_person(), thread__portal_id=actor.require_portal()
    )
    return mine.select_related("thread").order_by("-declared_at", "-pk")
