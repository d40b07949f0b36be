"""What the pages about lists and letters share: they are an organiser's, under a portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView, View

from backend.core.web.views import DomainFormView

from ..permissions import can_send_letters
from .base import DeskMixin, PortalMixin
from .reauthentication import RecentlySignedInMixin

# How often a page with work in progress looks by itself.
SECONDS_TO_LOOK_AGAIN = 10


class OrganiserMixin(PortalMixin, DeskMixin):
    """For organisers only; others who are signed in learn no more than that they may not."""

    def allowed(self) -> bool:
        return can_send_letters(self.actor)


class OrganiserPage(OrganiserMixin, TemplateView):
    """A page that shows something."""


class OrganiserForm(OrganiserMixin, DomainFormView):
    """A page on which an organiser does one thing."""


class CarefulForm(OrganiserMixin, RecentlySignedInMixin, DomainFormView):
    """A form about codes, for an organiser who showed a short while ago that it is them."""


class OrganiserAct(OrganiserMixin, View):
    """One thing that an organiser does with a button on another page."""


def looking_again(request: HttpRequest, response: HttpResponse, *, is_busy: bool) -> HttpResponse:
    """Let the browser look again while something is being made, without a script, until told not to."""
    if is_busy and "stil" not in request.GET:
        response.headers["Refresh"] = str(SECONDS_TO_LOOK_AGAIN)
    return response
