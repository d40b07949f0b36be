"""The plans of a neighbourhood: as a list, on a map, and one by one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from backend.core.web.helping import open_to_helpers
from backend.core.web.requests import actor_of
from backend.discussion.web.section import section
from backend.feedback.selectors.owed import find_standing
from backend.places.selectors import areas_of
from backend.places.web.requests import portal_of

from ..live import live_page
from ..models import Picture, Plan
from ..permissions import can_edit, can_prepare, can_take_up, can_withdraw_plan
from ..selectors.plans import (
    PAGE_SIZE,
    SORTS,
    PlanFilter,
    PlanOnPage,
    get_plan_on_page,
    list_categories,
    list_plans,
    place_of,
)
from ..selectors.rounds import Standing, counts_of, standing_of
from ..services.announcements import SUBJECT
from ..services.plans import TITLE_LENGTH
from ..states import PUBLIC_STATES, PlaceKind, PlanState
from .base import PortalPage, kept_until_close
from .presenting import (
    card,
    category_name,
    days_left_label,
    has_changed_since,
    moment_label,
    phase_of,
    picture_view,
    places_on_page,
    plan_url,
    shown_votes,
    stand_of,
    steps_of,
    votes_label,
)

LISTED_STATES = [
    PlanState.COMPETING,
    PlanState.ON_AGENDA,
    PlanState.DECIDED,
    PlanState.LAPSED,
    PlanState.TAKEN_OFF,
]
MOST_ON_MAP = 2_000
NO_VOTING = Standing(None, None, totals_hidden=False)


def filter_of(request: HttpRequest, *, totals_hidden: bool) -> PlanFilter:
    """What the address asks for; anything unknown in it is passed over."""
    state = request.GET.get("staat", PlanState.COMPETING)
    sort = request.GET.get("volgorde", "new" if totals_hidden else "votes")
    by = sort if sort in SORTS else "votes"
    return PlanFilter(
        state=state if state in PlanState.values else "",
        category=request.GET.get("onderwerp", "")[:50],
        area=request.GET.get("buurt", "")[:10],
        words=request.GET.get("zoek", "")[:TITLE_LENGTH],
        # An order by votes would tell what is hidden.
        sort="new" if totals_hidden and by == "votes" else by,
    )


class PlanList(PortalPage):
    """All plans of a neighbourhood, with what is going on this month."""

    template_name = "proposals/plan_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        standing = standing_of(self.portal.pk, at=self.now)
        context = self._context(standing)
        response = self.render_to_response(context)
        found = bool(context["cards"])
        return kept_until_close(request, response, standing.round, self.now, found=found)

    def _context(self, standing: Standing) -> dict[str, Any]:
        round_now = standing.round
        chosen = filter_of(self.request, totals_hidden=standing.totals_hidden)
        page = Paginator(list_plans(actor=self.actor, chosen=chosen), PAGE_SIZE).get_page(
            self.request.GET.get("pagina")
        )
        plans = list(page.object_list)
        places = self._places(chosen, plans, page)
        cards = [card(p, standing=standing, place=places.get(p.pk), now=self.now) for p in plans]
        categories = list_categories(self.portal)
        return self.get_context_data(
            page=page,
            cards=cards,
            chosen=chosen,
            is_filtered=any(
                (chosen.category, chosen.area, chosen.words, chosen.state != PlanState.COMPETING)
            ),
            categories=[(category.slug, category_name(category)) for category in categories],
            areas=areas_of(self.portal.district_id),
            states=[(state.value, state.label) for state in LISTED_STATES],
            totals_hidden=standing.totals_hidden,
            round=round_now,
            closes=moment_label(round_now.closes_at) if round_now else "",
            days_left=days_left_label(round_now.closes_at, self.now) if round_now else "",
            map_source=reverse("plans_on_map") + "?" + self.request.GET.urlencode(),
            tiles=settings.MAP_TILES,
        )

    def _places(self, chosen: PlanFilter, plans: list[Plan], page: Page[Plan]) -> dict[int, int]:
        """Places on the ladder, where this page is a part of the ladder itself."""
        is_ladder = chosen == PlanFilter(sort="votes")
        if not is_ladder or not plans:
            return {}
        return places_on_page(plans, first_place=place_of(plans[0]), first_index=page.start_index() - 1)


@open_to_helpers
@require_safe
def plans_on_map(request: HttpRequest) -> HttpResponse:
    """The plans of the list that have a place on the map, as GeoJSON."""
    actor, portal = actor_of(request), portal_of(request)
    standing = standing_of(portal.pk, at=timezone.now())
    plans = list_plans(actor=actor, chosen=filter_of(request, totals_hidden=standing.totals_hidden)).exclude(
        latitude=None
    )
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [plan.longitude, plan.latitude]},
            "properties": {
                "title": plan.title,
                "url": plan_url(plan),
                "votes": votes_label(shown_votes(plan, totals_hidden=standing.totals_hidden)),
            },
        }
        for plan in plans[:MOST_ON_MAP]
    ]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    return kept_until_close(request, response, standing.round, timezone.now(), found=bool(features))


class PlanPage(PortalPage):
    """One plan: what it is, how it stands, and what happens next."""

    template_name = "proposals/plan.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = get_plan_on_page(actor=self.actor, public_id=self.kwargs["public_id"])
        plan = found.plan
        # Only while it collects votes a page tells how voting stands.
        competing = plan.state == PlanState.COMPETING
        standing = standing_of(self.portal.pk, at=self.now) if competing else NO_VOTING
        context = self._context(found, standing) | self._discussion(plan)
        response = self.render_to_response(self.get_context_data(**context))
        if plan.state in {PlanState.DRAFT, PlanState.WITHDRAWN}:
            return response
        return kept_until_close(request, response, standing.round, self.now)

    def _discussion(self, plan: Plan) -> dict[str, Any]:
        """The discussion below a plan, as long as the plan is public."""
        if plan.thread is None or plan.state not in PUBLIC_STATES:
            return {}
        take_up_at = f"{plan_url(plan)}overnemen/" if can_take_up(self.actor, plan) else ""
        return section(self.request, plan.thread, self.actor, now=self.now, take_up_at=take_up_at)

    def _context(self, found: PlanOnPage, standing: Standing) -> dict[str, Any]:
        plan, item, own_vote = found.plan, found.item, found.own_vote
        round_now, rules = standing.round, standing.rules
        competing = plan.state == PlanState.COMPETING
        pictures = [picture_view(p, plan) for p in Picture.objects.filter(plan=plan).order_by("position")]
        counts = list(counts_of(plan.pk)) if plan.counts_taken else []
        standing_of_answers = (
            find_standing(subject_type=SUBJECT, subject_id=plan.pk) if plan.submitted_at else None
        )
        return {
            "plan": plan,
            "plan_address": self.request.build_absolute_uri(plan_url(plan)),
            "category_name": category_name(plan.category),
            "competing": competing,
            **stand_of(plan, standing, place=found.place, now=self.now),
            "live": live_page(plan, place=found.place, totals_hidden=standing.totals_hidden),
            "closes": moment_label(round_now.closes_at) if round_now else "",
            "rules": rules,
            "steps": steps_of(plan, rules=rules, round_now=round_now, item=item),
            "phase": phase_of(plan, item),
            "item": item,
            "outcomes": list(getattr(item, "told_outcomes", [])),
            "pictures": pictures,
            "counts": counts,
            "own_vote": own_vote,
            "changed_since_vote": own_vote is not None and has_changed_since(plan, own_vote.cast_at),
            "standing": standing_of_answers,
            "is_late": standing_of_answers is not None and standing_of_answers.is_late(self.now),
            "receipt": self.request.GET.get("ontvangen") == "1",
            "is_proposer": self.actor.person_id is not None and plan.proposer_id == self.actor.person_id,
            "may_edit": can_edit(self.actor, plan),
            "may_withdraw": can_withdraw_plan(self.actor, plan),
            "may_prepare": can_prepare(self.actor, plan),
            "is_point": plan.place_kind == PlaceKind.POINT and plan.latitude is not None,
        }
