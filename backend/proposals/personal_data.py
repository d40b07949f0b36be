"""What this app holds about people: their plans, their votes, and what they did in a role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Need, Purpose, Row, register, register_need
from backend.core.retention import Clock

from .models import AgendaItem, Outcome, Picture, Plan, PlanVersion, Rules, Vote
from .services.leaving import forget_acts, let_plans_go, people_with_votes_to_count, remove_votes

CHUNK = 200


def _plans_of(person_id: int) -> QuerySet[Plan]:
    return Plan.objects.all_municipalities().filter(proposer_id=person_id)


def _plans(person_id: int) -> Iterator[Row]:
    rows = _plans_of(person_id).select_related("portal", "agenda_item").order_by("-changed_at", "-pk")
    versions = Prefetch("versions", PlanVersion.objects.all_municipalities().order_by("number"))
    for plan in rows.prefetch_related(versions).iterator(CHUNK):
        item = getattr(plan, "agenda_item", None)
        yield {
            _("Where"): plan.portal.name,
            _("Title"): plan.title,
            _("State"): plan.get_state_display(),
            _("What you want"): plan.what,
            _("Why you want it"): plan.why,
            _("Place"): plan.get_place_kind_display(),
            _("Address"): plan.address,
            _("Point on the map"): f"{plan.latitude}, {plan.longitude}" if plan.latitude is not None else "",
            _("Started on"): plan.created_at,
            _("Put up on"): plan.submitted_at,
            _("At the meeting"): item.get_attendance_display() if item else "",
            _("What you wrote about the meeting"): item.attendance_note if item else "",
        }
        yield from _versions(plan)


def _versions(plan: Plan) -> Iterator[Row]:
    """What a plan said before it changed, and what its proposer told everybody about each change."""
    for version in plan.versions.all():
        yield {
            _("Where"): plan.portal.name,
            _("Title"): plan.title,
            _("Version"): str(version.number),
            _("What you want"): version.what,
            _("Why you want it"): version.why,
            _("What you changed"): version.change,
            _("Put up on"): version.made_at,
        }


def _pictures(person_id: int) -> Iterator[tuple[str, IO[bytes]]]:
    rows = Picture.objects.all_municipalities().filter(plan__proposer_id=person_id).select_related("plan")
    for picture in rows.order_by("plan_id", "position").iterator(CHUNK):
        try:
            file = picture.file.open("rb")
        except FileNotFoundError:
            # Taken out of a draft at this very moment.
            continue
        yield f"{picture.plan.public_id}-{picture.position}.webp", file


def _votes(person_id: int) -> Iterator[Row]:
    rows = Vote.objects.all_municipalities().filter(person_id=person_id).select_related("plan__portal")
    for vote in rows.order_by("-cast_at", "-pk").iterator(CHUNK):
        yield {
            _("Where"): vote.plan.portal.name,
            _("For the plan"): vote.plan.title,
            _("Voted on"): vote.cast_at,
            _("Taken back on"): vote.withdrawn_at,
            _("Counts"): vote.is_counting,
        }


def _acts(person_id: int) -> Iterator[Row]:
    items = AgendaItem.objects.all_municipalities().select_related("plan")
    for item in items.filter(context_by=person_id).order_by("pk").iterator(CHUNK):
        yield {_("What"): _("Gave context"), _("Plan"): item.plan.title, _("When"): item.context_at}
    for item in items.filter(removed_by=person_id).order_by("pk").iterator(CHUNK):
        yield {_("What"): _("Took off the agenda"), _("Plan"): item.plan.title, _("When"): item.removed_at}
    outcomes = Outcome.objects.all_municipalities().filter(recorded_by=person_id)
    for outcome in outcomes.select_related("item__plan").order_by("pk").iterator(CHUNK):
        plan = outcome.item.plan
        yield {_("What"): _("Recorded the outcome"), _("Plan"): plan.title, _("When"): outcome.recorded_at}
    for rules in Rules.objects.all_municipalities().filter(made_by=person_id).order_by("pk").iterator(CHUNK):
        yield {_("What"): _("Set the rules of play"), _("When"): rules.made_at}


for held in (
    Held(
        slug="plans",
        purpose=Purpose.TAKING_PART,
        label=_("Your plans"),
        why=_("So that people can read them and vote for them. Only you see a draft."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("What you put up stays public. When you leave, your name goes and your drafts are deleted."),
        columns=frozenset({"proposals.plan.proposer"}),
        rows=_plans,
        erase=let_plans_go,
        files=_pictures,
    ),
    Held(
        slug="votes",
        purpose=Purpose.TAKING_PART,
        label=_("Your votes"),
        why=_("To count them. Nobody else sees what you voted for."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. A vote that you took back goes after the next count."),
        columns=frozenset({"proposals.vote.person"}),
        rows=_votes,
        erase=remove_votes,
    ),
    Held(
        slug="acts_for_plans",
        purpose=Purpose.WORKING,
        label=_("What you did for plans in a role"),
        why=_("So that it is known who gave context, recorded an outcome or set the rules of play."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that it stays without your name."),
        columns=frozenset(
            {
                "proposals.agendaitem.context_by",
                "proposals.agendaitem.removed_by",
                "proposals.outcome.recorded_by",
                "proposals.rules.made_by",
            }
        ),
        rows=_acts,
        erase=forget_acts,
        is_on_page=False,
    ),
):
    register(held)

register_need(Need(slug="votes", people=people_with_votes_to_count))
