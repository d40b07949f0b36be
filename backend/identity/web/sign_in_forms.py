"""Forms for signing in and for what one signs in with. Pasting always works; nothing is asked twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.fields import SetPasswordField
from allauth.account.forms import BaseConfirmCodeForm, LoginForm, ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from ..models import Person
from ..states import LONGEST_ADDRESS

LONGEST_NAME = 60
# Longer than any passphrase, short enough not to keep the server busy with one of a megabyte.
LONGEST_PASSWORD = 1000
CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}


class PasswordSignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    """An address and a password, for who chose one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Your e-mail address")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "inputmode": "email"}
        self.fields["login"].validators.append(MaxLengthValidator(LONGEST_ADDRESS))
        self.fields["password"].label = _("Your password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].validators.append(MaxLengthValidator(LONGEST_PASSWORD))

    def _setup_password_field(self) -> None:
        """Allauth takes the field away where new accounts come without a password."""


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """One's own password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Your password")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].validators.append(MaxLengthValidator(LONGEST_PASSWORD))


class NewPasswordForm(forms.Form):
    """A new password, once: who mistypes it signs in with a code and chooses another."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = SetPasswordField(
            label=_("New password"),
            help_text=_("At least 12 characters. Three or four words that you make up are easy to remember."),
            max_length=LONGEST_PASSWORD,
        )
        field.widget.attrs = {"autocomplete": "new-password", "minlength": "12"}
        field.user = person
        self.fields["password"] = field


class NewAddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Your new e-mail address"),
        help_text=_("We send a code to it. Your address changes when you fill that in."),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


def _as_code_field(field: forms.Field, label: Any, help_text: Any = "") -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs = dict(CODE_ATTRIBUTES)


class MailedCodeForm(BaseConfirmCodeForm):  # type: ignore[misc]  # allauth carries no types
    """The code from a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code_field(self.fields["code"], _("Code from the mail"))


class SecondFactorForm(AllauthAuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """A code from an app, or a recovery code, while signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code_field(self.fields["code"], _("Code"), _("From your app, or one of your recovery codes."))


class ConfirmSecondFactorForm(AllauthReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    """The same, to confirm that it is still them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code_field(self.fields["code"], _("Code"), _("From your app, or one of your recovery codes."))


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth carries no types
    """The first code of an app that was just set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code_field(
            self.fields["code"], _("Code from the app"), _("Six digits. They change every half minute.")
        )
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


def _readable(clean: Callable[[], Any]) -> Any:
    """What a device sent, checked. Anybody can send anything: what cannot be read is refused as well."""
    try:
        return clean()
    except forms.ValidationError:
        raise
    except Exception as error:
        raise forms.ValidationError(get_adapter().error_messages["incorrect_code"]) from error


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    def clean_credential(self) -> Any:
        return _readable(super().clean_credential)


class PasskeySecondStepForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    def clean_credential(self) -> Any:
        return _readable(super().clean_credential)


class ConfirmPasskeyForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    def clean_credential(self) -> Any:
        return _readable(super().clean_credential)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    """A new passkey. It is always one that can sign in alone, so it asks for a finger, face or PIN."""

    name = forms.CharField(
        label=_("A name for this passkey"),
        help_text=_("For example: my phone."),
        required=False,
        max_length=LONGEST_NAME,
    )

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = _readable(super().clean)
        return cleaned


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    name = forms.CharField(label=_("A name for this passkey"), max_length=LONGEST_NAME)
