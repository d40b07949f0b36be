"""Plans in the words of a page: labels, steps and numbers, made once for lists and pages alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backend.core.walltime import on_wall

from ..models import AgendaItem, Category, Picture, Plan, Round, Rules
from ..rules import places_of
from ..selectors.rounds import Standing
from ..states import FINAL_RESULTS, PlanState

Text = str | Promise
# Where each state stands on the lemniscate: collect, translate, change, report back.
PHASES: dict[str, int] = {
    PlanState.DRAFT: 1,
    PlanState.COMPETING: 1,
    PlanState.ON_AGENDA: 2,
    PlanState.DECIDED: 4,
    PlanState.LAPSED: 4,
    PlanState.TAKEN_OFF: 4,
    PlanState.WITHDRAWN: 4,
}


@dataclass(frozen=True)
class PictureView:
    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, kw_only=True)
class PlanCard:
    """A plan as it stands in a list."""

    title: str
    url: str
    category_name: str
    area_name: str
    state_label: Text
    vote_count: int | None
    votes_label: str
    days_left_label: str
    place_label: str
    picture: PictureView | None
    phase: int


@dataclass(frozen=True)
class Step:
    """What happens with a plan, and when."""

    label: str
    when: str
    state: str


def category_name(category: Category | None) -> str:
    if category is None:
        return ""
    return category.name_nl if get_language() == "nl" else category.name_en


def plan_url(plan: Plan) -> str:
    return reverse("plan", args=[plan.public_id])


def shown_votes(plan: Plan, *, totals_hidden: bool) -> int | None:
    """The number of votes as far as it is public: with hidden totals not before the count."""
    return None if totals_hidden and plan.state == PlanState.COMPETING else plan.vote_count


def votes_label(votes: int | None) -> str:
    if votes is None:
        return ""
    return ngettext("%(votes)s vote", "%(votes)s votes", votes) % {
        "votes": number_format(votes, force_grouping=True)
    }


def stand_of(plan: Plan, standing: Standing, *, place: int, now: datetime) -> dict[str, Any]:
    """How a plan stands in the vote now, as its page tells it in one line."""
    competing = plan.state == PlanState.COMPETING
    votes = shown_votes(plan, totals_hidden=standing.totals_hidden)
    closes_at = standing.round.closes_at if standing.round else None
    return {
        "votes": votes,
        "votes_label": votes_label(votes),
        "place_label": place_label(place) if competing and votes is not None else "",
        "days_left": days_left_label(closes_at, now) if competing and closes_at else "",
    }


def has_changed_since(plan: Plan, voted_at: datetime) -> bool:
    """Whether somebody voted for words that are not those of the plan any more."""
    return plan.rewritten_at is not None and voted_at < plan.rewritten_at


def moment_label(at: datetime) -> str:
    """A moment by the clock on the wall, in full."""
    return date_format(on_wall(at), _("l j F Y, H:i"))


def day_label(at: datetime) -> str:
    return date_format(on_wall(at), _("j F Y"))


def days_left_label(closes_at: datetime, now: datetime) -> str:
    """How long one can still vote before the next count."""
    days = (on_wall(closes_at).date() - on_wall(now).date()).days
    if days <= 0:
        return _("Count today at %(time)s") % {"time": date_format(on_wall(closes_at), "H:i")}
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


def picture_view(picture: Picture, plan: Plan) -> PictureView:
    return PictureView(
        url=reverse("picture", args=[plan.public_id, picture.position]) + f"?v={picture.pk}",
        width=picture.width,
        height=picture.height,
        alt=picture.description,
    )


def small_picture_view(picture: Picture, plan: Plan) -> PictureView:
    """The picture as a card in a list shows it."""
    return PictureView(
        url=reverse("small_picture", args=[plan.public_id, picture.position]) + f"?v={picture.pk}",
        width=picture.thumbnail_width,
        height=picture.thumbnail_height,
        alt=picture.description,
    )


def card(plan: Plan, *, standing: Standing, place: int | None, now: datetime) -> PlanCard:
    """A plan for a list. Expects category, area and `first_pictures` to be loaded."""
    competing = plan.state == PlanState.COMPETING
    closes_at = standing.round.closes_at if standing.round else None
    votes = shown_votes(plan, totals_hidden=standing.totals_hidden)
    pictures: list[Picture] = getattr(plan, "first_pictures", [])
    return PlanCard(
        title=plan.title,
        url=plan_url(plan),
        category_name=category_name(plan.category),
        area_name=plan.area.name if plan.area else "",
        state_label="" if competing else PlanState(plan.state).label,
        vote_count=votes,
        votes_label=votes_label(votes),
        days_left_label=days_left_label(closes_at, now) if competing and closes_at else "",
        place_label=place_label(place) if competing and place and votes is not None else "",
        picture=small_picture_view(pictures[0], plan) if pictures else None,
        phase=PHASES[plan.state],
    )


def place_label(place: int) -> str:
    return _("Place %(place)s") % {"place": place}


def places_on_page(plans: list[Plan], *, first_place: int, first_index: int) -> dict[int, int]:
    """The places of plans that follow each other on the ladder, from the place of the first one."""
    shared = places_of({str(plan.pk): plan.vote_count for plan in plans})
    return {
        plan.pk: first_place if shared[str(plan.pk)] == 1 else first_index + shared[str(plan.pk)]
        for plan in plans
    }


def steps_of(
    plan: Plan, *, rules: Rules | None, round_now: Round | None, item: AgendaItem | None
) -> list[Step]:
    """What happened with a plan, what happens now, and what comes next."""
    steps = [Step(_("Submitted"), day_label(plan.submitted_at) if plan.submitted_at else "", "done")]
    if plan.state == PlanState.COMPETING:
        counts = rules.counts if rules else 3
        number = {"count": plan.counts_taken + 1, "counts": counts}
        when = moment_label(round_now.closes_at) if round_now else ""
        steps.append(Step(_("Collecting votes: count %(count)s of %(counts)s") % number, when, "current"))
        steps.append(
            Step(_("The plan with most votes goes to the committee"), _("right after the count"), "next")
        )
        steps.append(Step(_("Everyone who voted hears what happens"), "", "next"))
        return steps
    if plan.state in {PlanState.LAPSED, PlanState.WITHDRAWN}:
        steps.append(Step(str(PlanState(plan.state).label), day_label(plan.changed_at), "current"))
        return steps
    steps.append(Step(_("Won the count"), day_label(item.added_at) if item else "", "done"))
    if plan.state == PlanState.TAKEN_OFF or item is None:
        steps.append(Step(str(PlanState(plan.state).label), day_label(plan.changed_at), "current"))
        return steps
    return steps + _committee_steps(plan, item)


def _committee_steps(plan: Plan, item: AgendaItem) -> list[Step]:
    told = list(getattr(item, "told_outcomes", []))
    final = any(outcome.result in FINAL_RESULTS for outcome in told)
    meeting_when = "" if told else _("as soon as a meeting is planned")
    if item.meeting:
        meeting_when = moment_label(item.meeting.starts_at)
    context_day = on_wall(item.context_at).date() if item.context_at else item.context_due_on
    context_when = date_format(context_day, _("j F Y")) if context_day else ""
    context = Step(_("The official gives context"), context_when, "done" if item.context_at else "current")
    return [
        # Context that did not come before the outcome is no longer waited for.
        *([context] if item.context_at or not told else []),
        Step(
            _("The committee discusses it"), meeting_when, "done" if told else _after(bool(item.context_at))
        ),
        Step(_("Outcome, with a reason"), "", "done" if final else ("current" if told else "next")),
        Step(
            _("Everyone who voted hears what happens"),
            "",
            "done" if plan.state == PlanState.DECIDED else "next",
        ),
    ]


def _after(is_done: bool) -> str:
    return "current" if is_done else "next"


def phase_of(plan: Plan, item: AgendaItem | None) -> int:
    """Where a plan is on the lemniscate; with an outcome that takes more time it is being carried out."""
    if plan.state == PlanState.ON_AGENDA and item is not None and getattr(item, "told_outcomes", []):
        return 3
    return PHASES[plan.state]
