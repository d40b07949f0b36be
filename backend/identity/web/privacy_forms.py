"""Forms about one's own data, and about how long data is kept."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..states import ConsentPurpose


class LeaveForm(forms.Form):
    understood = forms.BooleanField(label=_("I have read this. Delete my account for good."))


class ConsentForm(forms.Form):
    purpose = forms.ChoiceField(choices=ConsentPurpose.choices)
    wanted = forms.ChoiceField(choices=[("ja", "ja"), ("nee", "nee")])


class ClockForm(forms.Form):
    """A number of days for one purpose. The limits are those of the service."""

    days = forms.IntegerField(label=_("Days"), min_value=0)
