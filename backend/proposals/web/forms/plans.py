"""What a proposer fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.places.models import Area

from ...models import Category, Plan
from ...services.plans import TEXT_LENGTH, TITLE_LENGTH, PlanText
from ...services.versions import CHANGE_LENGTH
from ...states import Attendance, PlaceKind
from ..presenting import category_name

TOO_LONG = _("This is too long. At most %(limit_value)d characters fit. Nothing you typed was lost.")


class TitleForm(forms.Form):
    """The first step: what is it called."""

    title = forms.CharField(
        label=_("What is your plan called?"),
        help_text=_("One short sentence. For example: more benches along the canal."),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Give your plan a title."), "max_length": TOO_LONG},
        widget=forms.TextInput(
            attrs={
                "hx-get": "/plannen/lijkt-op/",
                "hx-trigger": "input changed delay:500ms",
                "hx-target": "#resembling-live",
            }
        ),
    )


class PlanForm(forms.Form):
    """Everything about a plan. A draft may be half empty, so nothing is required until it is submitted."""

    title = forms.CharField(
        label=_("Title"), required=False, max_length=TITLE_LENGTH, error_messages={"max_length": TOO_LONG}
    )
    what = forms.CharField(
        label=_("What do you want?"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": TOO_LONG},
    )
    why = forms.CharField(
        label=_("Why do you want it?"),
        help_text=_("Who does it help? What is going wrong now?"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": TOO_LONG},
    )
    category = forms.ChoiceField(label=_("What is it about?"), required=False)
    place_kind = forms.ChoiceField(
        label=_("Where is it?"), required=False, choices=PlaceKind.choices, widget=forms.RadioSelect
    )
    area = forms.ChoiceField(label=_("In which neighbourhood?"), required=False)
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Only when you chose an address. A street is enough."),
        required=False,
        max_length=200,
        error_messages={"max_length": TOO_LONG},
    )
    latitude = forms.FloatField(
        label=_("Latitude"),
        help_text=_("Only when you chose a place on the map. The map below fills this in."),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    picture = forms.FileField(
        label=_("Add a picture"),
        help_text=_("JPEG, PNG or WebP, at most 10 MB. Please no faces of people who did not agree."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    picture_description = forms.CharField(
        label=_("What does the picture show?"),
        help_text=_("For people who cannot see it."),
        required=False,
        max_length=200,
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, categories: list[Category], areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = [(str(category.pk), category_name(category)) for category in categories]
        self.choices_of("category", [("", _("Choose…")), *about])
        self.choices_of(
            "area", [("", _("Not one in particular")), *((area.code, area.name) for area in areas)]
        )

    def choices_of(self, field: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, as declared above

    @staticmethod
    def initial_of(plan: Plan) -> dict[str, Any]:
        return {
            "title": plan.title,
            "what": plan.what,
            "why": plan.why,
            "category": str(plan.category_id or ""),
            "place_kind": plan.place_kind,
            "area": plan.area.code if plan.area else "",
            "address": plan.address,
            "latitude": plan.latitude,
            "longitude": plan.longitude,
        }

    def text(self) -> PlanText:
        """What was filled in, for the service."""
        data = self.cleaned_data
        return PlanText(
            title=data["title"],
            what=data["what"],
            why=data["why"],
            category_id=int(data["category"]) if data["category"] else None,
            place_kind=data["place_kind"] or PlaceKind.WHOLE,
            address=data["address"],
            latitude=data["latitude"],
            longitude=data["longitude"],
            area_code=data["area"],
        )


class TakeUpForm(forms.Form):
    """How a plan reads with an argument taken up, and in short what changed."""

    what = forms.CharField(
        label=_("What do you want?"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Tell what you want."), "max_length": TOO_LONG},
    )
    why = forms.CharField(
        label=_("Why do you want it?"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Tell why you want it."), "max_length": TOO_LONG},
    )
    change = forms.CharField(
        label=_("What did you change, in short?"),
        help_text=_("Everyone who voted or argued gets this. It also stands with the plan."),
        max_length=CHANGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Say in a few words what you changed. Everyone who voted gets it."),
            "max_length": TOO_LONG,
        },
    )
    # Which version was changed here. The page writes it anew each time, and not what was sent before.
    replaces = forms.IntegerField(required=False, min_value=1, max_value=32_767)


class AttendanceForm(forms.Form):
    """What the proposer does at the meeting."""

    attendance = forms.ChoiceField(
        label=_("What will you do?"),
        choices=[choice for choice in Attendance.choices if choice[0] != Attendance.UNKNOWN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )
    note = forms.CharField(
        label=_("Anything we should know?"),
        help_text=_("For example: who comes for you, or what help you need."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
