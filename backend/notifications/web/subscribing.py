"""Asking for the newsletter, confirming it from one's own mailbox, and ending it with one click."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, ngettext
from django.views.decorators.csrf import csrf_exempt

from backend.core.errors import DomainError, require_found
from backend.core.web.views import DomainFormView
from backend.identity.errors import TooManyTries
from backend.identity.selectors.signing_in import confirmed_address_of
from backend.identity.web.base import PortalMixin, PortalPage
from backend.identity.web.limits import take_try

from ..selectors.subscriptions import find_subscription, subscription_of
from ..services.subscriptions import (
    ask_for_newsletter,
    confirm_subscription,
    end_subscription,
    subscribe,
    unsubscribe,
)
from .newsletter_forms import AddressForm


class AskForNewsletter(PortalMixin, DomainFormView):
    """The way in for everybody: an address, or one button for whoever signed in with theirs."""

    template_name = "notifications/newsletter.html"

    @property
    def own_address(self) -> str:
        """Of somebody who is signed in, when it was confirmed."""
        return confirmed_address_of(self.actor.person_id) if self.actor.person_id else ""

    def get_form_class(self) -> type[forms.Form]:
        return forms.Form if self.own_address else AddressForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = subscription_of(self.actor) if self.own_address else None
        return super().get_context_data(
            own_address=self.own_address,
            gets_it=mine is not None and mine.confirmed_at is not None and mine.paused_at is None,
            is_paused=mine is not None and mine.paused_at is not None,
            said=self.request.GET.get("gedaan", ""),
            **kwargs,
        )

    def act(self, form: Any) -> HttpResponse:
        language = get_language() or "nl"
        if not self.own_address:
            email = form.cleaned_data["email"].strip().lower()
            take_try(self.request, action="newsletter", now=self.now, secret=email)
            ask_for_newsletter(portal=self.portal, email=email, language=language, now=self.now)
            return self._said("gevraagd")
        if self.request.POST.get("wanted") == "nee":
            end_subscription(actor=self.actor, now=self.now)
            return self._said("af")
        subscribe(actor=self.actor, portal=self.portal, language=language, now=self.now)
        return self._said("aan")

    def _said(self, what: str) -> HttpResponse:
        return redirect(f"{reverse('newsletter')}?gedaan={what}")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.act(form)
        except TooManyTries as error:
            return self._too_often(form, error)
        except DomainError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form, status=error.status)

    def _too_often(self, form: Any, error: TooManyTries) -> HttpResponse:
        sentence = ngettext(
            "This was asked often from here. Wait %(seconds)s second and press the button again.",
            "This was asked often from here. Wait %(seconds)s seconds and press the button again.",
            error.seconds,
        )
        form.add_error(None, sentence % {"seconds": error.seconds})
        response = self.form_invalid(form, status=error.status)
        response.headers["Retry-After"] = str(error.seconds)
        return response


class ConfirmNewsletter(PortalPage):
    """Where the link in the mail leads. Mail scanners open links too, so only the button does something."""

    template_name = "notifications/confirm_newsletter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subscription = require_found(find_subscription(self.actor, self.kwargs["token"]))
        is_done = subscription.confirmed_at is not None and subscription.paused_at is None
        return super().get_context_data(subscription=subscription, is_done=is_done, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        confirm_subscription(actor=self.actor, token=kwargs["token"], now=self.now)
        return redirect(request.path)


@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribeNewsletter(PortalPage):
    """The end of it, without signing in. A mail program sends the form itself, without cookies (RFC 8058)."""

    template_name = "notifications/unsubscribe_newsletter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            subscription=find_subscription(self.actor, self.kwargs["token"]), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unsubscribe(actor=self.actor, token=kwargs["token"], now=self.now)
        return self.render_to_response(self.get_context_data(is_ended=True))
