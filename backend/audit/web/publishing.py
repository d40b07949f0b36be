"""Where the chain stood each day: whoever keeps it can tell later whether the record was changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.core.errors import require_found
from backend.core.web.requests import actor_of

from ..heads_file import as_file
from ..selectors.chains import as_heads, code_of, published_heads

DAYS_SHOWN = 31


@require_safe
def heads_page(request: HttpRequest) -> HttpResponse:
    """The last month of heads, and what they are good for."""
    heads = published_heads(_municipality_of(request))
    context = {"heads": list(heads[:DAYS_SHOWN]), "count": heads.count()}
    return render(request, "audit/daily_heads.html", context)


@require_safe
def heads_json(request: HttpRequest) -> JsonResponse:
    """Every head there is, as `verify-audit --heads` reads them."""
    municipality_id = _municipality_of(request)
    content = as_file(
        code_of(municipality_id),
        own=as_heads(published_heads(municipality_id)),
        of_installation=as_heads(published_heads(None)),
    )
    return JsonResponse(content, json_dumps_params={"indent": 1})


def _municipality_of(request: HttpRequest) -> int:
    return require_found(actor_of(request).municipality_id)
