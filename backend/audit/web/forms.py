"""What an auditor looks for in the record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.core.web.days import DAYS, DayInput

from .. import words
from ..selectors.entries import EntryFilter

# Numbers in the database go no further.
LARGEST = 2**63 - 1


class EntryFilterForm(forms.Form):
    """Filters in the address, so that a selection can be kept and shared with another auditor."""

    van = forms.DateField(label=_("From day"), widget=DayInput(), required=False, validators=DAYS)
    tot = forms.DateField(label=_("Up to and including"), widget=DayInput(), required=False, validators=DAYS)
    wat = forms.ChoiceField(label=_("What was done"), required=False)
    rol = forms.ChoiceField(label=_("In the role of"), required=False)
    wie = forms.IntegerField(label=_("Number of the person"), required=False, min_value=1, max_value=LARGEST)
    soort = forms.ChoiceField(label=_("What it was about"), required=False)
    nummer = forms.IntegerField(label=_("Number of that"), required=False, min_value=1, max_value=LARGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (
            ("wat", words.known_actions()),
            ("rol", words.known_roles()),
            ("soort", words.known_targets()),
        ):
            self.fields[name].choices = [("", _("All")), *known]  # type: ignore[attr-defined]  # a ChoiceField

    def chosen(self) -> EntryFilter:
        """What fits of what was filled in; the form says itself what does not."""
        self.is_valid()
        data = self.cleaned_data
        return EntryFilter(
            from_day=data.get("van"),
            to_day=data.get("tot"),
            action=data.get("wat", ""),
            role=data.get("rol", ""),
            person_id=data.get("wie"),
            target_type=data.get("soort", ""),
            target_id=data.get("nummer"),
        )
