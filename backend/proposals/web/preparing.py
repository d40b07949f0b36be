"""Getting a proposer ready for the committee."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from backend.core.errors import require

from .. import permissions
from ..models import AgendaItem
from ..selectors.meetings import get_item
from ..services.agenda import choose_attendance
from .base import PortalForm
from .forms.plans import AttendanceForm


class PreparePage(PortalForm):
    """What the proposer can expect at the meeting, and what they will do."""

    template_name = "proposals/prepare.html"
    form_class = AttendanceForm

    def get_initial(self) -> dict[str, Any]:
        item = self._item()
        return {"attendance": item.attendance, "note": item.attendance_note}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            item=self._item(), saved=self.request.GET.get("bewaard") == "1", **kwargs
        )

    def _item(self) -> AgendaItem:
        item = get_item(actor=self.actor, plan_public_id=self.kwargs["public_id"])
        require(permissions.can_prepare(self.actor, item.plan))
        return item

    def act(self, form: AttendanceForm) -> HttpResponse:
        choose_attendance(
            actor=self.actor,
            plan_public_id=self.kwargs["public_id"],
            attendance=form.cleaned_data["attendance"],
            note=form.cleaned_data["note"],
            now=self.now,
        )
        return redirect(self.request.path + "?bewaard=1")
