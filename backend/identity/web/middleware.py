"""From a session to the one who acts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from backend.core.actor import Actor
from backend.identity.models import Person
from backend.identity.selectors import actor_for
from backend.places.models import Portal


class ActorRequest(HttpRequest):
    """A request as every view gets it."""

    portal: Portal | None
    person: Person | None
    actor: Actor


class ActorMiddleware:
    """Puts the actor on the request: the only thing views hand to services and selectors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        # A lazy user is no Person to isinstance until it is looked at.
        user = request.user if request.user.is_authenticated else None
        request.person = user if isinstance(user, Person) else None
        request.actor = actor_for(request.person, request.portal, now=timezone.now())
        return self.get_response(request)
