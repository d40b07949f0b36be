"""What every page knows: the portal, who is here, and the way around."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.core.actor import Actor
from backend.identity.demo import demo_people
from backend.identity.selectors import brokers_of
from backend.places.web.views import house_style_url
from backend.proposals.permissions import can_see_desk

EVERYONE: list[tuple[str, Promise]] = [
    ("plans", _("Plans")),
    ("agenda", _("Agenda of the committee")),
    ("rounds", _("Counts")),
    ("rules", _("Rules of play")),
]


def page_context(request: HttpRequest) -> dict[str, Any]:
    portal = getattr(request, "portal", None)
    if portal is None:
        return {}
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "portal": portal,
        "person": getattr(request, "person", None),
        "actor": actor,
        "house_style_url": house_style_url(portal),
        "demo_people": demo_people(),
        "mail_page": settings.MAIL_PAGE,
        "brokers": brokers_of(portal),
        "nav_items": _navigation(request.path, actor),
        "footer_links": [{"url": reverse(name), "label": label} for name, label in EVERYONE[1:]],
    }


def _navigation(path: str, actor: Actor | None) -> list[dict[str, Any]]:
    entries = list(EVERYONE)
    if actor is not None and actor.person_id is not None:
        entries.append(("my_page", _("My page")))
        if can_see_desk(actor):
            entries.append(("desk", _("Desk")))
    return [
        {"url": reverse(name), "label": label, "current": path == reverse(name)} for name, label in entries
    ]
