"""Stopping a kind of mail or the newsletter with one click, for whoever has such a mail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from backend.identity.web.base import PortalPage

from ..selectors.subscriptions import find_subscription
from ..services.subscriptions import unsubscribe as end_by_token
from ..services.unsubscribing import kind_of_token, unsubscribe


@method_decorator(csrf_exempt, name="dispatch")
class OneClickPage(PortalPage):
    """Looking changes nothing, because programs that check mail follow every link; the button does.

    Mail programs send the POST themselves (RFC 8058), without a session and without a token of ours: the key
    in the address is what allows it.
    """


class Unsubscribe(OneClickPage):
    """The end of one kind of mail to somebody."""

    template_name = "notifications/unsubscribe.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind=kind_of_token(self.kwargs["token"]), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unsubscribe(token=self.kwargs["token"], portal=self.portal, now=self.now)
        return self.render_to_response(self.get_context_data(done=True))


class UnsubscribeNewsletter(OneClickPage):
    """The end of the newsletter, without signing in."""

    template_name = "notifications/unsubscribe_newsletter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            subscription=find_subscription(self.actor, self.kwargs["token"]), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        end_by_token(actor=self.actor, token=kwargs["token"], now=self.now)
        return self.render_to_response(self.get_context_data(is_ended=True))
