"""How one wants to be spoken to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..states import CHOICES, Choice, Kind


class SettingsForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Shown with your plans. You may leave it empty."),
        required=False,
        max_length=80,
    )
    language = forms.ChoiceField(label=_("Language of your messages"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, choices in CHOICES.items():
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=[(choice.value, choice.label) for choice in choices]
            )

    def choices(self) -> dict[Kind, Choice]:
        return {kind: Choice(self.cleaned_data[kind.value]) for kind in CHOICES}
