"""What clerks, officials and councillors fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.core.walltime import moment
from backend.core.web.days import FROM_OUR_TIME, DayInput
from backend.identity.states import LONGEST_ADDRESS, ProofLevel, SameName
from backend.identity.web.forms import WhoForm
from backend.places.models import District

from ...states import Period, Result, Totals

# More than there are people in any municipality.
MOST_VOTES = 10_000_000


class TimeInput(forms.TimeInput):
    input_type = "time"


class RulesForm(forms.Form):
    """The rules of play, in the words residents read them in."""

    period = forms.ChoiceField(
        label=_("When are the votes counted?"), choices=Period.choices, widget=forms.RadioSelect
    )
    closing_time = forms.TimeField(
        label=_("At what time on that day?"), widget=TimeInput(format="%H:%M:%S", attrs={"step": "1"})
    )
    counts = forms.IntegerField(label=_("In how many counts does a plan compete?"), min_value=1, max_value=12)
    minimum_votes = forms.IntegerField(
        label=_("How many votes does a winner need at least?"),
        help_text=_("0 means: no minimum."),
        min_value=0,
        max_value=MOST_VOTES,
    )
    district_id = forms.TypedChoiceField(label=_("Of which area do residents' votes count?"), coerce=int)
    minimum_age = forms.IntegerField(label=_("From what age do votes count?"), min_value=0, max_value=18)
    proof_level = forms.TypedChoiceField(
        label=_("When does a vote count?"),
        help_text=_("With only their own word, somebody with two e-mail addresses can vote twice."),
        choices=ProofLevel.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    totals = forms.ChoiceField(
        label=_("Who sees the number of votes?"), choices=Totals.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, districts: list[District], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(district.pk), district.name) for district in districts]
        self.fields["district_id"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class CategoryForm(forms.Form):
    """A subject that residents can choose for their plan."""

    name_nl = forms.CharField(label=_("Name of the subject in Dutch"), max_length=60)
    name_en = forms.CharField(label=_("Name of the subject in English"), max_length=60, required=False)


class MeetingForm(forms.Form):
    """A meeting of the committee. All times are by the clock in Amsterdam."""

    committee = forms.CharField(label=_("Which committee meets?"), max_length=100)
    day = forms.DateField(label=_("On which day?"), widget=DayInput(), validators=[FROM_OUR_TIME])
    time = forms.TimeField(label=_("At what time?"), widget=TimeInput(format="%H:%M"))
    papers_day = forms.DateField(
        label=_("Last day for papers"),
        help_text=_("After this day nothing is added to the agenda."),
        widget=DayInput(),
        validators=[FROM_OUR_TIME],
    )
    papers_time = forms.TimeField(
        label=_("Time on the last day for papers"), widget=TimeInput(format="%H:%M"), initial="12:00"
    )
    place = forms.CharField(label=_("Where?"), max_length=200)
    minutes_per_plan = forms.IntegerField(
        label=_("How many minutes for a plan?"), min_value=5, max_value=240, initial=20
    )
    attending = forms.CharField(
        label=_("Who sits there?"),
        help_text=_("The proposer reads this. For example: 13 members from 8 parties, and a chair."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact = forms.CharField(label=_("Who can the proposer call?"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"day", "time", "papers_day", "papers_time"} <= data.keys():
            data["starts_at"] = moment(data["day"], data["time"])
            data["papers_due_at"] = moment(data["papers_day"], data["papers_time"])
        return data


class ReasonForm(forms.Form):
    """Taking a winner off the agenda."""

    reason = forms.CharField(
        label=_("Why is this plan taken off the agenda?"),
        help_text=_("Everyone who voted gets this text, and it stands on the page of the plan."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write down why. The reason is published.")},
    )


class ContextForm(forms.Form):
    """What the official responsible tells beforehand."""

    text = forms.CharField(
        label=_("What should everyone know before the discussion?"),
        help_text=_("What is already happening, what it could cost, who decides about it. In plain words."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write what the committee should know.")},
    )


class OutcomeForm(forms.Form):
    """What happens with a plan now."""

    result = forms.ChoiceField(
        label=_("What happens with the plan?"),
        choices=Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("In plain words. Also tell what does not happen, and why not."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write down why, in plain words.")},
    )
    owner = forms.CharField(
        label=_("Who is responsible now?"),
        help_text=_("A service or a role, not a private person."),
        max_length=100,
        error_messages={"required": _("Fill in who is responsible now.")},
    )
    next_on = forms.DateField(
        label=_("When is there news again?"),
        widget=DayInput(),
        error_messages={"required": _("Choose a date in the future.")},
    )


class DeclareForm(forms.Form):
    """One's own word."""

    confirmed = forms.BooleanField(
        label=_("This is true."), error_messages={"required": _("Tick the box if it is true.")}
    )


class CounterForm(WhoForm):
    """What a clerk saw at the counter."""

    email = forms.EmailField(
        label=_("E-mail address of the resident"),
        help_text=_("The resident signs in with this address. Leave it empty if there is none."),
        max_length=LONGEST_ADDRESS,
        required=False,
    )
    document_seen = forms.BooleanField(
        label=_("I have seen a valid document with this person's picture."),
        error_messages={"required": _("Look at a document first. Then tick the box.")},
    )
    lives_here = forms.BooleanField(
        error_messages={"required": _("Check the address first. Then tick the box.")}
    )
    is_housemate = forms.BooleanField(
        label=_("Somebody else at this address used the letter. I have asked."),
        help_text=_("Tick this only if the site says that somebody at the address took part already."),
        required=False,
    )

    same_name = forms.TypedChoiceField(
        label=_("Known at another address"),
        help_text=_("Choose only if the site says that this name and date of birth are known already."),
        choices=[("", _("Not asked")), *SameName.choices],
        coerce=SameName,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, district: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lives_here"].label = _("This person lives in %(district)s.") % {"district": district}
