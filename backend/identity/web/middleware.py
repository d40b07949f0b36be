"""From a session to the one who acts, and to the device it is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.actor import Actor
from backend.core.errors import NotAllowed
from backend.core.walltime import on_wall
from backend.core.web.helping import is_open_to_helpers
from backend.identity.errors import NotWhileHelping
from backend.identity.models import Mandate, Person
from backend.identity.selectors.acting import actor_for, actor_helped, find_open_mandate
from backend.identity.services.devices import note_device
from backend.places.models import Portal

from .second_factor import has_second_factor, way_to_second_factor

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_KEY = "device_seen"


class ActorRequest(HttpRequest):
    """A request as every view gets it."""

    portal: Portal | None
    person: Person | None
    actor: Actor
    # The help that is being given in this request, if any; then person and actor are who is helped.
    mandate: Mandate | None


# In the session: the help that an assistant is giving.
HELPING = "helping"


class SecondFactorNeeded(NotAllowed):
    """A form of staff that was sent without a second factor."""

    code = "second_factor_needed"
    default_message = _(
        "Your work for the municipality asks for a second step at signing in. Nothing was changed. Open"
        " “Signing in and safety” on your page, take that step, and send this again."
    )


class ActorMiddleware:
    """Puts the actor on the request: the only thing views hand to services and selectors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        # A lazy user is no Person to isinstance until it is looked at.
        user = request.user if request.user.is_authenticated else None
        request.person = user if isinstance(user, Person) else None
        request.actor = actor_for(
            request.person,
            request.portal,
            now=timezone.now(),
            second_factor=request.person is not None and has_second_factor(request, request.person),
        )
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


class SecondFactorMiddleware:
    """Leads who may not open a page, but could with a second factor, to that step and back here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: ActorRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotAllowed) or not request.actor.withheld_roles:
            return None
        if request.method in {"GET", "HEAD"}:
            return redirect(way_to_second_factor(request.get_full_path()))
        error = SecondFactorNeeded()
        return render(request, "layout/error.html", {"error": error}, status=error.status)


class DeviceMiddleware:
    """Remembers on which day a session was last used, so that people recognise their devices.

    Once a day and session, and after the session got another key. Nothing else is followed.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key, person = request.session.session_key, request.user
        if key is None or not isinstance(person, Person):
            return response
        now = timezone.now()
        seen = [on_wall(now).date().isoformat(), key]
        if request.session.get(SEEN_KEY) != seen:
            note_device(
                person_id=person.pk,
                session_key=key,
                user_agent=request.headers.get("User-Agent", ""),
                now=now,
            )
            request.session[SEEN_KEY] = seen
        return response
