"""What a proposer does with a plan: draft it, submit it, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotFound, require
from backend.core.plain import one_line
from backend.core.tenancy import current_municipality_id
from backend.core.walltime import on_wall
from backend.feedback import services as feedback
from backend.feedback.services import NewPromise, NewSubject
from backend.feedback.states import Contribution, Phase
from backend.identity.states import Role
from backend.places.selectors import area_at, areas_of, is_inside

from .. import permissions
from ..errors import AlreadySubmitted, PlanNotCompeting, RoundClosed
from ..models import Category, Picture, Plan, Rules
from ..selectors.plans import get_plan
from ..selectors.rounds import has_round_to_count
from ..states import MOVES, PlaceKind, PlanState
from .announcements import SUBJECT, announce, take_back_changes
from .pictures import forget_files
from .rounds import ensure_rounds, hold_off_counting
from .threads import hide_thread_of, open_thread_of

# Our default: how long after its last count a plan may wait for the committee and its answer.
ANSWER_WITHIN = timedelta(days=90)
TITLE_LENGTH = 120
TEXT_LENGTH = 10_000
ONE_LINE = {"title", "address"}


@dataclass(frozen=True, kw_only=True)
class PlanText:
    """What a proposer filled in so far. A draft may be half empty."""

    title: str = ""
    what: str = ""
    why: str = ""
    category_id: int | None = None
    place_kind: str = PlaceKind.WHOLE
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    area_code: str = ""


@transaction.atomic
def start_draft(*, actor: Actor, text: PlanText, now: datetime) -> Plan:
    """Begin a plan that only its proposer sees."""
    require(permissions.can_propose(actor))
    plan = Plan(
        municipality_id=current_municipality_id(),
        portal_id=actor.require_portal(),
        proposer_id=actor.require_person(),
        created_at=now,
        changed_at=now,
    )
    _fill(plan, text)
    plan.save()
    audit.record(actor=actor, action="proposals.draft_started", target=plan, at=now)
    return plan


@transaction.atomic
def save_draft(*, actor: Actor, public_id: str, text: PlanText, now: datetime) -> Plan:
    """Keep what was typed. Raises AlreadySubmitted once others can vote for it."""
    plan = lock_own_plan(actor, public_id)
    if plan.state != PlanState.DRAFT:
        raise AlreadySubmitted
    require(permissions.can_edit(actor, plan))
    _fill(plan, text)
    plan.changed_at = now
    plan.save()
    return plan


@transaction.atomic
def submit_plan(*, actor: Actor, public_id: str, now: datetime) -> Plan:
    """Put a plan up for votes and open its discussion. From then on its text stands.

    It changes only when its proposer takes up an argument. The proposer is owed an answer.

    Raises InvalidInput naming the field that is still empty, or AlreadySubmitted.
    """
    hold_off_counting(actor.require_portal())
    plan = lock_own_plan(actor, public_id)
    if plan.state != PlanState.DRAFT:
        raise AlreadySubmitted
    require(permissions.can_edit(actor, plan))
    _require_complete(plan)
    system = Actor.system("plan submitted", municipality_id=plan.municipality_id)
    round_now = ensure_rounds(actor=system, portal_id=plan.portal_id, now=now)
    _move(plan, PlanState.COMPETING)
    plan.submitted_at = plan.changed_at = now
    open_thread_of(plan, now=now)
    plan.save(update_fields=["state", "submitted_at", "changed_at", "thread"])
    feedback.open_subjects(subjects=[subject_of(plan, round_now.rules, now)], now=now)
    promise = promise_to(plan, actor.require_person(), Contribution.PROPOSED)
    feedback.open_promises(actor=actor, promises=[promise], now=now)
    audit.record(actor=actor, action="proposals.plan_submitted", target=plan, at=now)
    pagecache.empty(plan.portal_id)
    return plan


@transaction.atomic
def delete_draft(*, actor: Actor, public_id: str, now: datetime) -> None:
    """Throw a draft away, with the files of its pictures. What was submitted can only be withdrawn."""
    plan = lock_own_plan(actor, public_id)
    require(permissions.can_edit(actor, plan))
    audit.record(actor=actor, action="proposals.draft_deleted", target=plan, at=now)
    forget_files(list(Picture.objects.filter(plan=plan)))
    plan.delete()


@transaction.atomic
def withdraw_plan(*, actor: Actor, public_id: str, now: datetime) -> None:
    """Take a plan out of the competition. Everyone who voted for it is told."""
    hold_off_counting(actor.require_portal())
    plan = lock_own_plan(actor, public_id)
    if plan.state != PlanState.COMPETING:
        raise PlanNotCompeting
    require(permissions.can_withdraw_plan(actor, plan))
    # A count that is made late still counts what stood when the round closed, this plan too.
    if has_round_to_count(plan.portal_id, now=now):
        raise RoundClosed(
            _("The votes are being counted. Your plan is still up. Try again in a few minutes.")
        )
    _move(plan, PlanState.WITHDRAWN)
    plan.changed_at = now
    plan.save(update_fields=["state", "changed_at"])
    hide_thread_of(plan)
    feedback.move_subjects(
        subject_type=SUBJECT, subject_ids=[plan.pk], phase=Phase.ANSWERING, is_public=False
    )
    take_back_changes(plan)
    # The page of the plan is gone for everybody else, so the news leads to the other plans.
    announce(plan=plan, template="plan_withdrawn", is_answer=True, now=now, context={"address": "/"})
    audit.record(actor=actor, action="proposals.plan_withdrawn", target=plan, at=now)
    pagecache.empty(plan.portal_id)


def subject_of(plan: Plan, rules: Rules, now: datetime) -> NewSubject:
    """What people who contribute to a plan are owed: an answer, at the latest after its last count and the
    committee."""
    return NewSubject(
        subject_type=SUBJECT,
        subject_id=plan.pk,
        portal_id=plan.portal_id,
        title=plan.title,
        address=f"/plannen/{plan.public_id}/",
        owed_by=Role.COUNCILLOR,
        due_on=answer_due_on(plan, rules, now),
    )


def promise_to(plan: Plan, person_id: int, contribution: Contribution) -> NewPromise:
    """The answer somebody is owed for what they did for a plan."""
    return NewPromise(
        subject_type=SUBJECT, subject_id=plan.pk, person_id=person_id, contribution=contribution
    )


def answer_due_on(plan: Plan, rules: Rules, now: datetime) -> date:
    days_per_count = {"week": 7, "month": 31, "quarter": 92}[rules.period]
    counts_left = max(rules.counts - plan.counts_taken, 1)
    return on_wall(now + timedelta(days=days_per_count * counts_left) + ANSWER_WITHIN).date()


def lock_own_plan(actor: Actor, public_id: str) -> Plan:
    """The proposer's plan, held against a second click; NotFound for everybody else's."""
    get_plan(actor=actor, public_id=public_id)
    plan = (
        Plan.objects.select_for_update()
        .filter(public_id=public_id, proposer_id=actor.require_person())
        .first()
    )
    if plan is None:
        raise NotFound
    return plan


def _move(plan: Plan, state: PlanState) -> None:
    if state not in MOVES[PlanState(plan.state)]:
        raise PlanNotCompeting
    plan.state = state


def _fill(plan: Plan, text: PlanText) -> None:
    for name, limit in (
        ("title", TITLE_LENGTH),
        ("what", TEXT_LENGTH),
        ("why", TEXT_LENGTH),
        ("address", 200),
    ):
        value = getattr(text, name).strip()
        if name in ONE_LINE:
            # A title is also the subject of a mail.
            value = one_line(value)
        require_fits(value, limit, field=name)
        setattr(plan, name, value)
    plan.category = _category(plan.portal_id, text.category_id)
    plan.place_kind = PlaceKind(text.place_kind)
    _fill_place(plan, text)


def require_fits(text: str, limit: int, *, field: str) -> None:
    if len(text) > limit:
        message = _(
            "This is too long: %(length)s characters. At most %(limit)s fit. Nothing you typed was lost."
        )
        raise InvalidInput(message % {"length": len(text), "limit": limit}, field=field)


def _category(portal_id: int, category_id: int | None) -> Category | None:
    return Category.objects.filter(portal_id=portal_id, pk=category_id).first() if category_id else None


def _fill_place(plan: Plan, text: PlanText) -> None:
    """A place on the map must lie in the district; its neighbourhood follows from it where that is known."""
    district_id = plan.portal.district_id
    plan.latitude = plan.longitude = None
    plan.area = next((area for area in areas_of(district_id) if area.code == text.area_code), None)
    if plan.place_kind != PlaceKind.POINT or text.latitude is None or text.longitude is None:
        return
    if is_inside(district_id, text.latitude, text.longitude) is False:
        raise InvalidInput(
            _(
                "This place lies outside the area of this site. Choose a place inside it, or the whole"
                " neighbourhood."
            ),
            field="place_kind",
        )
    plan.latitude, plan.longitude = text.latitude, text.longitude
    plan.area = area_at(district_id, text.latitude, text.longitude) or plan.area


def _require_complete(plan: Plan) -> None:
    missing = {
        "title": _("Give your plan a title."),
        "what": _("Tell what you want."),
        "why": _("Tell why you want it."),
    }
    for field, message in missing.items():
        if not getattr(plan, field):
            raise InvalidInput(message, field=field)
    # A portal whose clerk has named no subjects does not ask for one.
    if plan.category_id is None and Category.objects.filter(portal_id=plan.portal_id).exists():
        raise InvalidInput(_("Choose what your plan is about."), field="category")
    if plan.place_kind == PlaceKind.ADDRESS and not plan.address:
        raise InvalidInput(_("Fill in the address, or choose the whole neighbourhood."), field="address")
    if plan.place_kind == PlaceKind.POINT and plan.latitude is None:
        raise InvalidInput(_("Choose a place on the map, or the whole neighbourhood."), field="place_kind")
