"""What changes on the page of a plan while somebody reads it: its votes, and what is said about it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.core.live.sources import Asking, LiveSource, Part, Update, Version, register
from backend.core.tenancy import in_municipality
from backend.discussion.web.live import parts_since

from .models import Plan
from .permissions import visible_plans
from .selectors.plans import place_among
from .selectors.rounds import Standing, standing_of
from .states import PUBLIC_STATES, PlanState
from .web.presenting import plan_url, shown_votes, stand_of

# Who missed more than this reads the page anew.
MOST_AT_ONCE = 60
NO_VOTES = "x"
_KNOWN = re.compile(r"(?P<rest>[0-9a-f]{12})\.(?P<votes>x|\d{1,9}-\d{1,9})\.(?P<thread>\d{1,18})")


def plan_version(plan: Plan, *, place: int, totals_hidden: bool) -> Version:
    """What everybody sees of a plan now: the rest of its page, its votes and place, and its discussion.

    Votes that are not shown, or that change no more, are no part of it. The thread comes with the plan.
    """
    thread = plan.thread
    rest = [plan.state, plan.counts_taken, plan.changed_at.timestamp(), thread.state if thread else ""]
    digest = blake2s(" ".join(map(str, rest)).encode(), digest_size=6).hexdigest()
    votes = shown_votes(plan, totals_hidden=totals_hidden) if plan.state == PlanState.COMPETING else None
    stand = NO_VOTES if votes is None else f"{votes}-{place}"
    return f"{digest}.{stand}.{thread.version if thread else 0}"


@dataclass(frozen=True)
class LivePage:
    """Where an open page hears what changed, the version it shows, and where it is shown anew."""

    address: str
    version: Version
    page: str


def live_page(plan: Plan, *, place: int, totals_hidden: bool) -> LivePage | None:
    """For the page of a plan. None when nobody can follow it."""
    if plan.state not in PUBLIC_STATES:
        return None
    version = plan_version(plan, place=place, totals_hidden=totals_hidden)
    return LivePage(f"/live/plan/{plan.public_id}/", version, plan_url(plan))


def _public_plans() -> QuerySet[Plan]:
    """Of every municipality, with their places: who may follow a plan was decided when they came."""
    every = Plan.objects.all_municipalities()
    plans = every.filter(state__in=PUBLIC_STATES).annotate(place=place_among(every))
    return plans.select_related("thread").defer("what", "why")


def _find(actor: Actor, public_id: str, now: datetime) -> int:
    """A plan is followed by everybody who may see it once it is public: a draft is nobody's to follow."""
    plans = visible_plans(actor).filter(public_id=public_id, state__in=PUBLIC_STATES)
    return require_found(plans.values_list("pk", flat=True).first())


def _versions(ids: Collection[int], now: datetime) -> Mapping[int, Version]:
    """One query for all plans, and two for each portal they are of."""
    by_portal: dict[tuple[int, int], list[Plan]] = defaultdict(list)
    for plan in _public_plans().filter(pk__in=ids):
        by_portal[plan.municipality_id, plan.portal_id].append(plan)
    versions: dict[int, Version] = {}
    for (municipality_id, portal_id), plans in by_portal.items():
        with in_municipality(municipality_id):
            hidden = standing_of(portal_id, at=now).totals_hidden
        for plan in plans:
            versions[plan.pk] = plan_version(plan, place=vars(plan)["place"], totals_hidden=hidden)
    return versions


def _render(asking: Asking, now: datetime) -> Update:
    """What is missing: the line with the votes, and new or changed texts of the discussion."""
    plan = require_found(_public_plans().filter(pk=asking.id).first())
    with in_municipality(plan.municipality_id):
        standing = standing_of(plan.portal_id, at=now)
        to = plan_version(plan, place=vars(plan)["place"], totals_hidden=standing.totals_hidden)
        known = _KNOWN.fullmatch(asking.since)
        rest, votes, thread_version = to.split(".")
        if known is None or known["rest"] != rest:
            return Update(to=to, reload=True)
        thread, seen = plan.thread, int(known["thread"])
        # A version that is still to come was never shown.
        if seen > int(thread_version):
            return Update(to=to, reload=True)
        texts: list[Part] | None = []
        if thread is not None and thread.version != seen:
            texts = parts_since(thread, seen, most=MOST_AT_ONCE, for_visitors=asking.for_visitors, now=now)
        if texts is None:
            return Update(to=to, reload=True)
        changed = [] if known["votes"] == votes else [_votes_of(plan, standing, known["votes"], now)]
        return Update(to=to, parts=(*changed, *texts))


def _votes_of(plan: Plan, standing: Standing, before: str, now: datetime) -> Part:
    votes = shown_votes(plan, totals_hidden=standing.totals_hidden)
    place: int = vars(plan)["place"]
    html = render_to_string("proposals/stand.html", stand_of(plan, standing, place=place, now=now))
    if votes is None:
        return Part(html=html)
    if before.partition("-")[0] == str(votes):
        return Part(html=html, say=_("Now in place %(place)s.") % {"place": place})
    said = ngettext("Now %(votes)s vote.", "Now %(votes)s votes.", votes)
    return Part(html=html, say=said % {"votes": number_format(votes, force_grouping=True)})


register(LiveSource(name="plan", find=_find, versions=_versions, render=_render))
