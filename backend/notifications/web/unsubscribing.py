"""Stopping a kind of mail with one click, for whoever has such a mail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from ..services.unsubscribing import kind_of_token, unsubscribe
from .one_click import OneClickPage


class Unsubscribe(OneClickPage):
    """The end of one kind of mail to somebody."""

    template_name = "notifications/unsubscribe.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind=kind_of_token(self.kwargs["token"]), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unsubscribe(token=self.kwargs["token"], portal=self.portal, now=self.now)
        return self.render_to_response(self.get_context_data(done=True))
