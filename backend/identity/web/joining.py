"""Joining what one did with a letter or at the counter to an account with an e-mail address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import View

from backend.core.errors import DomainError, NotAllowed
from backend.core.web.views import SignedInMixin

from ..models import Person
from ..permissions import can_be_joined
from ..services.joining import join_people
from .base import PortalMixin, PortalPage
from .requests import person_of
from .sessions import sign_in_without_address

# In the session: who wants to join an account. It stays with this browser until that is done or given up.
JOINING = "joining"


class JoinAccount(SignedInMixin, PortalPage):
    """Tell what joining does, and go and sign in with the address."""

    template_name = "identity/join_account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_join=can_be_joined(person_of(self.request)), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = person_of(request)
        if not can_be_joined(person):
            raise NotAllowed
        logout(request)
        request.session[JOINING] = person.pk
        return redirect(f"{reverse('account_request_login_code')}?next={reverse('finish_joining')}")


class FinishJoining(SignedInMixin, PortalPage):
    """Signed in with the address: one button joins the two."""

    template_name = "identity/finish_joining.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_waiting=JOINING in self.request.session, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from_id = request.session.get(JOINING)
        if from_id is not None:
            try:
                join_people(actor=self.actor, from_id=from_id, now=self.now)
            except DomainError as error:
                context = self.get_context_data(refusal=error)
                return self.render_to_response(context, status=error.status)
            del request.session[JOINING]
        return redirect("my_votes")


class GiveUpJoining(PortalMixin, View):
    """Be again who one was before, as nothing was joined."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from_id = request.session.get(JOINING)
        person = Person.objects.filter(pk=from_id, is_active=True).first() if from_id else None
        if person is None or not can_be_joined(person):
            return redirect("plans")
        logout(request)
        sign_in_without_address(request, person)
        return redirect("my_page")
