"""What every page knows: the portal, who is here, and the way around."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def page_context(request: HttpRequest) -> dict[str, Any]:
    return {
        "portal": getattr(request, "portal", None),
        "person": getattr(request, "person", None),
        "actor": getattr(request, "actor", None),
    }
