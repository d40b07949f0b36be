"""Newsletters that were sent, for everybody to read."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from backend.identity.web.base import PortalPage
from backend.places.web.middleware import may_be_kept

from ..selectors.newsletters import get_published, list_published, parts_of

PAGE_SIZE = 20


class PublicPage(PortalPage):
    """A page that is the same for every visitor until something changes."""

    open_to_helpers = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(**kwargs))
        # With a query in its address anybody could fill the cache with made-up addresses.
        return response if request.GET else may_be_kept(response)


class Newsletters(PublicPage):
    """All of them, latest first."""

    template_name = "notifications/newsletters.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pages = Paginator(list_published(self.actor), PAGE_SIZE)
        return super().get_context_data(page=pages.get_page(self.request.GET.get("pagina")), **kwargs)


class NewsletterPage(PublicPage):
    """One newsletter as it was sent, without what was withdrawn since."""

    template_name = "notifications/newsletter_page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newsletter = get_published(actor=self.actor, public_id=self.kwargs["public_id"])
        parts = parts_of(newsletter)
        return super().get_context_data(
            newsletter=newsletter, blocks=parts.shown, withdrawn=len(parts.withdrawn), **kwargs
        )
