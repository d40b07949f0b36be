"""What the pages of a portal share."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import TemplateView

from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView, SignedInMixin
from backend.places.models import Portal
from backend.places.web.middleware import may_be_kept
from backend.places.web.requests import portal_of

from ..models import Plan, Round
from ..permissions import can_see_desk
from ..selectors.plans import get_plan

# What the address of the list may ask for and still be the same page for many visitors. A search is not.
FILTERS = frozenset({"staat", "onderwerp", "buurt", "volgorde", "pagina"})


class PortalMixin:
    """A page under a portal: who acts, where, and when."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def portal(self) -> Portal:
        return portal_of(self.request)

    @cached_property
    def now(self) -> datetime:
        """The moment of this request: one, however often it is asked."""
        return timezone.now()

    def plan(self) -> Plan:
        """The plan of this address, when the visitor may see it."""
        return get_plan(actor=self.actor, public_id=self.kwargs["public_id"])


class PortalPage(PortalMixin, TemplateView):
    """A page that shows something."""


class PortalForm(PortalMixin, SignedInMixin, DomainFormView):
    """A page on which a signed-in person does one thing."""


class DeskMixin(SignedInMixin):
    """Pages for clerks, officials and councillors; nobody else learns more than that they may not."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            require(can_see_desk(actor_of(request)))
        return super().dispatch(request, *args, **kwargs)


def kept_until_close(
    request: HttpRequest,
    response: HttpResponse,
    round_now: Round | None,
    now: datetime,
    *,
    found: bool = False,
) -> HttpResponse:
    """Let visitors share a page, but not beyond the moment voting closes that it promises to be open.

    With a query in its address only when it is one of the list's filters and something was found with it:
    otherwise anybody could fill the cache with made-up addresses.
    """
    is_filtered = found and FILTERS.issuperset(request.GET)
    if request.GET and not is_filtered:
        return response
    if round_now is None:
        return may_be_kept(response)
    return may_be_kept(response, seconds=int((round_now.closes_at - now).total_seconds()))
