"""Stopping a kind of mail with one click, for whoever has such a mail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from backend.identity.web.base import PortalPage

from ..services.unsubscribing import kind_of_token, unsubscribe


@method_decorator(csrf_exempt, name="dispatch")
class Unsubscribe(PortalPage):
    """Looking changes nothing, because programs that check mail follow every link; the button does.

    Mail programs send the POST themselves, without a session and without a token of ours: the key in the
    address is what allows it.
    """

    template_name = "notifications/unsubscribe.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind=kind_of_token(self.kwargs["token"]), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unsubscribe(token=self.kwargs["token"], portal=self.portal, now=self.now)
        return self.render_to_response(self.get_context_data(done=True))
