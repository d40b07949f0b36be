"""How long data is kept, for the privacy officer: to read, to set, and to see what the nights came to."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.generic import TemplateView

from backend.core import retention
from backend.core.errors import require_found
from backend.core.retention import FIXED, LIMITS, Clock
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView

from ..models import RetentionClock
from ..permissions import can_see_clocks, can_set_clocks
from ..selectors.own_data import latest_reports, list_clocks
from ..services.clocks import set_clock
from .base import DeskMixin, PortalMixin
from .privacy_forms import ClockForm
from .reauthentication import RecentlySignedInMixin


class OfficerMixin(PortalMixin, DeskMixin):
    """Pages of the privacy officer."""

    def allowed(self) -> bool:
        return can_see_clocks(self.actor)


class Retention(OfficerMixin, TemplateView):
    """Every clock, and the report of the last nights."""

    template_name = "identity/retention.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {clean_up.slug: clean_up.label for clean_up in retention.registered()}
        reports = [
            {
                "report": report,
                "rows": [(labels.get(result.slug, result.slug), result) for result in report.results.all()],
                "failed": sum(result.failed for result in report.results.all()),
            }
            for report in latest_reports()
        ]
        may_set = can_set_clocks(self.actor)
        clocks = [
            {
                "clock": clock,
                "basis": legal_basis(clock),
                "fixed": FIXED.get(Clock(clock.purpose), ""),
                "may_set": may_set and clock.purpose in LIMITS,
            }
            for clock in list_clocks()
        ]
        saved = self.request.GET.get("bewaard") == "1"
        return super().get_context_data(
            clocks=clocks, reports=reports, saved=saved, may_set=may_set, **kwargs
        )


class SetClock(OfficerMixin, RecentlySignedInMixin, DomainFormView):
    """One clock, for who may set it."""

    template_name = "identity/set_clock.html"
    form_class = ClockForm

    def allowed(self) -> bool:
        return can_set_clocks(self.actor)

    @property
    def clock(self) -> RetentionClock:
        known = {clock.purpose: clock for clock in list_clocks() if clock.purpose in LIMITS}
        return require_found(known.get(str(self.kwargs["purpose"])))

    def get_initial(self) -> dict[str, Any]:
        return {"days": self.clock.days}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        clock = self.clock
        fewest, most = LIMITS[Clock(clock.purpose)]
        return super().get_context_data(
            clock=clock, basis=legal_basis(clock), fewest=fewest, most=most, **kwargs
        )

    def act(self, form: ClockForm) -> HttpResponse:
        set_clock(
            actor=actor_of(self.request),
            purpose=Clock(self.clock.purpose),
            days=form.cleaned_data["days"],
            now=timezone.now(),
        )
        return redirect(reverse("retention") + "?bewaard=1")


def legal_basis(clock: RetentionClock) -> str:
    return clock.legal_basis_nl if get_language() == "nl" else clock.legal_basis_en
