"""What organisers fill in about lists and letters, and the one field of whoever has a code."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.core.walltime import on_wall
from backend.core.web.days import DayInput
from backend.places.models import District

from ..letter_codes import LONGEST_TYPED
from ..lists.columns import Column, possible_columns, required_columns
from ..models import ResidentList
from ..states import ListKind, ListPurpose

WEEKS_VALID = 8


class CodeForm(forms.Form):
    """The code from a letter."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("Eight letters and digits, such as ABCD-1234. Small letters are fine."),
        max_length=LONGEST_TYPED,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-letter-code": True,
            }
        ),
    )


class ListForm(forms.Form):
    """A list of residents and what it is for."""

    file = forms.FileField(
        label=_("The list"),
        help_text=_("A CSV or XLSX file with headings in the first row, of at most 200,000 rows and 50 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    name = forms.CharField(
        label=_("What do you call this list?"),
        help_text=_("For yourself and colleagues, such as “Residents of March”."),
        max_length=60,
    )
    purpose = forms.ChoiceField(
        label=_("What is the list for?"), choices=ListPurpose.choices, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=_("What does each row hold?"), choices=ListKind.choices, widget=forms.RadioSelect
    )
    minimum_age = forms.IntegerField(
        label=_("From what age do people take part?"),
        help_text=_("The same as in the rules of play. Younger people on the list are left out."),
        min_value=0,
        max_value=18,
    )
    district_id = forms.TypedChoiceField(label=_("In which area do they live?"), coerce=int)

    def __init__(self, *args: Any, districts: list[District], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(district.pk), district.name) for district in districts]
        self.fields["district_id"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class ColumnsForm(forms.Form):
    """Which column of a list holds what."""

    def __init__(self, *args: Any, this: ResidentList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        required = required_columns(this.kind, this.purpose)
        headings = [
            (str(place), heading or _("Column %(number)s") % {"number": place + 1})
            for place, heading in enumerate(this.headings)
        ]
        for column in possible_columns(this.kind, this.purpose):
            nothing = _("Choose a column") if column in required else _("Not in this list")
            self.fields[column.value] = forms.TypedChoiceField(
                label=Column(column).label,
                choices=[("", nothing), *headings],
                coerce=int,
                empty_value=None,
                required=column in required,
                initial=this.columns.get(column.value, ""),
            )

    def columns(self) -> dict[str, int]:
        return {name: place for name, place in self.cleaned_data.items() if place is not None}


class ValidUntilForm(forms.Form):
    """Until when codes work."""

    valid_until = forms.DateField(
        label=_("Until which day do the codes work?"),
        help_text=_("That day included. Leave time for printing and post."),
        widget=DayInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].initial = default_last_day


def default_last_day() -> date:
    return on_wall(timezone.now()).date() + timedelta(weeks=WEEKS_VALID)


class OneLetterForm(forms.Form):
    """One letter of a batch, by the number that stands on it."""

    number = forms.IntegerField(
        label=_("The number of the letter"),
        help_text=_("The part behind the dash at the top of the letter."),
        min_value=1,
        max_value=1_000_000,
    )
    what = forms.ChoiceField(
        label=_("What should happen?"),
        choices=[
            ("replace", _("Print a new letter; this code stops working now")),
            ("revoke", _("Let this code stop working, without a new letter")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why?"), help_text=_("Write down no names: the reason stays."), max_length=200
    )


class RevokeForm(forms.Form):
    """Why a whole batch stops working."""

    reason = forms.CharField(
        label=_("Why?"), help_text=_("Write down no names: the reason stays."), max_length=200
    )
