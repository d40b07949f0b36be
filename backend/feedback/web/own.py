"""What somebody is owed here, and what they were answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import get_language
from django.views.generic import TemplateView

from backend.core.web.views import SignedInMixin
from backend.identity.web.base import PortalMixin

from ..models import Promise
from ..selectors.owed import list_own_promises
from .presenting import words_of_answer

PAGE_SIZE = 20


class MyAnswers(SignedInMixin, PortalMixin, TemplateView):
    """What one is owed, the last first, with the answer when there is one.

    Who contributed in two ways and is told the same about both reads it once.
    """

    open_to_helpers = True
    template_name = "feedback/my_answers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(list_own_promises(self.actor), PAGE_SIZE).get_page(self.request.GET.get("pagina"))
        language = get_language() or "nl"
        rows = [
            {
                "promise": promise,
                "contributions": contributions,
                "words": words_of_answer(promise.answer, promise.subject, self.portal, language=language)
                if promise.answer
                else None,
            }
            for promise, *contributions in _together(page.object_list)
        ]
        return super().get_context_data(page=page, rows=rows, **kwargs)


def _together(promises: Iterable[Promise]) -> list[list[Promise]]:
    """Promises of which the same is to be told, each group led by itself and followed by all of it."""
    groups: dict[tuple[object, ...], list[Promise]] = {}
    for promise in promises:
        told = (promise.subject_id, promise.state, promise.answer_id, promise.waiver_id)
        groups.setdefault(told, [promise]).append(promise)
    return list(groups.values())
