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
from backend.identity.permissions import can_see_desk
from backend.identity.selectors.signing_in import brokers_of
from backend.places.web.views import house_style_url

EVERYONE: list[tuple[str, Promise]] = [
    ("plans", _("Plans")),
    ("agenda", _("Agenda of the committee")),
    ("rounds", _("Counts")),
    ("rules", _("Rules of play")),
]
# Besides those of the menu, at the foot of every page.
ABOUT: list[tuple[str, Promise]] = [
    *EVERYONE[1:],
    ("promises", _("What we still have to answer")),
    ("who_does_what", _("Who does what here")),
    ("newsletter", _("Newsletter")),
    ("daily_heads", _("Daily heads of the record")),
]


def page_context(request: HttpRequest) -> dict[str, Any]:
    portal = getattr(request, "portal", None)
    if portal is None:
        return {}
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "portal": portal,
        "person": getattr(request, "person", None),
        "mandate": getattr(request, "mandate", None),
        "actor": actor,
        "house_style_url": house_style_url(portal),
        "demo_people": demo_people(),
        "mail_page": settings.MAIL_PAGE,
        "brokers": brokers_of(portal),
        "nav_items": _navigation(request.path, actor),
        "footer_links": [{"url": reverse(name), "label": label} for name, label in ABOUT],
    }


def _navigation(path: str, actor: Actor | None) -> list[dict[str, Any]]:
    entries = list(EVERYONE)
    if actor is not None and actor.person_id is not None:
        entries.append(("my_page", _("My page")))
        # Who still has to show a second factor finds the way to do so behind the same link.
        if can_see_desk(actor) or actor.withheld_roles:
            entries.append(("desk", _("Desk")))
    return [
        {"url": reverse(name), "label": label, "current": path == reverse(name)} for name, label in entries
    ]
