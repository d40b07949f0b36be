"""A proposer takes an argument up: the plan gets a next version, and everyone it concerns is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found
from backend.discussion.services.taking_up import hold_argument, mark_taken_up
from backend.notifications import services as notifications
from backend.notifications.services import Notice
from backend.notifications.states import Kind

from .. import permissions
from ..errors import ChangedMeanwhile, RoundClosed, TextStands
from ..models import Plan, PlanVersion
from ..selectors.rounds import has_round_to_count
from ..states import PlanState
from .announcements import announce
from .plans import TEXT_LENGTH, lock_own_plan, require_fits
from .rounds import hold_off_counting

CHANGE_LENGTH = 2_000


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """How a plan reads with an argument taken up, and in short what changed. The title stays.

    `replaces` is the version that its proposer had before them.
    """

    what: str
    why: str
    change: str
    replaces: int


@transaction.atomic
def adopt_argument(
    *, actor: Actor, public_id: str, post_public_id: str, new: NewVersion, now: datetime
) -> PlanVersion:
    """Take an argument up in one's plan. Votes stay; everyone who voted or argued hears what changed.

    A second time with the same text changes nothing. Raises NotFound, NotAllowed, TextStands,
    RoundClosed while the votes of a round that ended wait for their count, ChangedMeanwhile or InvalidInput.
    """
    hold_off_counting(actor.require_portal())
    plan = lock_own_plan(actor, public_id)
    if plan.state != PlanState.COMPETING:
        raise TextStands
    require(permissions.can_take_up(actor, plan))
    # Whoever voted until the round ended voted for the words of that moment.
    if has_round_to_count(plan.portal_id, now=now):
        raise RoundClosed(_("The votes are being counted. Nothing was changed. Try again in a few minutes."))
    post = hold_argument(actor=actor, thread_id=require_found(plan.thread_id), public_id=post_public_id)
    what, why, change = (_tidy(text) for text in (new.what, new.why, new.change))
    if (what, why) == (_tidy(plan.what), _tidy(plan.why)):
        return _made_before(plan, post.pk)
    if new.replaces != plan.version:
        raise ChangedMeanwhile
    _require_complete(what, why, change)
    version = _next(plan, what=what, why=why, change=change, post_id=post.pk, now=now)
    address = versions_address(plan, version.number)
    mark_taken_up(post=post, address=address)
    _tell(plan, version, writer_id=post.author_id, address=address, now=now)
    audit.record(
        actor=actor,
        action="proposals.argument_taken_up",
        target=plan,
        at=now,
        version=version.number,
        post=post.pk,
    )
    pagecache.empty(plan.portal_id)
    return version


def versions_address(plan: Plan, number: int) -> str:
    return f"/plannen/{plan.public_id}/versies/#versie-{number}"


def _tidy(text: str) -> str:
    """The text without what a browser adds to it, so that only a change of words is a change."""
    return text.replace("\r\n", "\n").strip()


def _made_before(plan: Plan, post_id: int) -> PlanVersion:
    """What a second click on the same button finds."""
    made = PlanVersion.objects.filter(plan=plan, number=plan.version, adopted_id=post_id).first()
    if made is None:
        raise InvalidInput(
            _("The text is still the same. Change what you want to change in it first."), field="what"
        )
    return made


def _require_complete(what: str, why: str, change: str) -> None:
    texts = {
        "what": (what, TEXT_LENGTH, _("Tell what you want.")),
        "why": (why, TEXT_LENGTH, _("Tell why you want it.")),
        "change": (
            change,
            CHANGE_LENGTH,
            _("Say in a few words what you changed. Everyone who voted gets it."),
        ),
    }
    for field, (text, limit, missing) in texts.items():
        if not text:
            raise InvalidInput(missing, field=field)
        require_fits(text, limit, field=field)


def _next(plan: Plan, *, what: str, why: str, change: str, post_id: int, now: datetime) -> PlanVersion:
    """Keep what the plan said at first, if this is its first change, and let the new text hold."""
    if plan.version == 1:
        PlanVersion.objects.create(
            municipality_id=plan.municipality_id,
            plan=plan,
            number=1,
            what=plan.what,
            why=plan.why,
            made_at=require_found(plan.submitted_at),
        )
    version = PlanVersion.objects.create(
        municipality_id=plan.municipality_id,
        plan=plan,
        number=plan.version + 1,
        what=what,
        why=why,
        change=change,
        adopted_id=post_id,
        made_at=now,
    )
    plan.what, plan.why, plan.version = what, why, version.number
    plan.rewritten_at = plan.changed_at = now
    plan.save(update_fields=["what", "why", "version", "rewritten_at", "changed_at"])
    return version


def _tell(plan: Plan, version: PlanVersion, *, writer_id: int | None, address: str, now: datetime) -> None:
    """The same news to all, in words of their own for who wrote the argument and who changed the plan.

    Those two get theirs first: nobody gets the same news twice.
    """
    told: dict[str, str | int] = {"change": version.change, "versions": address}
    for as_who, person_id in (("proposer", plan.proposer_id), ("writer", writer_id)):
        if person_id is not None:
            notice = Notice(
                kind=Kind.PLANS,
                template="plan_changed",
                subject=f"plan:{plan.pk}",
                version=str(version.number),
                context={
                    "title": plan.title,
                    "address": f"/plannen/{plan.public_id}/",
                    **told,
                    "as_who": as_who,
                },
            )
            notifications.notify(portal=plan.portal, people=[person_id], notice=notice, now=now)
    announce(plan=plan, template="plan_changed", version=str(version.number), now=now, context=told)
