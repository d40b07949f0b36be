"""What everybody may read: how this portal keeps its promises."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.walltime import on_wall
from backend.identity.states import Role
from backend.identity.web.base import PortalPage
from backend.places.web.middleware import may_be_kept

from ..selectors.figures import NAMED, Figures, figures_of, get_public_subject, list_late, list_waivers
from ..selectors.owed import counts_of, shows_numbers
from ..states import Phase
from .presenting import PHASE_NUMBERS


class PublicPage(PortalPage):
    """A page that is the same for every visitor until something changes. An assistant may read it as well."""

    open_to_helpers = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(**kwargs))
        # With a query anybody could fill the cache with made-up addresses.
        return response if request.GET else may_be_kept(response)


class PromisesPage(PublicPage):
    """What we still have to answer: owed, kept, waived and late, with the median time and the trend."""

    template_name = "feedback/promises.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figures = kept_figures(self.actor, now=self.now)
        late = list_late(self.actor, now=self.now)
        shown = list(late[: NAMED + 1])
        return super().get_context_data(
            figures=figures,
            roles=[(Role(role).label, record) for role, record in figures.roles.items()],
            months=month_bars(figures),
            late=shown[:NAMED],
            more_late=late.count() - NAMED if len(shown) > NAMED else 0,
            waivers=list(list_waivers(self.actor)[:NAMED]),
            **kwargs,
        )


def kept_figures(actor: Actor, *, now: datetime) -> Figures:
    """The figures as they were counted less than a minute ago, unless something changed at the portal.

    Anybody can pass by the pages that are ready, with a query or a cookie. Counting everything takes more
    than showing it, and the figures are the same for all readers.
    """
    portal_id = actor.require_portal()
    version = pagecache.version_of(portal_id)
    key = f"figures:{actor.municipality_id}:{portal_id}:{version}:{on_wall(now).date()}"
    figures: Figures | None = cache.get(key)
    if figures is None:
        figures = figures_of(actor, now=now)
        cache.set(key, figures, timeout=pagecache.LONGEST_SECONDS)
    return figures


def month_bars(figures: Figures) -> list[dict[str, Any]]:
    """The answers that arrived in each month, as bars with the median beside the number."""
    most = max((month.kept for month in figures.months), default=0)
    return [
        {
            "label": date_format(month.first_day, "F Y"),
            "value": month.kept,
            "value_label": _month_label(month.kept, month.median_days),
            "percent": round(100 * month.kept / most) if most else 0,
        }
        for month in figures.months
    ]


def _month_label(kept: int, median_days: int | None) -> str:
    number = number_format(kept, force_grouping=True)
    if median_days is None:
        return number
    days = ngettext("%(days)s day", "%(days)s days", median_days) % {"days": median_days}
    return _("%(number)s, median %(days)s") % {"number": number, "days": days}


class PromisePage(PublicPage):
    """One subject: who owes what before when, and what was answered."""

    template_name = "feedback/promise.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = get_public_subject(actor=self.actor, public_id=self.kwargs["public_id"])
        subject = found.subject
        return super().get_context_data(
            found=found,
            subject=subject,
            is_late=found.is_owed and subject.due_on < on_wall(self.now).date(),
            phase=PHASE_NUMBERS[Phase(subject.phase)],
            # Some have their answer while others wait: how many of each, as far as that may be known.
            is_partly=bool(found.is_owed and found.answers),
            counts=counts_of([subject.pk]).get(subject.pk) if shows_numbers(subject) else None,
            **kwargs,
        )
