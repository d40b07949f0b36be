"""Mail of which a person has to say what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from backend.core.errors import InvalidInput
from backend.core.web.requests import actor_of
from backend.identity.web.base import DeskMixin, PortalMixin, PortalPage

from ..permissions import can_settle
from ..selectors import count_stuck, get_message_here, list_undelivered
from ..services.settling import say_it_arrived, send_again, send_failed_again, try_another_way
from ..states import Channel, Delivery
from .presenting import why

PAGE_SIZE = 20
DECISIONS: Mapping[str, Callable[..., None]] = {
    "again": send_again,
    "arrived": say_it_arrived,
    "other_way": try_another_way,
}


class SettlerMixin(DeskMixin):
    def allowed(self) -> bool:
        return can_settle(actor_of(self.request))  # type: ignore[attr-defined]  # a mixin of views


class Undelivered(SettlerMixin, PortalPage):
    """What it is about, since when, and why. No names, addresses or texts: the decision needs none."""

    template_name = "notifications/undelivered.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = list_undelivered(self.actor).select_related("portal")
        page = Paginator(waiting, PAGE_SIZE).get_page(self.request.GET.get("pagina"))
        return super().get_context_data(
            page=page,
            rows=[(message, why(message)) for message in page.object_list],
            failed=waiting.filter(delivery=Delivery.FAILED, channel=Channel.EMAIL).count(),
            stuck=count_stuck(self.actor, now=self.now),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count = send_failed_again(actor=self.actor, now=self.now)
        said = ngettext("%(count)d message goes out again.", "%(count)d messages go out again.", count)
        messages.success(request, said % {"count": count})
        return redirect("undelivered")


class Settle(SettlerMixin, PortalMixin, View):
    """One decision about one message."""

    def post(self, request: HttpRequest, message_id: int) -> HttpResponse:
        get_message_here(self.actor, message_id)
        decide = DECISIONS.get(request.POST.get("decision", ""))
        if decide is None:
            raise InvalidInput(_("Choose what became of this message."))
        decide(actor=self.actor, message_id=message_id, now=self.now)
        messages.success(request, _("That is done."))
        return redirect("undelivered")
