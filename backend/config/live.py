"""Who opens a socket: found by the very middleware that finds it for pages. The application of open pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.utils import timezone

from backend.core.errors import NotFound
from backend.core.live.hub import Followed, hub
from backend.core.live.readers import Reader
from backend.core.live.sockets import Asked, LivePages
from backend.core.live.sources import source_named
from backend.core.web.middleware import ReadableInputMiddleware
from backend.core.web.requests import actor_of
from backend.identity.live import changed_readers
from backend.identity.web.middleware import ActorMiddleware
from backend.places.web.middleware import PortalMiddleware

GetResponse = Callable[[HttpRequest], HttpResponse]
# Those of settings.MIDDLEWARE that decide who somebody is and where, in the same order.
MIDDLEWARE: tuple[Any, ...] = (
    SecurityMiddleware,
    ReadableInputMiddleware,
    PortalMiddleware,
    SessionMiddleware,
    AuthenticationMiddleware,
    ActorMiddleware,
)


def admit(asked: Asked) -> Followed:
    """What somebody may follow, as the one who acts in their session. NotFound for everything else."""
    found: list[Followed] = []

    def find(request: HttpRequest) -> HttpResponse:
        source, actor = source_named(asked.source), actor_of(request)
        key = request.session.session_key if actor.acting_id is not None else None
        found.append(
            Followed(
                source=source,
                id=source.find(actor, asked.public_id, timezone.now()),
                language=asked.language,
                reader=Reader(actor, key or ""),
            )
        )
        return HttpResponse(status=204)

    answer: GetResponse = find
    for layer in reversed(MIDDLEWARE):
        answer = layer(answer)
    answer(asked.request)
    if not found:
        # Sent on to HTTPS, for one.
        raise NotFound
    return found[0]


hub.review = changed_readers
application = LivePages(hub, admit)
