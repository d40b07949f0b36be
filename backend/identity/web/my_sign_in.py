"""Signing in and safety: what somebody signs in with, where, and how to change it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from backend.core.errors import InvalidInput
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView, SignedInMixin

from ..errors import AddressInUse
from ..models import Person
from ..permissions import can_be_joined
from ..selectors.signing_in import devices_of
from ..services.devices import end_other_devices
from ..services.joining import join_to_address
from ..services.sign_in import change_address, remove_password, set_password
from .codes import MailedCode
from .reauthentication import RecentlySignedInMixin
from .requests import person_of
from .sign_in_forms import MailedCodeForm, NewAddressForm, NewPasswordForm

ADDRESS_PURPOSE = "code_for_address"


def end_others(request: HttpRequest) -> None:
    """What was changed because it may be in wrong hands may not stay open in them."""
    key = request.session.session_key
    if key is not None:
        end_other_devices(actor=actor_of(request), session_key=key, now=timezone.now())


class MySignIn(SignedInMixin, TemplateView):
    """Everything one signs in with, on one page, each with the way to change it."""

    template_name = "identity/my_sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = person_of(self.request)
        factors = list(Authenticator.objects.filter(user=person).order_by("pk"))
        wrapped = {factor.type: factor.wrap() for factor in factors}
        codes = wrapped.get(Authenticator.Type.RECOVERY_CODES)
        return super().get_context_data(
            has_password=person.has_usable_password(),
            passkeys=[
                {"factor": factor, "name": factor.data["name"], "host": factor.data.get("host", "")}
                for factor in factors
                if factor.type == Authenticator.Type.WEBAUTHN
            ],
            has_app=Authenticator.Type.TOTP in wrapped,
            has_second_factor=bool(factors),
            codes_left=len(codes.get_unused_codes()) if codes and codes.did_view else None,
            devices=len(devices_of(person.pk, now=timezone.now())),
            must_have_second_factor=bool(actor_of(self.request).withheld_roles),
            **kwargs,
        )


class MyPassword(RecentlySignedInMixin, DomainFormView):
    """Choose a password, or another one. The old one is not asked: one has just shown who one is."""

    template_name = "identity/my_password.html"
    form_class = NewPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "person": person_of(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_password = person_of(self.request).has_usable_password()
        return super().get_context_data(has_password=has_password, **kwargs)

    def act(self, form: NewPasswordForm) -> HttpResponse:
        person = set_password(
            actor=actor_of(self.request), password=form.cleaned_data["password"], now=timezone.now()
        )
        _stay_signed_in(self.request, person)
        get_adapter().send_notification_mail("account/email/password_set", person)
        messages.success(self.request, _("Your password is set. On other devices you are signed out."))
        return redirect("my_sign_in")


class RemovePassword(RecentlySignedInMixin, TemplateView):
    """Do without a password again."""

    template_name = "identity/remove_password.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = remove_password(actor=actor_of(request), now=timezone.now())
        _stay_signed_in(request, person)
        get_adapter().send_notification_mail("password_removed", person)
        messages.success(request, _("Your password is gone. You sign in with a code by mail."))
        return redirect("my_sign_in")


def _stay_signed_in(request: HttpRequest, person: Person) -> None:
    """Another password ends every session but this one, which gets another key."""
    end_others(request)
    update_session_auth_hash(request, person)


class ChangeAddress(RecentlySignedInMixin, DomainFormView):
    """Ask for a code at a new address. The answer is the same whether or not anybody uses it."""

    is_open_without_ways = True
    template_name = "identity/change_address.html"
    form_class = NewAddressForm

    def act(self, form: NewAddressForm) -> HttpResponse:
        email = form.cleaned_data["email"]
        if email == person_of(self.request).email:
            raise InvalidInput(_("This is your address already."), field="email")
        subject = _("Your code for your new address")
        if MailedCode.ask(self.request, purpose=ADDRESS_PURPOSE, subject=subject, email=email) is None:
            raise InvalidInput(get_adapter().error_messages["rate_limited"], field="email")
        return redirect("confirm_address")


class ConfirmAddress(RecentlySignedInMixin, DomainFormView):
    """Fill in the code from the new address. From then on that is the address of the account."""

    is_open_without_ways = True
    template_name = "identity/confirm_address.html"
    form_class = MailedCodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.code = MailedCode.waiting(request, purpose=ADDRESS_PURPOSE, subject="")
        if request.user.is_authenticated and self.code is None:
            return redirect("change_address")
        return super().dispatch(request, *args, **kwargs)

    @property
    def waiting(self) -> MailedCode:
        assert self.code is not None  # noqa: S101  (dispatch led everybody else away)
        return self.code

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "code": self.waiting.code}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(email=self.waiting.email, mail_page=settings.MAIL_PAGE, **kwargs)

    def form_invalid(self, form: Any, status: int = 422) -> HttpResponse:
        if "code" in form.errors and not self.waiting.record_invalid_attempt():
            messages.warning(self.request, _("That was not the code. Ask for a new one."))
            return redirect("change_address")
        return super().form_invalid(form, status)

    def act(self, form: MailedCodeForm) -> HttpResponse:
        new, person = self.waiting.email, person_of(self.request)
        try:
            former = change_address(actor=actor_of(self.request), email=new, now=timezone.now())
        except AddressInUse:
            if not can_be_joined(person):
                raise
            return self._join(new)
        self.waiting.abort()
        end_others(self.request)
        if former:
            get_adapter().send_notification_mail("account/email/email_changed", person, email=former)
        messages.success(self.request, _("From now on you sign in with %(email)s.") % {"email": new})
        return redirect("my_sign_in")

    def _join(self, email: str) -> HttpResponse:
        """The address is of an account they had already: what they did goes there, and so do they."""
        join_to_address(actor=actor_of(self.request), email=email, now=timezone.now())
        self.waiting.abort()
        logout(self.request)
        messages.success(
            self.request,
            _("What you did is now part of your account. From now on you sign in with %(email)s.")
            % {"email": email},
        )
        return redirect(f"{reverse('account_request_login_code')}?next={reverse('my_votes')}")
