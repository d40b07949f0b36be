"""Asking for the newsletter, and writing one."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from backend.identity.states import LONGEST_ADDRESS

from ..models.newsletters import LONGEST_SUBJECT, LONGEST_TEXT


class AddressForm(forms.Form):
    """One field: where the newsletter goes."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send you a mail with a link. You get the newsletter after you opened it."),
        validators=[MaxLengthValidator(LONGEST_ADDRESS)],
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class WordsForm(forms.Form):
    """What every newsletter begins with."""

    subject = forms.CharField(
        label=_("Subject"),
        help_text=_("Stands above the mail and in the archive."),
        max_length=LONGEST_SUBJECT,
    )
    intro = forms.CharField(
        label=_("First words to the reader"),
        help_text=_("Short and plain. Everybody can read it, also on the site."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_TEXT,
    )


class TextForm(forms.Form):
    """A part in one's own words."""

    title = forms.CharField(label=_("Heading"), max_length=200)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}), max_length=LONGEST_TEXT)
