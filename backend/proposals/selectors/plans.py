"""Finding and listing plans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import connection
from django.db.models import Count, Func, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.places.models import Portal

from ..models import AgendaItem, Category, Picture, Plan, Vote
from ..permissions import visible_plans
from ..rules import resemblance, words_that_matter
from ..states import PUBLIC_STATES, PlanState
from .meetings import told_outcomes

PAGE_SIZE = 20
RESEMBLING_SHOWN = 3
# How much of a title's words another plan must share before it is worth showing.
RESEMBLING_SHARE = 0.4
# How many candidates are compared word by word.
CANDIDATES = 200
# Nobody means more than this with a search.
LONGEST_SEARCH = 200
_LOOSE_DASH = re.compile(r'-(?![\w"])')

# What the page of a plan tells besides the plan itself.
ON_ITS_PAGE = ("portal", "category", "area", "proposer")
SORTS = {
    "votes": ("-vote_count", "id"),
    "new": ("-submitted_at", "id"),
    "closing": ("-counts_taken", "submitted_at", "id"),
}


@dataclass(frozen=True, kw_only=True)
class PlanFilter:
    """What somebody asked of the list, as it stands in the address."""

    state: str = PlanState.COMPETING
    category: str = ""
    area: str = ""
    words: str = ""
    sort: str = "votes"


def get_plan(*, actor: Actor, public_id: str, relations: Sequence[str] = ON_ITS_PAGE) -> Plan:
    """One plan that this person may see, or NotFound. `relations` come along in the same query."""
    plans = visible_plans(actor).select_related(*relations)
    if "area" in relations:
        # A boundary is long, and no page of a plan draws it.
        plans = plans.defer("area__boundary")
    return require_found(plans.filter(public_id=public_id).first())


@dataclass(frozen=True)
class OwnVote:
    """The standing vote of who reads a page."""

    cast_at: datetime
    is_counting: bool


@dataclass(frozen=True)
class PlanOnPage:
    """A plan with all that its own page tells which fits in one query."""

    plan: Plan
    item: AgendaItem | None
    own_vote: OwnVote | None
    place: int


def get_plan_on_page(*, actor: Actor, public_id: str) -> PlanOnPage:
    """A plan that this person may see, as its own page shows it, or NotFound."""
    mine = Vote.objects.none()
    if actor.person_id is not None:
        mine = Vote.objects.filter(plan=OuterRef("pk"), person_id=actor.person_id, withdrawn_at=None)
    plans = (
        visible_plans(actor)
        # Its portal is the one that was asked, and known to whoever asks.
        .select_related("category", "area", "proposer", "thread", "agenda_item__meeting")
        .defer("area__boundary")
        .annotate(
            place=place_among(Plan.objects.all()),
            own_vote_at=Subquery(mine.values("cast_at")[:1]),
            own_vote_counts=Subquery(mine.values("is_counting")[:1]),
        )
    )
    plan = require_found(plans.filter(public_id=public_id).first())
    item: AgendaItem | None = getattr(plan, "agenda_item", None)
    if item is not None:
        prefetch_related_objects([item], told_outcomes())
    asked = vars(plan)
    cast_at = asked["own_vote_at"]
    return PlanOnPage(
        plan=plan,
        item=item,
        own_vote=OwnVote(cast_at, asked["own_vote_counts"]) if cast_at is not None else None,
        place=asked["place"],
    )


def find_plan_of_thread(thread_id: int) -> Plan | None:
    """The plan that a discussion is about, if it is about a plan."""
    return Plan.objects.filter(thread_id=thread_id).first()


def list_plans(*, actor: Actor, chosen: PlanFilter) -> QuerySet[Plan]:
    """Public plans by filter and order, with what a card shows."""
    plans = visible_plans(actor).filter(state__in=PUBLIC_STATES)
    if "\0" in chosen.category + chosen.area + chosen.words:
        # PostgreSQL refuses to be asked for this character, and no text has it.
        return plans.none()
    if chosen.state:
        plans = plans.filter(state=chosen.state)
    if chosen.category:
        plans = plans.filter(category__slug=chosen.category)
    if chosen.area:
        plans = plans.filter(area__code=chosen.area)
    if chosen.words.strip():
        plans = plans.filter(_matching(chosen.words))
    first_picture = Prefetch("pictures", Picture.objects.filter(position=1), to_attr="first_pictures")
    return (
        plans.select_related("category", "area")
        .prefetch_related(first_picture)
        .defer("what", "why", "area__boundary")
        .order_by(*SORTS.get(chosen.sort, SORTS["votes"]))
    )


def list_categories(portal: Portal) -> list[Category]:
    """What plans can be about at a portal, in its own order."""
    return list(Category.objects.filter(portal=portal).order_by("position", "slug"))


def list_own_plans(actor: Actor) -> QuerySet[Plan]:
    """What somebody proposed here, the last changed first."""
    return Plan.objects.filter(proposer_id=actor.require_person(), portal_id=actor.require_portal()).order_by(
        "-changed_at"
    )


def place_among(plans: QuerySet[Plan]) -> CombinedExpression:
    """The place on the ladder of each plan that a query finds, among these: the same as `place_of`."""
    before = plans.filter(
        portal_id=OuterRef("portal_id"), state=PlanState.COMPETING, vote_count__gt=OuterRef("vote_count")
    )
    number_before = before.order_by().values("portal_id").annotate(n=Count("pk")).values("n")
    return 1 + Coalesce(Subquery(number_before), 0)


def place_of(plan: Plan) -> int:
    """The place of a competing plan on the ladder now; equal numbers of votes share a place."""
    return (
        1
        + Plan.objects.filter(
            portal_id=plan.portal_id, state=PlanState.COMPETING, vote_count__gt=plan.vote_count
        ).count()
    )


def resembling(*, actor: Actor, title: str, besides: str = "") -> list[Plan]:
    """Public plans whose title and text share the words that matter of a new title, best first."""
    words = words_that_matter(title)
    if not words:
        return []
    candidates = (
        visible_plans(actor)
        .filter(_sharing_a_word(words), state__in=PUBLIC_STATES)
        .exclude(public_id=besides)
        .only("public_id", "title", "what", "vote_count", "state", "portal_id", "submitted_at")
        .order_by("-submitted_at")[:CANDIDATES]
    )
    scored = [(resemblance(words, f"{plan.title} {plan.what}"), plan) for plan in candidates]
    close = [(score, plan) for score, plan in scored if score >= RESEMBLING_SHARE]
    close.sort(key=lambda pair: (-pair[0], pair[1].public_id))
    return [plan for _score, plan in close[:RESEMBLING_SHOWN]]


def _matching(words: str) -> Q:
    """Plans that have all these words: by Dutch stem on PostgreSQL, by the letters on SQLite."""
    if connection.vendor == "postgresql":
        # A dash leaves out the word after it. Many that belong to no word are too much for PostgreSQL.
        asked = _LOOSE_DASH.sub(" ", words[:LONGEST_SEARCH])
        return Q(pk__in=_by_stem(SearchQuery(asked, config="dutch", search_type="websearch")))
    condition = Q()
    for word in words.split()[:8]:
        condition &= Q(title__icontains=word) | Q(what__icontains=word) | Q(why__icontains=word)
    return condition


def _sharing_a_word(words: list[str]) -> Q:
    if connection.vendor == "postgresql":
        query = SearchQuery(" or ".join(words), config="dutch", search_type="websearch")
        return Q(pk__in=_by_stem(query))
    condition = Q()
    for word in words:
        condition |= Q(title__icontains=word[:6]) | Q(what__icontains=word[:6])
    return condition


class DutchWords(Func):
    """The Dutch stems of a plan, in the column that migration 0002 adds on PostgreSQL alone."""

    template = "dutch_words"
    arity = 0
    output_field = SearchVectorField()


def _by_stem(query: SearchQuery) -> QuerySet[Any, Any]:
    return Plan.objects.annotate(stems=DutchWords()).filter(stems=query).values("pk")
