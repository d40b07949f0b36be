"""Forms about oneself."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm
from django.core.validators import MaxLengthValidator
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from backend.identity.models import Person
from backend.identity.services.people import person_for_address
from backend.identity.states import LONGEST_ADDRESS


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth carries no types
    """One field: the address the code goes to. A first visit and a hundredth look the same."""

    _user: Person | None

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail address")
        self.fields["email"].help_text = _("We send you a code. You need no password.")
        self.fields["email"].widget.attrs = {"autocomplete": "email", "inputmode": "email"}
        self.fields["email"].validators.append(MaxLengthValidator(LONGEST_ADDRESS))

    def clean_email(self) -> str:
        self.cleaned_data["email"] = self.cleaned_data["email"].strip().lower()
        # Says no to who asks too often, before anything is written for this address.
        email: str = super().clean_email()
        # Whoever asks for a code gets one: only after that is it known whether the address was used before.
        if self._user is None:
            self._user = person_for_address(
                email=email, language=translation.get_language() or "nl", now=timezone.now()
            )
        return email
