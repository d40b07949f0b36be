"""Addresses of portals and of their style sheets."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from ..house_style import version_of
from ..models import Portal


def house_style_url(portal: Portal | None) -> str:
    """Where the style sheet of a portal is. The address changes with the house style, so it may be kept."""
    return reverse("places:house_style", args=[version_of(portal.house_style if portal else {})])


def portal_url(request: HttpRequest, portal: Portal) -> str:
    """The front page of a portal, over the same scheme and port as this request came in by."""
    _hostname, colon, port = request.get_host().rpartition(":")
    return f"{request.scheme}://{portal.hostname}{f':{port}' if colon and port.isdigit() else ''}/"
