"""What is filled in about answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.core.web.days import DAYS, DayInput
from backend.notifications.states import Channel

from ..rules import LONGEST_TEXT
from ..selectors.owed import Groups
from ..services.answers import AnswerText
from ..services.subjects import NewAgreement
from ..states import Contribution, Phase, Told

NOBODY = ""
CHOICES_OF_PEOPLE = ("contributions", "phases", "channels")
# As an official reads of others.
CHANNEL_NAMES = {
    Channel.EMAIL: _("By mail"),
    Channel.PAGE: _("On their own page"),
    Channel.LETTER: _("By letter"),
    Channel.CALL: _("By telephone"),
}


class AnswerForm(forms.Form):
    """The three parts of an answer. A draft may miss some; what is sent has all three."""

    done = forms.CharField(
        label=_("What was done?"),
        help_text=_("In plain words. If nothing was done, write that."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    not_done = forms.CharField(
        label=_("What was not done?"),
        help_text=_(
            "People asked for more than was done. Tell what was left out. If nothing was, write that."
        ),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    why = forms.CharField(
        label=_("Why?"),
        help_text=_("Why this was done, and why the rest was not."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    contributions = forms.MultipleChoiceField(
        label=_("For whom is this answer?"),
        help_text=_("Choose nothing to answer everybody who waits."),
        choices=Contribution.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    phases = forms.MultipleChoiceField(
        label=_("In which phase did they take part?"),
        help_text=_("Choose nothing to leave nobody out."),
        choices=Phase.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    channels = forms.MultipleChoiceField(
        label=_("How do they hear from us?"),
        help_text=_("Choose nothing to leave nobody out."),
        choices=CHANNEL_NAMES.items(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, waiting: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CHOICES_OF_PEOPLE:
            if len(getattr(waiting, name)) < 2:
                # There is nothing to choose.
                del self.fields[name]

    def text(self) -> AnswerText:
        said = self.cleaned_data
        return AnswerText(
            done=said["done"],
            not_done=said["not_done"],
            why=said["why"],
            **{name: tuple(said.get(name, ())) for name in CHOICES_OF_PEOPLE},
        )


class LookForm(forms.Form):
    """Which edition of which answer was looked at."""

    answer = forms.SlugField(widget=forms.HiddenInput, max_length=10)
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class AgreementForm(forms.Form):
    """Who answers, before when, and why that is different from before."""

    owner = forms.TypedChoiceField(label=_("Who answers?"), coerce=int, empty_value=None, required=False)
    due_on = forms.DateField(label=_("Before which day?"), widget=DayInput(), validators=DAYS)
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Everybody can read this."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down why. The reason is published.")},
    )

    def __init__(self, *args: Any, people: dict[int, str], role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = _("Everybody in this role: %(role)s") % {"role": role}
        choices = [(NOBODY, everybody), *((str(pk), name) for pk, name in people.items())]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def agreement(self) -> NewAgreement:
        said = self.cleaned_data
        return NewAgreement(owner_id=said["owner"], due_on=said["due_on"], reason=said["reason"])


class WaiverForm(forms.Form):
    """Why no answer is given."""

    reason = forms.CharField(
        label=_("Why is no answer given?"),
        help_text=_("Everybody can read this. Name nobody who waits for an answer."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write down why. The reason is published.")},
    )


class ToldForm(forms.Form):
    """How somebody was told whom no message reached."""

    how = forms.ChoiceField(
        label=_("How was this person told?"),
        choices=Told.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
