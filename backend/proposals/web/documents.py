"""Files about plans and counts: pictures, posters, protocols and the script that checks them."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backend.core.errors import require_found
from backend.core.web.helping import open_to_helpers
from backend.core.web.requests import actor_of

from .. import verify_protocol
from ..models import Picture
from ..selectors.plans import get_plan
from ..selectors.rounds import current_round, get_protocol
from ..states import PUBLIC_STATES, PlanState
from .presenting import plan_url
from .printing import poster_pdf, protocol_as_pdf

A_YEAR = 60 * 60 * 24 * 365


@open_to_helpers
@require_safe
def picture(request: HttpRequest, public_id: str, position: int, is_small: bool = False) -> HttpResponse:
    """A picture of a plan that this visitor may see; of a draft or withdrawn plan only its proposer does."""
    plan = get_plan(actor=actor_of(request), public_id=public_id)
    found = require_found(Picture.objects.filter(plan=plan, position=position).first())
    with (found.thumbnail if is_small else found.file).open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/webp")
    audience = "public" if plan.state in PUBLIC_STATES else "private"
    response.headers["Cache-Control"] = f"{audience}, max-age={A_YEAR}, immutable"
    return response


@open_to_helpers
@require_safe
def poster(request: HttpRequest, public_id: str) -> HttpResponse:
    """An A4 to hang up in the street, with a code that brings people to the plan."""
    plan = get_plan(actor=actor_of(request), public_id=public_id)
    require_found(plan.submitted_at)
    # Only a plan that collects votes asks for them.
    competing = plan.state == PlanState.COMPETING
    round_now = current_round(plan.portal_id, at=timezone.now()) if competing else None
    address = request.build_absolute_uri(plan_url(plan))
    content = poster_pdf(plan, address=address, round_now=round_now, language=get_language() or "nl")
    return pdf_response(content, f"{slugify(plan.title)[:60] or 'plan'}.pdf")


@open_to_helpers
@require_safe
def protocol_json(request: HttpRequest, number: int) -> HttpResponse:
    """The record of a count as it was hashed, for whoever wants to check it."""
    protocol = get_protocol(actor=actor_of(request), number=number)
    response = JsonResponse(
        protocol.body, json_dumps_params={"ensure_ascii": False, "indent": 1, "sort_keys": True}
    )
    response.headers["Content-Disposition"] = f'attachment; filename="protocol-{number}.json"'
    return response


@open_to_helpers
@require_safe
def protocol_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The record of a count on paper."""
    protocol = get_protocol(actor=actor_of(request), number=number)
    content = protocol_as_pdf(protocol, language=get_language() or "nl")
    return pdf_response(content, f"protocol-{number}.pdf")


@open_to_helpers
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The script that checks a protocol on anybody's own computer."""
    response = HttpResponse(
        Path(verify_protocol.__file__).read_bytes(), content_type="text/x-python; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="verify_protocol.py"'
    return response


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
