"""Whom no message reached: a list for whoever tells them at the counter, by phone or at their home."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from backend.audit.services import note_reading
from backend.core.errors import require_found
from backend.core.web.views import DomainFormView
from backend.identity.web.base import DeskMixin, PortalMixin

from .. import permissions
from ..models import Promise
from ..selectors.owed import list_unreached
from ..services.delivering import tell_in_person
from ..services.waiving import waive_one
from ..states import Told
from .forms import ToldForm, WaiverForm
from .presenting import words_of_answer

PAGE_SIZE = 20


class UnreachedMixin(PortalMixin, DeskMixin):
    """For who tells people in person: the list says who contributed, so nobody else gets it."""

    kwargs: dict[str, Any]

    def allowed(self) -> bool:
        return permissions.can_tell_unreached(self.actor)

    def promise(self) -> Promise:
        return require_found(list_unreached(self.actor).filter(pk=self.kwargs["number"]).first())


class UnreachedPage(UnreachedMixin, TemplateView):
    """Everybody whom an answer did not reach, with its words. Reading it is on record."""

    template_name = "feedback/desk/unreached.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(list_unreached(self.actor), PAGE_SIZE).get_page(self.request.GET.get("pagina"))
        note_reading(actor=self.actor, action="feedback.unreached_read", now=self.now)
        language = get_language() or "nl"
        rows = [
            {
                "promise": promise,
                "words": words_of_answer(promise.answer, promise.subject, self.portal, language=language),
                "may_waive": permissions.can_waive(self.actor, promise.subject),
            }
            for promise in page.object_list
            if promise.answer is not None
        ]
        return super().get_context_data(page=page, rows=rows, **kwargs)


class UnreachedForm(UnreachedMixin, DomainFormView):
    """A form about one person whom an answer did not reach."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(promise=self.promise(), **kwargs)


class TellInPerson(UnreachedForm):
    """Say how this person was told. Only that keeps the promise."""

    template_name = "feedback/desk/tell.html"
    form_class = ToldForm

    def act(self, form: ToldForm) -> HttpResponse:
        how = Told(form.cleaned_data["how"])
        tell_in_person(actor=self.actor, promise_id=self.kwargs["number"], how=how, now=self.now)
        messages.success(self.request, _("This promise is kept."))
        return redirect("unreached")


class WaiveOne(UnreachedForm):
    """Give up on telling this person, with a reason that everybody may read."""

    template_name = "feedback/desk/waive_one.html"
    form_class = WaiverForm

    def allowed(self) -> bool:
        return super().allowed() and permissions.can_waive(self.actor, self.promise().subject)

    def act(self, form: WaiverForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        waive_one(actor=self.actor, promise_id=self.kwargs["number"], reason=reason, now=self.now)
        messages.success(self.request, _("This answer is waived. Everybody can read why."))
        return redirect("unreached")
