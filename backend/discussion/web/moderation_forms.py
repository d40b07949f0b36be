"""What moderators fill in, and what people fill in about moderation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..conduct import BREAKABLE, Act, ConductRule, ObjectionOutcome, PauseDays
from ..models.moderation import LONGEST_REASON
from ..models.posts import LONGEST_TEXT
from ..selectors.moderation.actions import ActionFilter
from ..selectors.moderation.items import HELD, REPORTED, QueueFilter
from ..services.moderation.moving import Place
from ..services.moderation.recording import Grounds
from ..states import Side


class LongText(forms.CharField):
    """A text of more than a line."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class ReportForm(forms.Form):
    """Which rule a text breaks."""

    rule = forms.ChoiceField(
        label=_("Which rule does it break?"),
        choices=BREAKABLE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the rule that this text breaks.")},
    )
    note = LongText(
        label=_("What should the moderator know?"),
        help_text=_("Only moderators read this. They do not see who you are."),
        max_length=LONGEST_REASON,
        required=False,
    )


class QueueFilterForm(forms.Form):
    """Filters in the address of the queue."""

    wat = forms.ChoiceField(
        label=_("What waits?"),
        required=False,
        choices=[("", _("All")), (HELD, _("Held back")), (REPORTED, _("Reported"))],
    )
    regel = forms.ChoiceField(
        label=_("Reported because of"), required=False, choices=[("", _("All rules")), *BREAKABLE]
    )

    def chosen(self) -> QueueFilter:
        """What fits of the address; anything unknown in it is passed over."""
        self.is_valid()
        data = self.cleaned_data
        return QueueFilter(what=data.get("wat", ""), rule=data.get("regel", ""))


class ActionFilterForm(forms.Form):
    """Filters in the address of what was done."""

    wat = forms.ChoiceField(label=_("What was done?"), required=False, choices=[("", _("All")), *Act.choices])
    regel = forms.ChoiceField(
        label=_("By which rule?"), required=False, choices=[("", _("All rules")), *ConductRule.choices]
    )

    def chosen(self) -> ActionFilter:
        self.is_valid()
        data = self.cleaned_data
        return ActionFilter(act=data.get("wat", ""), rule=data.get("regel", ""))


class GivingForm(forms.Form):
    """Why a text is shown, let through or left as it is."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    reason = LongText(
        label=_("Why?"),
        help_text=_("The person reads this. Do not write who reported it."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Write down why. The person reads it.")},
    )

    def grounds(self) -> Grounds:
        return Grounds(reason=self.cleaned_data["reason"], seen=self.cleaned_data["seen"])


class TakingForm(GivingForm):
    """By which rule something is taken from somebody, and why."""

    rule = forms.ChoiceField(
        label=_("Which rule was broken?"),
        choices=BREAKABLE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a rule. Without one you cannot act.")},
    )
    field_order: Sequence[str] = ("rule", "reason")

    def grounds(self) -> Grounds:
        data = self.cleaned_data
        return Grounds(rule=ConductRule(data["rule"]), reason=data["reason"], seen=data["seen"])


class MoveForm(TakingForm):
    """Where a text belongs."""

    side = forms.ChoiceField(
        label=_("On which side does it belong?"),
        choices=[("", _("Where it is now")), (Side.FOR, Side.FOR.label), (Side.AGAINST, Side.AGAINST.label)],
        widget=forms.RadioSelect,
        required=False,
    )
    address = forms.CharField(
        label=_("In which discussion does it belong?"),
        help_text=_("Empty means: in this one. Otherwise the address of that page, such as /plannen/abc/."),
        max_length=200,
        required=False,
    )
    field_order = ("side", "address", "rule", "reason")

    def place(self) -> Place:
        side = self.cleaned_data["side"]
        return Place(side=Side(side) if side else None, address=self.cleaned_data["address"])


class PauseForm(TakingForm):
    """For how long somebody cannot write."""

    days = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=PauseDays.choices,
        coerce=lambda days: PauseDays(int(days)),
        widget=forms.RadioSelect,
    )
    field_order = ("days", "rule", "reason")


class ObjectionForm(forms.Form):
    text = LongText(
        label=_("Why do you not agree?"),
        help_text=_("Another moderator reads this and decides. You can object once."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Write why you do not agree.")},
    )


class RephraseForm(forms.Form):
    text = LongText(
        label=_("Your text in other words"),
        help_text=_("A moderator reads it first. Then everybody can."),
        rows=8,
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Write your text first.")},
    )


class DecisionForm(forms.Form):
    """What a second moderator decides."""

    outcome = forms.ChoiceField(
        label=_("Is the objection right?"), choices=ObjectionOutcome.choices, widget=forms.RadioSelect
    )
    reason = LongText(
        label=_("Why?"),
        help_text=_(
            "Who objected reads this. When the objection is right, this act is undone at once. "
            "What a text said before and was removed for good does not come back."
        ),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Write down why. The person reads it.")},
    )


class InterestForm(forms.Form):
    why = forms.CharField(
        label=_("What do you have to do with it?"),
        help_text=_("It stands in your own list. Nobody else reads it here."),
        max_length=200,
        error_messages={"required": _("Write down what you have to do with it.")},
    )
