"""A second step at signing in: passkeys, an app for codes, and recovery codes for when those are lost."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as app_views
from allauth.mfa.totp.internal import flows as app_flows
from allauth.mfa.webauthn import views as passkey_views
from allauth.mfa.webauthn.internal import auth as passkey_auth
from allauth.mfa.webauthn.internal import flows as passkey_flows
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from backend.audit import services as audit
from backend.core.errors import require_found
from backend.core.web.requests import actor_of
from backend.core.web.views import SignedInMixin

from ..models import Person
from ..services.second_factor import new_recovery_codes
from .my_sign_in import end_others
from .reauthentication import RecentlySignedInMixin, hostname, way_to_confirm
from .requests import person_of
from .second_factor import forget_second_factor, has_second_factor, record_second_factor
from .sign_in import following


def recorded(request: HttpRequest, action: str) -> None:
    audit.record(actor=actor_of(request), action=action, target=None, at=timezone.now())


def onward(request: HttpRequest, name: str) -> str:
    """A page of ours, that remembers where somebody was on their way to."""
    goal = following(request)
    return reverse(name) + (f"?{urlencode({'next': goal})}" if goal else "")


class SecondFactor(SignedInMixin, TemplateView):
    """Why a second step, and which ones there are. Who has one shows it; who showed it goes on."""

    template_name = "identity/second_factor.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        goal = following(request)
        if goal and has_second_factor(request, person_of(request)):
            return redirect(goal)
        if goal and Authenticator.objects.filter(user=person_of(request)).exists():
            return redirect(way_to_confirm(goal))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            passkey_url=onward(self.request, "mfa_add_webauthn"),
            app_url=onward(self.request, "mfa_activate_totp"),
            is_needed=bool(actor_of(self.request).withheld_roles),
            **kwargs,
        )


class AddApp(RecentlySignedInMixin, app_views.ActivateTOTPView):  # type: ignore[misc]  # no types
    """Link an app that gives a code every half minute."""

    template_name = "mfa/totp/activate_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        return {**context, "secret": " ".join(groups), "following": following(self.request)}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            factor, codes = app_flows.activate_totp(self.request, form)
            recorded(self.request, "identity.app_added")
        record_second_factor(self.request, person_of(self.request), factor)
        return set_up(self.request, _("Your app is linked."), is_first=codes is not None)


class RemoveApp(RecentlySignedInMixin, TemplateView):
    """Sign in without the app from now on."""

    template_name = "mfa/totp/deactivate_form.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        factor = mine(person_of(request), Authenticator.Type.TOTP).first()
        remove(request, require_found(factor), "mfa/email/totp_deactivated", "identity.app_removed")
        messages.success(request, _("The app is no longer needed. On other devices you are signed out."))
        return redirect("my_sign_in")


class AddPasskey(RecentlySignedInMixin, passkey_views.AddWebAuthnView):  # type: ignore[misc]  # no types
    """Make a passkey on this device, or on a security key."""

    template_name = "mfa/webauthn/add_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Not allauth's own: that one asks for a key that cannot sign in alone.
        options = passkey_auth.begin_registration(person_of(self.request), True)
        kwargs.setdefault("form", self.get_form())
        own = {"passkey_options": json.dumps(dict(options)), "host": hostname(self.request)}
        return {**kwargs, **own, "view": self, "following": following(self.request)}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        data = form.cleaned_data
        with transaction.atomic():
            factor, codes = passkey_flows.add_authenticator(
                self.request, name=data["name"], credential=data["credential"]
            )
            # A passkey works at this hostname alone, and a person may be at several.
            factor.data["host"] = hostname(self.request)
            factor.save(update_fields=["data"])
            recorded(self.request, "identity.passkey_added")
        record_second_factor(self.request, person_of(self.request), factor)
        return set_up(self.request, _("Your passkey is ready."), is_first=codes is not None)


class NamePasskey(RecentlySignedInMixin, passkey_views.EditWebAuthnView):  # type: ignore[misc]  # no types
    template_name = "mfa/webauthn/edit_form.html"

    def get_success_url(self) -> str:
        return reverse("my_sign_in")


class RemovePasskey(RecentlySignedInMixin, TemplateView):
    template_name = "mfa/webauthn/authenticator_confirm_delete.html"

    def factor(self) -> Authenticator:
        mine_here = mine(person_of(self.request), Authenticator.Type.WEBAUTHN)
        return require_found(mine_here.filter(pk=self.kwargs["pk"]).first())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(name=self.factor().data["name"], **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remove(request, self.factor(), "mfa/email/webauthn_removed", "identity.passkey_removed")
        messages.success(request, _("The passkey is removed. On other devices you are signed out."))
        return redirect("my_sign_in")


class MyRecoveryCodes(RecentlySignedInMixin, TemplateView):
    """Make codes for when everything else is lost. They stand on the page that the button gives, once."""

    template_name = "identity/recovery_codes.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(request, *args, **kwargs)
        # Nobody who comes to this computer later reads them with the back button.
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = person_of(self.request)
        codes = mine(person, Authenticator.Type.RECOVERY_CODES).first()
        wrapper = codes.wrap() if codes else None
        return super().get_context_data(
            has_second_factor=Authenticator.objects.filter(user=person).exists(),
            codes_left=len(wrapper.get_unused_codes()) if wrapper and wrapper.did_view else None,
            following=following(self.request),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        codes = new_recovery_codes(actor=actor_of(request), now=timezone.now())
        person = person_of(request)
        get_adapter().send_notification_mail("mfa/email/recovery_codes_generated", person)
        return self.render_to_response(self.get_context_data(codes=codes))


def mine(person: Person, kind: str) -> Any:
    return Authenticator.objects.filter(user=person, type=kind)


def remove(request: HttpRequest, factor: Authenticator, notice: str, action: str) -> None:
    """Take a second factor away, and end the sessions elsewhere that may have been opened with it."""
    forget_second_factor(request, person_of(request), factor.pk)
    with transaction.atomic():
        delete_and_cleanup(request, factor)
        recorded(request, action)
    end_others(request)
    get_adapter().send_notification_mail(notice, person_of(request))


def set_up(request: HttpRequest, said: str, *, is_first: bool) -> HttpResponse:
    """On to the recovery codes after the first one, and otherwise to where somebody was going.

    The first one ends the sessions elsewhere: they were opened without it.
    """
    messages.success(request, said)
    if is_first:
        end_others(request)
        messages.info(request, _("On your other devices you are signed out."))
        return redirect(onward(request, "mfa_view_recovery_codes"))
    return redirect(following(request) or "my_sign_in")
