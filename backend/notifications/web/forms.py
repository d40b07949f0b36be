"""How one wants to be spoken to."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..states import Channel


class SettingsForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Shown with your plans. You may leave it empty."),
        required=False,
        max_length=80,
    )
    channel = forms.ChoiceField(
        label=_("How do you want to hear from us?"), choices=Channel.choices, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language of your messages"), choices=settings.LANGUAGES)
