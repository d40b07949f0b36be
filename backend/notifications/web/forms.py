"""How one wants to be spoken to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from ..rules import Details
from ..states import CHOICES, Choice, Kind

YOU = ("name", "language")
DETAILS = ("contact_name", "street", "postcode", "city", "telephone")


def _text(label: Any, longest: int, autocomplete: str, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget, **more)


class ReachForm(forms.Form):
    """A choice for each kind of messages, and where a letter or a call finds somebody."""

    contact_name = _text(_("Name on the envelope"), 80, "name")
    street = _text(_("Street and number"), 100, "street-address")
    postcode = _text(_("Postcode"), 7, "postal-code")
    city = _text(_("City"), 80, "address-level2")
    telephone = _text(_("Telephone"), 20, "tel")

    def __init__(self, *args: Any, has_work: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen_for = [kind for kind in CHOICES if has_work or kind != Kind.WORK]
        for kind in self.chosen_for:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=[(choice.value, choice.label) for choice in CHOICES[kind]]
            )

    def kinds(self) -> Iterator[BoundField]:
        return (self[kind.value] for kind in self.chosen_for)

    def where(self) -> Iterator[BoundField]:
        return (self[name] for name in DETAILS)

    def choices(self) -> dict[Kind, Choice]:
        return {kind: Choice(self.cleaned_data[kind.value]) for kind in self.chosen_for}

    def details(self) -> Details:
        return Details(*(self.cleaned_data[name] for name in DETAILS))


class SettingsForm(ReachForm):
    """The same, with name and language."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Shown with your plans. You may leave it empty."),
        required=False,
        max_length=80,
    )
    language = forms.ChoiceField(label=_("Language of your messages"), choices=settings.LANGUAGES)

    def you(self) -> Iterator[BoundField]:
        return (self[name] for name in YOU)
