"""Forms about oneself."""

from __future__ import annotations

from datetime import date

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.core import context, ratelimit
from allauth.core.internal.ratelimit import get_ip
from django import forms
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from backend.core.walltime import on_wall
from backend.core.web.days import DayInput
from backend.identity.models import Person
from backend.identity.rules import Claim, home_claim, resident_claim
from backend.identity.services.people import person_for_address
from backend.identity.states import LONGEST_ADDRESS
from backend.places.rules import normal_postcode

OLDEST = MinValueValidator(date(1895, 1, 1), _("This date is too long ago. Look at the document again."))


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
        # Both say no to who asks too often, before anything is written for this address.
        here = f"{self.cleaned_data['email']} {get_ip(context.request)}"
        if not ratelimit.consume(context.request, action="request_login_code_here", key=here):
            raise get_adapter().validation_error("rate_limited")
        email: str = super().clean_email()
        # Whoever asks for a code gets one: only after that is it known whether the address was used before.
        if self._user is None:
            self._user = person_for_address(
                email=email, language=translation.get_language() or "nl", now=timezone.now()
            )
        return email


class WhoForm(forms.Form):
    """Who somebody is, as their document says. It is hashed to recognise them, and kept nowhere.

    There is no field for a number, on purpose.
    """

    surname = forms.CharField(label=_("Surname"), max_length=100)
    given_name = forms.CharField(label=_("First name"), max_length=100)
    birth_date = forms.DateField(
        label=_("Date of birth"),
        widget=DayInput(),
        validators=[OLDEST],
    )
    postcode = forms.CharField(label=_("Postcode"), max_length=10)
    house_number = forms.IntegerField(label=_("House number"), min_value=1, max_value=99_999)
    addition = forms.CharField(
        label=_("Letter or addition to the house number"), max_length=10, required=False
    )

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        if born > on_wall(timezone.now()).date():
            raise forms.ValidationError(_("This date has yet to come. Look at the document again."))
        return born

    def clean_postcode(self) -> str:
        postcode = normal_postcode(self.cleaned_data["postcode"])
        if postcode is None:
            raise forms.ValidationError(_("A postcode has four digits and two letters, such as 1055 TK."))
        return postcode

    def clean_surname(self) -> str:
        return self._with_a_letter("surname")

    def clean_given_name(self) -> str:
        return self._with_a_letter("given_name")

    def _with_a_letter(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if not any(sign.isalpha() for sign in text):
            raise forms.ValidationError(_("Fill in a name, with at least one letter."))
        return text

    def claims(self) -> list[Claim]:
        """What is hashed of it: the person, and where they live."""
        who = self.cleaned_data
        return [
            resident_claim(
                surname=who["surname"], given_name=who["given_name"], birth_date=who["birth_date"]
            ),
            home_claim(
                postcode=who["postcode"],
                house_number=str(who["house_number"]),
                addition=who.get("addition") or "",
            ),
        ]
