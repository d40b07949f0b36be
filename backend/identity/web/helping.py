"""Helping somebody take part at the counter, by phone or with a form on paper, and who helped oneself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from backend.core.web.views import SignedInMixin

from ..errors import CodeMistyped
from ..letter_codes import normal_code
from ..permissions import can_help
from ..selectors.acting import mandates_of
from ..services.assistance import redeem_for_helped, start_helping, stop_helping, take_back_mandate
from ..states import HelpChannel
from .base import DeskForm, PortalMixin, PortalPage
from .limits import take_try
from .middleware import HELPING

# In the session: the number of somebody who was confirmed at the counter a moment ago.
CONFIRMED_CARD = "confirmed_card"


class HelpForm(forms.Form):
    """Whom to help, and how the two reach each other."""

    card_number = forms.CharField(
        label=_("Number on the card or receipt of this person"),
        help_text=_("Ten letters and digits. Capitals and spaces do not matter."),
        max_length=40,
        required=False,
    )
    letter_code = forms.CharField(
        label=_("Or the code from their letter"),
        help_text=_("Somebody who got a letter can read it out, such as ABCD-1234. It is then used."),
        max_length=40,
        required=False,
    )
    channel = forms.ChoiceField(
        label=_("How do you speak to this person?"), choices=HelpChannel.choices, widget=forms.RadioSelect
    )
    asked = forms.BooleanField(
        label=_("This person asked me to do this in their name."),
        error_messages={"required": _("Ask first. Then tick the box.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("card_number")) == bool(data.get("letter_code")):
            self.add_error(
                "card_number",
                _("Fill in the number or the code, not both. Neither? Confirm this person at the counter."),
            )
        return data


class HelpDesk(DeskForm):
    """Begin to help one person, for an hour at most."""

    template_name = "identity/help_desk.html"
    form_class = HelpForm

    def allowed(self) -> bool:
        return can_help(self.actor)

    def get_initial(self) -> dict[str, Any]:
        return {
            "card_number": self.request.session.get(CONFIRMED_CARD, ""),
            "channel": HelpChannel.COUNTER,
        }

    def act(self, form: HelpForm) -> HttpResponse:
        said = form.cleaned_data
        mandate = start_helping(
            actor=self.actor,
            portal=self.portal,
            card_number=said["card_number"] or self._number_by_letter(said["letter_code"]),
            channel=HelpChannel(said["channel"]),
            now=self.now,
        )
        self.request.session.pop(CONFIRMED_CARD, None)
        self.request.session[HELPING] = mandate.public_id
        return redirect("plans")

    def _number_by_letter(self, code: str) -> str:
        """The number of whoever the letter was to, who takes part from now on."""
        normal = normal_code(code)
        # What cannot be a code is no guess either.
        if normal is None:
            raise CodeMistyped
        this_try = take_try(
            self.request, action="letter_code", now=self.now, person_id=self.actor.person_id, secret=normal
        )
        redeemed = redeem_for_helped(actor=self.actor, portal=self.portal, code=code, now=self.now)
        this_try.give_back()
        return redeemed.person.public_id


class StopHelping(SignedInMixin, PortalMixin, View):
    """The assistant is done."""

    open_to_helpers = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stop_helping(actor=self.actor, now=self.now)
        request.session.pop(HELPING, None)
        return redirect("help_desk")


class MyHelp(SignedInMixin, PortalPage):
    """Everybody who acted in one's name, and a way to end it."""

    template_name = "identity/my_help.html"
    open_to_helpers = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = [
            {"mandate": mandate, "is_open": mandate.ended_at is None and mandate.ends_at > self.now}
            for mandate in mandates_of(self.actor)
        ]
        return super().get_context_data(given=given, **kwargs)


class TakeBackMandate(SignedInMixin, PortalMixin, View):
    """End help at once."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        take_back_mandate(actor=self.actor, public_id=self.kwargs["public_id"], now=self.now)
        return redirect("my_help")
