"""What the pages of a portal share: who acts, where and when."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from backend.core.actor import Actor
from backend.core.errors import require
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView, SignedInMixin
from backend.places.models import Portal
from backend.places.web.requests import portal_of

from ..permissions import can_see_desk


class PortalMixin:
    """A page under a portal."""

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


class PortalPage(PortalMixin, TemplateView):
    """A page that shows something."""


class PortalForm(PortalMixin, SignedInMixin, DomainFormView):
    """A page on which a signed-in person does one thing."""


class DeskMixin(SignedInMixin):
    """Pages for whoever holds a role; nobody else learns more than that they may not."""

    open_to_helpers = False

    def allowed(self) -> bool:
        return can_see_desk(actor_of(self.request))  # type: ignore[attr-defined]  # a mixin of views

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            require(self.allowed())
        return super().dispatch(request, *args, **kwargs)


class DeskForm(DeskMixin, PortalForm):
    """A form of the desk, for whoever `allowed` says."""

    def finish(self, message: str, where: str = "desk") -> HttpResponse:
        messages.success(self.request, message)
        return redirect(where)
