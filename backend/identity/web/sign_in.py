"""Signing in by other ways than a code, the second step, and showing once more that it is you."""

from __future__ import annotations

import json
from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as mfa_views
from allauth.mfa.webauthn import views as passkey_views
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from backend.core.web.views import SignedInMixin

from ..services.people import confirm_address
from .codes import MailedCode
from .forms import RequestCodeForm
from .reauthentication import has_passkey_here, recently_signed_in, way_to_confirm, ways_to_confirm
from .requests import person_of
from .second_factor import has_second_factor
from .sign_in_forms import MailedCodeForm


def following(request: HttpRequest) -> str:
    """Where somebody was on their way to, when that is a page of ours."""
    return get_next_redirect_url(request) or ""


class ConfirmCode(account_views.ConfirmLoginCodeView):  # type: ignore[misc]  # allauth carries no types
    """The code from the mail, which also shows that the address is right."""

    def _verify_form_valid(self, form: forms.Form) -> HttpResponse:
        confirm_address(self._process.user)
        answer: HttpResponse = super()._verify_form_valid(form)
        return answer


class PasswordSignIn(account_views.LoginView):  # type: ignore[misc]  # allauth carries no types
    """An address and a password. Whatever is wrong, the answer is the same."""

    template_name = "account/login.html"


class PasskeySignIn(passkey_views.LoginWebAuthnView):  # type: ignore[misc]  # allauth carries no types
    """What the passkey of a visitor signed. A GET of our script gives what it has to sign."""

    template_name = "account/request_login_code.html"

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        context = self.get_context_data(
            form=RequestCodeForm(),
            passkey_failed=True,
            redirect_field_name="next",
            redirect_field_value=following(self.request),
        )
        page: HttpResponse = self.render_to_response(context)
        return page


class SecondStep(mfa_views.AuthenticateView):  # type: ignore[misc]  # allauth carries no types
    """After a code or a password: the second factor of who has one."""

    template_name = "mfa/authenticate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        has_passkey = has_passkey_here(self.request, self.stage.login.user)
        options = json.dumps(context["js_data"]["request_options"]) if has_passkey else ""
        return {**context, "passkey_options": options, "following": self.stage.login.redirect_url or ""}


class ConfirmMixin(SignedInMixin):
    """A page on which somebody shows once more that it is them, by one of their ways."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        others = [way for way in ways_to_confirm(self.request) if way["url"] != self.request.path]
        return {**context, "other_ways": others, "following": following(self.request)}

    def get_default_success_url(self) -> str:
        return "/"

    def _check_reauthentication_method_available(self, request: HttpRequest) -> HttpResponse | None:
        """Somebody who cannot confirm in this way gets to see which ways they have."""
        is_theirs = any(way["url"] == request.path for way in ways_to_confirm(request))
        return None if is_theirs else redirect(way_to_confirm(following(request)))


class ChooseWayToConfirm(ConfirmMixin, TemplateView):
    """Leads on when there is one way to show who you are, and lets choose when there are several."""

    template_name = "account/confirm_again.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ways = ways_to_confirm(request)
        is_by_factor = any(way["id"].startswith("mfa_") for way in ways)
        # Who signed in without a second factor, and has one since, still shows it.
        is_enough = has_second_factor(request, person_of(request)) or not is_by_factor
        if recently_signed_in(request) and is_enough:
            return redirect(following(request) or "/")
        if len(ways) == 1:
            return redirect(f"{ways[0]['url']}?{request.GET.urlencode()}")
        return super().get(request, *args, **kwargs)


class ConfirmByPassword(ConfirmMixin, account_views.ReauthenticateView):  # type: ignore[misc]  # no types
    template_name = "account/reauthenticate.html"


class ConfirmByApp(ConfirmMixin, mfa_views.ReauthenticateView):  # type: ignore[misc]  # no types
    template_name = "mfa/reauthenticate.html"


class ConfirmByPasskey(ConfirmMixin, passkey_views.ReauthenticateWebAuthnView):  # type: ignore[misc]  # no types
    template_name = "mfa/webauthn/reauthenticate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = json.dumps(context["js_data"]["request_options"])
        return {**context, **kwargs, "passkey_options": options}

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form, passkey_failed=True))
        return page


class ConfirmByCode(ConfirmMixin, account_views.BaseReauthenticateView):  # type: ignore[misc]  # no types
    """A code to one's own address. It is sent on a button, and the same page then asks for it."""

    template_name = "account/confirm_by_code.html"
    form_class = MailedCodeForm
    purpose = "code_to_confirm"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.code = MailedCode.waiting(request, purpose=self.purpose, subject=_("Your code to confirm"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "code": self.code.code if self.code else ""}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "send":
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer
        email = person_of(request).email or ""
        sent = MailedCode.ask(request, purpose=self.purpose, subject=_("Your code to confirm"), email=email)
        if sent is None:
            page: HttpResponse = self.render_to_response(
                self.get_context_data(form=MailedCodeForm(), is_too_often=True)
            )
            return page
        return redirect(request.get_full_path())

    def form_valid(self, form: forms.Form) -> HttpResponse:
        assert self.code is not None  # noqa: S101  (without one no code is right)
        self.code.abort()
        record_authentication(self.request, person_of(self.request), method="code", reauthenticated=True)
        return resume_request(self.request) or redirect("/")

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        if self.code is not None and not self.code.record_invalid_attempt():
            messages.warning(self.request, _("That was not the code. Ask for a new one."))
            return redirect(self.request.get_full_path())
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return page

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            is_sent=self.code is not None,
            email=person_of(self.request).email,
            mail_page=settings.MAIL_PAGE,
            **kwargs,
        )
