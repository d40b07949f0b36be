"""What an administrator fills in about a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.core.web.days import DAYS, DayInput

from ..selectors.roles import RoleFilter
from ..states import LONGEST_ADDRESS, Role, RoleState

WHOLE = "all"


class RoleFilterForm(forms.Form):
    """Filters in the address of the list."""

    rol = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices])
    staat = forms.ChoiceField(
        label=_("Is it in force?"), required=False, choices=[("", _("All")), *RoleState.choices]
    )

    def chosen(self) -> RoleFilter:
        """What fits of the address; anything unknown in it is passed over."""
        self.is_valid()
        return RoleFilter(role=self.cleaned_data.get("rol", ""), state=self.cleaned_data.get("staat", ""))


class GiveRoleForm(forms.Form):
    """Which role, to whom, where, from when to when, and why."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("The person signs in with this address, and gets a message at it."),
        max_length=LONGEST_ADDRESS,
    )
    role = forms.ChoiceField(label=_("Which role?"), choices=Role.choices, widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("Where?"), widget=forms.RadioSelect)
    starts_on = forms.DateField(
        label=_("From which day?"),
        help_text=_("Empty means: from today."),
        widget=DayInput(),
        required=False,
        validators=DAYS,
    )
    ends_on = forms.DateField(
        label=_("Up to and including which day?"),
        help_text=_("Empty means: until somebody ends it."),
        widget=DayInput(),
        required=False,
        validators=DAYS,
    )
    affiliation = forms.CharField(
        label=_("Party or service"),
        help_text=_("Everybody sees this beside the name."),
        max_length=80,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why does this person get the role?"),
        help_text=_("Only administrators read this. For example: elected on 18 March."),
        max_length=200,
        error_messages={"required": _("Write down why.")},
    )

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]  # a ChoiceField
        if len(places) == 1:
            # Nothing to choose: the page says where.
            self.fields["place"].initial = places[0][0]
            self.fields["place"].widget = forms.HiddenInput()


class ChangeRoleForm(forms.Form):
    """Until when, and what stands beside the name."""

    ends_on = forms.DateField(
        label=_("Up to and including which day?"),
        help_text=_("Empty means: until somebody ends it."),
        widget=DayInput(),
        required=False,
        validators=DAYS,
    )
    affiliation = forms.CharField(
        label=_("Party or service"),
        help_text=_("Everybody sees this beside the name."),
        max_length=80,
        required=False,
    )


class EndRoleForm(forms.Form):
    reason = forms.CharField(
        label=_("Why does this role end now?"),
        help_text=_("Only administrators read this."),
        max_length=200,
        error_messages={"required": _("Write down why.")},
    )
