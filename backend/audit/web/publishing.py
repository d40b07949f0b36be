"""Where the chain stood each day: whoever keeps it can tell later whether the record was changed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backend.core.errors import NotFound, require_found
from backend.core.walltime import moment, on_wall
from backend.core.web.requests import actor_of

from ..heads_file import as_file
from ..selectors.chains import as_heads, code_of, heads_of_days, published_heads, years_with_heads

DAYS_SHOWN = 31
# More than a year, so that whoever keeps a file once a year misses no day.
DAYS_IN_FILE = 400
LONGEST_SECONDS = 3600


@require_safe
def heads_page(request: HttpRequest) -> HttpResponse:
    """The last month of heads, and what they are good for."""
    municipality_id = _municipality_of(request)
    heads = published_heads(municipality_id)
    context = {
        "heads": list(heads[:DAYS_SHOWN]),
        "count": heads.count(),
        "years": years_with_heads(municipality_id),
    }
    return render(request, "audit/daily_heads.html", context)


@require_safe
def heads_json(request: HttpRequest) -> JsonResponse:
    """The heads of the last 400 days, or with `jaar` of one year, as `verify-audit --heads` reads them."""
    municipality_id, now = _municipality_of(request), timezone.now()
    first, last = _days_asked(request.GET.get("jaar", ""), on_wall(now).date())
    content = as_file(
        code_of(municipality_id),
        own=as_heads(heads_of_days(municipality_id, first, last)),
        of_installation=as_heads(heads_of_days(None, first, last)),
    )
    response = JsonResponse(content, json_dumps_params={"indent": 1})
    # The same for everybody, and it grows only after midnight.
    response.headers["Cache-Control"] = f"public, max-age={_seconds_it_stands(now)}"
    return response


def _days_asked(year: str, today: date) -> tuple[date, date]:
    if not year:
        return today - timedelta(days=DAYS_IN_FILE), date.max
    is_year = year.isascii() and year.isdecimal() and len(year) == 4 and year >= "2000"
    if not is_year:
        raise NotFound
    return date(int(year), 1, 1), date(int(year), 12, 31)


def _seconds_it_stands(now: datetime) -> int:
    """Until midnight in Amsterdam, and an hour at most: the day's head may come a little late."""
    midnight = moment(on_wall(now).date() + timedelta(days=1), time(0))
    return min(LONGEST_SECONDS, int((midnight - now).total_seconds()))


def _municipality_of(request: HttpRequest) -> int:
    return require_found(actor_of(request).municipality_id)
