"""The discussion as a part of the page of its subject."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from backend.core.actor import Actor

from ..models import Thread
from ..selectors.threads import thread_page
from ..states import Side, Sort, ThreadState
from .forms import TextForm
from .presenting import reader_of, text_views

LONGEST_NUMBER = 15


def section(
    request: HttpRequest, thread: Thread, actor: Actor, *, now: datetime, take_up_at: str = ""
) -> dict[str, Any]:
    """What `discussion/section.html` needs, by the order, page and version that the address asks for.

    For visitors it is the same for all, so that the page it stands on may be kept. With `take_up_at` each
    argument has a link to where this reader can take it up: that path, and then its id.
    """
    since = number_in(request.GET, "sinds")
    page = thread_page(
        actor=actor,
        thread=thread,
        now=now,
        sort=sort_of(request),
        number=number_in(request.GET, "pagina") or 1,
        since=since,
    )
    reader = reader_of(actor, thread, now=now, standing=page.standing, take_up_at=take_up_at)
    sides = [
        {
            "side": side.value,
            "count": page.counted.sides[side].shown,
            "texts": text_views(page.sides[side], reader),
            "url": reverse("argue_for" if side == Side.FOR else "argue_against", args=[thread.public_id]),
            "form": TextForm.for_side(side) if reader.may_argue and not reader.paused_until else None,
        }
        for side in (Side.FOR, Side.AGAINST)
    ]
    top = text_views(page.top, reader)
    return {
        "discussion": {
            "thread": thread,
            "page": page,
            "reader": reader,
            "is_closed": thread.state == ThreadState.CLOSED,
            "is_empty": not (page.counted.top or any(count.listed for count in page.counted.sides.values())),
            "sides": sides,
            "remarks": text_views(page.sides[Side.NEITHER], reader),
            "remark_count": page.counted.sides[Side.NEITHER].shown,
            "top": top,
            "more_on_top": page.counted.top - len(top) if page.number == 1 else 0,
            "own_held": text_views(page.own_held, reader),
            "sorts": [(sort.value, sort.label) for sort in Sort],
            "is_first_visit": page.standing.seen is None,
            "has_news": page.standing.seen is not None and page.standing.seen < thread.version,
            "pages": _Pages(page.number, page.pages),
            "back": request.get_full_path(),
        }
    }


def sort_of(request: HttpRequest) -> Sort:
    asked = request.GET.get("volgorde", "")
    return Sort(asked) if asked in Sort.values else Sort.CONVINCING


def number_in(query: QueryDict, name: str) -> int | None:
    """A number in an address or form; anything else there is passed over."""
    asked = str(query.get(name, ""))
    is_number = asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER
    return int(asked) if is_number else None


class _Pages:
    """Pages as `components/pagination.html` asks for them."""

    def __init__(self, number: int, last: int) -> None:
        self.number = number
        self.has_previous, self.has_next = number > 1, number < last
        self.previous_page_number, self.next_page_number = number - 1, number + 1
        self.paginator = {"num_pages": last}
