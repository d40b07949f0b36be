"""What people fill in when they take part in a discussion."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models.posts import LONGEST_TEXT
from ..states import Side


class TextForm(forms.Form):
    """One text. How long it may be is counted when it is placed, as it is kept and not as it is sent."""

    text = forms.CharField(
        label=_("Your text"),
        help_text=_("At most 3,000 characters. Everybody can read it."),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_TEXT}),
        error_messages={"required": _("Write your text first.")},
    )

    @classmethod
    def for_side(cls, side: Side) -> TextForm:
        """One of the two forms that stand on one page."""
        form = cls(auto_id=f"{side}_%s")
        form.fields["text"].label = _("Your argument for") if side == Side.FOR else _("Your argument against")
        return form
