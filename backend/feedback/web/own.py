"""What somebody is owed here, and what they were answered."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import get_language
from django.views.generic import TemplateView

from backend.core.web.views import SignedInMixin
from backend.identity.web.base import PortalMixin

from ..selectors.owed import list_own_promises
from .presenting import words_of_answer

PAGE_SIZE = 20


class MyAnswers(SignedInMixin, PortalMixin, TemplateView):
    """Every promise to oneself, the last first, with the answer when there is one."""

    open_to_helpers = True
    template_name = "feedback/my_answers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(list_own_promises(self.actor), PAGE_SIZE).get_page(self.request.GET.get("pagina"))
        language = get_language() or "nl"
        rows = [
            {
                "promise": promise,
                "words": words_of_answer(promise.answer, promise.subject, self.portal, language=language)
                if promise.answer
                else None,
            }
            for promise in page.object_list
        ]
        return super().get_context_data(page=page, rows=rows, **kwargs)
