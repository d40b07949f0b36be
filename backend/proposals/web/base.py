"""What the pages about plans share."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from backend.identity.web import base
from backend.places.web.middleware import may_be_kept

from ..models import Plan, Round
from ..selectors.plans import get_plan

# What the address of the list may ask for and still be the same page for many visitors. A search is not.
FILTERS = frozenset({"staat", "onderwerp", "buurt", "volgorde", "pagina"})


class PortalMixin(base.PortalMixin):
    """A page about plans. An assistant may use it in the name of somebody they help."""

    open_to_helpers = True

    def plan(self) -> Plan:
        """The plan of this address, when the visitor may see it."""
        return get_plan(actor=self.actor, public_id=self.kwargs["public_id"])


class PortalPage(PortalMixin, base.PortalPage):
    """A page that shows something."""


class PortalForm(PortalMixin, base.PortalForm):
    """A page on which a signed-in person does one thing."""


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
