"""The page that lists the portals, and the style sheet of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from backend.core.web.helping import open_to_helpers

from ..house_style import css_of, version_of
from ..models import Portal
from ..selectors import list_portals

A_YEAR = 60 * 60 * 24 * 365


@open_to_helpers
@require_safe
def portal_list(request: HttpRequest) -> HttpResponse:
    """Every portal of this installation with a link to it."""
    portals = [{"portal": portal, "url": portal_url(request, portal)} for portal in list_portals()]
    return render(request, "places/portals.html", {"portals": portals})


@open_to_helpers
@require_safe
def house_style_css(request: HttpRequest, version: str) -> HttpResponse:
    """The house style of the portal of this hostname. An old address gets it too, but not to keep."""
    portal: Portal | None = getattr(request, "portal", None)
    tokens = portal.house_style if portal else {}
    is_current = version == version_of(tokens)
    response = HttpResponse(css_of(tokens), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_current else "no-cache"
    return response


@open_to_helpers
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the sign of a site when what they show is no page of ours, such as a PDF."""
    return redirect(static("favicon.svg"), permanent=True)


def house_style_url(portal: Portal | None) -> str:
    """Where the style sheet of a portal is. The address changes with the house style, so it may be kept."""
    return reverse("places:house_style", args=[version_of(portal.house_style if portal else {})])


def portal_url(request: HttpRequest, portal: Portal) -> str:
    """The front page of a portal, over the same scheme and port as this request came in by."""
    _hostname, colon, port = request.get_host().rpartition(":")
    return f"{request.scheme}://{portal.hostname}{f':{port}' if colon and port.isdigit() else ''}/"
