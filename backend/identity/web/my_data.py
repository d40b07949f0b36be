"""What is held about oneself and why, a copy of it, what one allows, and leaving."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from backend.core import personal_data
from backend.core.errors import NotFound
from backend.core.personal_data import Held
from backend.core.retention import FIXED
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView, SignedInMixin

from ..copy_file import in_words
from ..selectors.own_data import consents_of, days_of_clocks
from ..services.consents import give_consent, withdraw_consent
from ..services.copies import ask_for_copy, fetch_copy, get_ready_export, has_failed, open_export
from ..services.leaving import leave
from ..states import CONSENT_TEXTS, ConsentPurpose, ExportState
from .privacy_forms import ConsentForm, LeaveForm
from .reauthentication import RecentlySignedInMixin
from .requests import person_of

# The page shows the latest of each kind; the copy has everything.
ROWS_SHOWN = 10


class MyData(SignedInMixin, TemplateView):
    """Everything that is held about somebody, why, and for how long; and what they can do about it."""

    template_name = "identity/my_data.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person_id, days = person_of(self.request).pk, days_of_clocks()
        purposes = [
            {"label": purpose.label, "kinds": [_shown(held, person_id, days) for held in kinds]}
            for purpose, kinds in personal_data.by_purpose()
        ]
        return super().get_context_data(purposes=purposes, **kwargs)


def _shown(held: Held, person_id: int, days: dict[str, int]) -> dict[str, Any]:
    rows = list(islice(held.rows(person_id), ROWS_SHOWN + 1)) if held.is_on_page else []
    return {
        "held": held,
        "days": None if held.clock in FIXED else days.get(held.clock),
        "fixed": FIXED.get(held.clock, ""),
        "rows": [[(label, in_words(value)) for label, value in row.items()] for row in rows[:ROWS_SHOWN]],
        "has_more": len(rows) > ROWS_SHOWN,
    }


class MyConsents(SignedInMixin, DomainFormView):
    """What one allows: each with a button to allow it and one to stop."""

    template_name = "identity/my_consents.html"
    form_class = ConsentForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = consents_of(person_of(self.request).pk)
        choices = [
            {
                "purpose": purpose,
                "label": purpose.label,
                "text": CONSENT_TEXTS[purpose].text,
                "since": standing.get(purpose),
            }
            for purpose in ConsentPurpose
        ]
        saved = self.request.GET.get("bewaard") == "1"
        return super().get_context_data(choices=choices, saved=saved, **kwargs)

    def form_invalid(self, form: Any, status: int = 404) -> HttpResponse:
        """The buttons send nothing that does not fit, so there is nothing to tell anybody."""
        raise NotFound

    def act(self, form: ConsentForm) -> HttpResponse:
        choose = give_consent if form.cleaned_data["wanted"] == "ja" else withdraw_consent
        purpose = ConsentPurpose(form.cleaned_data["purpose"])
        choose(actor=actor_of(self.request), purpose=purpose, now=timezone.now())
        return redirect(reverse("my_consents") + "?bewaard=1")


class MyCopy(RecentlySignedInMixin, TemplateView):
    """Asking for a copy, and seeing whether it is ready."""

    template_name = "identity/my_copy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        export = open_export(person_of(self.request).pk, timezone.now())
        is_ready = export is not None and export.state == ExportState.READY
        # A copy is fetched where it was asked for.
        is_here = export is not None and export.portal_id == actor_of(self.request).portal_id
        return super().get_context_data(
            export=export,
            is_ready=is_ready,
            is_here=is_here,
            failed=has_failed(person_of(self.request).pk),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ask_for_copy(actor=actor_of(request), now=timezone.now())
        return redirect("my_copy")


class FetchCopy(RecentlySignedInMixin, TemplateView):
    """The copy itself, behind a button: a browser that looks ahead must not use up the one time there is."""

    template_name = "identity/fetch_copy.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Nobody else learns that there is something, not even by being asked to sign in.
        self.export = get_ready_export(
            actor=actor_of(request), token=str(kwargs["token"]), now=timezone.now()
        )
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(export=self.export, **kwargs)

    def post(self, request: HttpRequest, token: str) -> HttpResponseBase:
        file = fetch_copy(actor=actor_of(request), token=token, now=timezone.now())
        response = FileResponse(
            file, as_attachment=True, filename="mijn-gegevens.zip", content_type="application/zip"
        )
        response.headers["Cache-Control"] = "no-store"
        return response


class Leave(RecentlySignedInMixin, DomainFormView):
    """What goes and what stays, said in advance; then a box to tick and a button."""

    template_name = "identity/leave.html"
    form_class = LeaveForm

    def act(self, form: LeaveForm) -> HttpResponse:
        leave(actor=actor_of(self.request), now=timezone.now())
        logout(self.request)
        return redirect("left")


class Left(TemplateView):
    """The last thing somebody who left reads here."""

    template_name = "identity/left.html"
