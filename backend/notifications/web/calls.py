"""Who is to be called, with what to tell them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from backend.audit.services import note_reading
from backend.core.errors import InvalidInput
from backend.core.html import to_read_out
from backend.core.web.requests import actor_of
from backend.identity.models import Person
from backend.identity.web.base import DeskMixin, PortalMixin, PortalPage

from ..models import ContactDetails, Message
from ..permissions import can_call
from ..rendering import words_of
from ..selectors import details_by_person, get_call, list_calls
from ..services.calls import say_not_reached, say_reached

PAGE_SIZE = 10


class CallerMixin(DeskMixin):
    def allowed(self) -> bool:
        return can_call(actor_of(self.request))  # type: ignore[attr-defined]  # a mixin of views


class CallList(CallerMixin, PortalPage):
    """The next people to call. Numbers of later ones are on the next page. Reading is on record."""

    template_name = "notifications/calls.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(list_calls(self.actor), PAGE_SIZE).get_page(self.request.GET.get("pagina"))
        note_reading(actor=self.actor, action="notifications.calls_read", now=self.now)
        # Who has no account is called by nobody.
        calls = [(message, message.person) for message in page.object_list if message.person is not None]
        details = details_by_person(self.actor, (person.pk for _message, person in calls))
        rows = [
            {
                "message": message,
                "details": details.get(person.pk),
                "name": _name_of(person, details.get(person.pk)),
                **_to_read_out(message, person),
            }
            for message, person in calls
        ]
        return super().get_context_data(page=page, rows=rows, **kwargs)


def _name_of(person: Person, details: ContactDetails | None) -> str:
    """Whom to ask for: the name they gave for this, or else the one they have here."""
    return (details.name if details else "") or person.name


def _to_read_out(message: Message, person: Person) -> dict[str, str]:
    words = words_of(message, language=person.language)
    return {"subject": words.subject, "body": to_read_out(words.body)}


class Called(CallerMixin, PortalMixin, View):
    """How one call went."""

    def post(self, request: HttpRequest, message_id: int) -> HttpResponse:
        get_call(self.actor, message_id)
        outcome, before = request.POST.get("outcome"), request.POST.get("calls_before", "")
        if outcome == "reached":
            say_reached(actor=self.actor, message_id=message_id, now=self.now)
        elif outcome == "not_reached" and before in {"0", "1", "2"}:
            say_not_reached(actor=self.actor, message_id=message_id, calls_before=int(before), now=self.now)
        else:
            raise InvalidInput(_("Choose how the call went."))
        messages.success(request, _("That is done."))
        return redirect("calls")
