"""What the pages about lists and letters share: they are an organiser's, under a portal."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.generic import TemplateView, View

from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView, SignedInMixin
from backend.places.models import Portal
from backend.places.web.requests import portal_of

from ..permissions import can_send_letters

# How often a page with work in progress looks by itself.
SECONDS_TO_LOOK_AGAIN = 10


class OrganiserMixin(SignedInMixin):
    """For organisers only; others who are signed in learn no more than that they may not."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            require(can_send_letters(actor_of(request)))
        return super().dispatch(request, *args, **kwargs)

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def portal(self) -> Portal:
        return portal_of(self.request)

    @cached_property
    def now(self) -> datetime:
        return timezone.now()


class OrganiserPage(OrganiserMixin, TemplateView):
    """A page that shows something."""


class OrganiserForm(OrganiserMixin, DomainFormView):
    """A page on which an organiser does one thing."""


class OrganiserAct(OrganiserMixin, View):
    """One thing that an organiser does with a button on another page."""


def looking_again(request: HttpRequest, response: HttpResponse, *, is_busy: bool) -> HttpResponse:
    """Let the browser look again while something is being made, without a script, until told not to."""
    if is_busy and "stil" not in request.GET:
        response.headers["Refresh"] = str(SECONDS_TO_LOOK_AGAIN)
    return response
