"""From a session to the one who acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from backend.core.actor import Actor
from backend.core.web.helping import is_open_to_helpers
from backend.identity.errors import NotWhileHelping
from backend.identity.models import Mandate, Person
from backend.identity.selectors import actor_for, actor_helped, find_open_mandate
from backend.places.models import Portal


class ActorRequest(HttpRequest):
    """A request as every view gets it."""

    portal: Portal | None
    person: Person | None
    actor: Actor
    # The help that is being given in this request, if any; then person and actor are who is helped.
    mandate: Mandate | None


# In the session: the help that an assistant is giving.
HELPING = "helping"


class ActorMiddleware:
    """Puts the actor on the request: the only thing views hand to services and selectors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        # A lazy user is no Person to isinstance until it is looked at.
        user = request.user if request.user.is_authenticated else None
        request.person = user if isinstance(user, Person) else None
        request.actor = actor_for(request.person, request.portal, now=timezone.now())
        request.mandate = None
        if request.person is not None and HELPING in request.session:
            self._act_for_helped(request)
        return self.get_response(request)

    def _act_for_helped(self, request: ActorRequest) -> None:
        """The one who is helped acts, by the hands of the assistant. Help that ended is forgotten."""
        mandate = find_open_mandate(request.actor, request.session[HELPING], now=timezone.now())
        if mandate is None:
            del request.session[HELPING]
            return
        request.mandate = mandate
        request.person = mandate.person
        request.actor = actor_helped(request.actor, mandate)

    def process_view(
        self, request: ActorRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """While helping, only pages that were made for it: never the assistant's or the person's account."""
        if request.mandate is None or is_open_to_helpers(view):
            return None
        error = NotWhileHelping()
        return render(request, "layout/error.html", {"error": error}, status=error.status)
